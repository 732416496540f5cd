// SPDX-License-Identifier: MIT
/* udp-cmsg-wrong - control messages that are too short, unknown or not for a socket fail, and nothing is sent. */
#include "cmsgs.h"
#include "dgram.h"

static ssize_t with_header(struct role *r, int fd, size_t room, size_t len,
			   int level, int type)
{
	union {
		char buf[256];
		struct cmsghdr align;
	} u = { { 0 } };
	union addr to = peer_addr(r, fd);
	struct iovec iov = { (void *)(uintptr_t) "x", 1 };
	struct msghdr m = { .msg_name = &to,
			    .msg_namelen = addr_len(&to),
			    .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = u.buf,
			    .msg_controllen = room };

	u.align.cmsg_len = len;
	u.align.cmsg_level = level;
	u.align.cmsg_type = type;
	return sendmsg(fd, &m, 0);
}

static void subject(struct role *r, int fd)
{
	size_t one = CMSG_LEN(4);

	FAILS(with_header(r, fd, 32, 0, IPPROTO_IP, IP_TTL), EINVAL);
	FAILS(with_header(r, fd, 32, 15, IPPROTO_IP, IP_TTL), EINVAL);
	FAILS(with_header(r, fd, 32, 33, IPPROTO_IP, IP_TTL), EINVAL);
	FAILS(with_header(r, fd, 32, SIZE_MAX, IPPROTO_IP, IP_TTL), EINVAL);
	FAILS(with_header(r, fd, 32, one, IPPROTO_IP, 999), EINVAL);
	FAILS(with_header(r, fd, 32, one, SOL_SOCKET, 999), EINVAL);
	FAILS(with_header(r, fd, 32, one, IPPROTO_IP, IP_PKTINFO), EINVAL);
	FAILS(with_header(r, fd, 32, one, IPPROTO_UDP, 999), EINVAL);
	meet(r, 's');
	/* what is left over, and levels of others, do not count */
	GIVES(with_header(r, fd, 8, 0, IPPROTO_IP, IP_TTL), 1);
	GIVES(with_header(r, fd, 32, one, IPPROTO_TCP, 1), 1);
	GIVES(with_header(r, fd, 0, 0, IPPROTO_IP, 999), 1);
	meet(r, 'e');
}

static void helper(struct role *r, int fd)
{
	char c;

	meet(r, 's');
	for (int i = 0; i < 3; i++)
		GIVES(recv(fd, &c, 1, 0), 1);
	meet(r, 'e');
	want_quiet(fd, 30);
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
