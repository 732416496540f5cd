// SPDX-License-Identifier: MIT
/* udp-recverr - IP_RECVERR: an unconnected socket hears of a refusal, with the address that refused and the data, from its error queue. */
#include <time.h>
#include <linux/errqueue.h>

#include "cmsgs.h"
#include "dgram.h"

static void want_queued(struct role *r, int fd, uint16_t port)
{
	union addr to = { 0 };
	char data[16];
	struct iovec iov = { data, sizeof(data) };
	union {
		char buf[256];
		struct cmsghdr align;
	} u;
	struct msghdr m = { .msg_name = &to,
			    .msg_namelen = sizeof(to),
			    .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = u.buf,
			    .msg_controllen = sizeof(u.buf) };
	struct sock_extended_err *e = (void *)CMSG_DATA(&u.align);

	GIVES(recvmsg(fd, &m, MSG_ERRQUEUE), 4);
	CHECK(memcmp(data, "data", 4) == 0);
	CHECK(m.msg_flags & MSG_ERRQUEUE);
	GIVES(port_of(&to), port);
	GIVES(to.in.sin_addr.s_addr, r->other.in.sin_addr.s_addr);
	GIVES(u.align.cmsg_level, IPPROTO_IP);
	GIVES(u.align.cmsg_type, IP_RECVERR);
	GIVES(e->ee_errno, ECONNREFUSED);
	GIVES(e->ee_origin, SO_EE_ORIGIN_ICMP);
	GIVES(e->ee_type, 3);
	GIVES(e->ee_code, 3);
	FAILS(recvmsg(fd, &m, MSG_ERRQUEUE), EAGAIN);
}

static void subject(struct role *r, int fd)
{
	uint16_t port = next_port(r);
	union addr to = with_port(&r->other, port);
	char c;

	FAILS(recv(fd, &c, 1, MSG_ERRQUEUE), EAGAIN);
	set_int(fd, IPPROTO_IP, IP_RECVERR, 1);
	meet(r, 's');
	GIVES(sendto(fd, "data", 4, 0, &to.sa, addr_len(&to)), 4);
	CHECK(wait_events(fd, POLLIN, 5000) & POLLERR);
	FAILS(recv(fd, &c, 1, MSG_DONTWAIT), ECONNREFUSED);
	want_queued(r, fd, port);
	/* without it nothing is heard */
	set_int(fd, IPPROTO_IP, IP_RECVERR, 0);
	GIVES(sendto(fd, "data", 4, 0, &to.sa, addr_len(&to)), 4);
	GIVES(wait_events(fd, POLLIN, 100), 0);
}

static void helper(struct role *r, int fd)
{
	(void)fd;
	next_port(r);
	meet(r, 's');
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
