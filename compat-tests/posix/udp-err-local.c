// SPDX-License-Identifier: MIT
/* udp-err-local - what is too large to leave whole is EMSGSIZE, and with IP_RECVERR the error queue has the MTU. */
#include <time.h>
#include <linux/errqueue.h>

#include "cmsgs.h"
#include "dgram.h"

static void subject(struct role *r, int fd)
{
	static char data[5000];
	union addr to = peer_addr(r, fd);
	struct sock_extended_err *e;
	struct received in;

	set_int(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);
	FAILS(sendto(fd, data, sizeof(data), 0, &to.sa, addr_len(&to)),
	      EMSGSIZE);
	GIVES(wait_events(fd, POLLIN, 0), 0);
	set_int(fd, IPPROTO_IP, IP_RECVERR, 1);
	FAILS(sendto(fd, data, sizeof(data), 0, &to.sa, addr_len(&to)),
	      EMSGSIZE);
	CHECK(wait_events(fd, POLLIN, 0) & POLLERR);
	GIVES(get_int(fd, SOL_SOCKET, SO_ERROR), 0);
	receive(fd, &in, MSG_ERRQUEUE);
	GIVES(in.n, 0);
	e = control_of(&in, IPPROTO_IP, IP_RECVERR, sizeof(*e));
	CHECK(e);
	GIVES(e->ee_errno, EMSGSIZE);
	GIVES(e->ee_origin, SO_EE_ORIGIN_LOCAL);
	GIVES(e->ee_info, 1500);
	meet(r, 'd');
}

static void helper(struct role *r, int fd)
{
	(void)fd;
	meet(r, 'd');
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
