// SPDX-License-Identifier: MIT
/* udp-recv-mark - SO_RCVMARK: each datagram comes with its mark, which is 0, behind its time and before what IP tells. */
#include <sys/time.h>

#include "cmsgs.h"
#include "dgram.h"

#define SO_RCVMARK_NR 75 /* which older headers lack */

static void subject(struct role *r, int fd)
{
	struct cmsghdr *h;
	struct received in;

	set_int(fd, SOL_SOCKET, SO_RCVMARK_NR, 1);
	set_int(fd, SOL_SOCKET, SO_TIMESTAMP, 1);
	set_int(fd, IPPROTO_IP, IP_RECVTTL, 1);
	meet(r, 's');
	receive(fd, &in, 0);
	GIVES(control_int(&in, SOL_SOCKET, SO_MARK), 0);
	h = CMSG_FIRSTHDR(&in.m);
	CHECK(h);
	GIVES(h->cmsg_type, SO_TIMESTAMP);
	h = CMSG_NXTHDR(&in.m, h);
	CHECK(h);
	GIVES(h->cmsg_type, SO_MARK);
	h = CMSG_NXTHDR(&in.m, h);
	CHECK(h);
	GIVES(h->cmsg_type, IP_TTL);
}

static void helper(struct role *r, int fd)
{
	meet(r, 's');
	send_to_peer(r, fd, "x", 1);
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
