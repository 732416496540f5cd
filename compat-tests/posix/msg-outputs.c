// SPDX-License-Identifier: MIT
/* msg-outputs - what recvmsg() writes into a header: no name and no control data on a stream, flags, MSG_CMSG_CLOEXEC. */
#include "kinds.h"

static void stream(struct role *r)
{
	char c, control[64];
	union addr a = r->self;
	struct iovec iov = { &c, 1 };
	struct msghdr m = { .msg_name = &a,
			    .msg_namelen = sizeof(a),
			    .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control),
			    .msg_flags = 0x7fff };
	int fd[2];

	own_pair(r, fd);
	send_text(fd[1], "abc");
	GIVES(recvmsg(fd[0], &m, 0), 1);
	GIVES(m.msg_namelen, 0);
	CHECK(same_addr(&a, &r->self)); /* not written */
	GIVES(m.msg_controllen, 0);
	GIVES(m.msg_flags, 0);
	CHECK(m.msg_name == &a && m.msg_control == control);
	GIVES(recvmsg(fd[0], &m, MSG_CMSG_CLOEXEC), 1);
	GIVES(m.msg_flags, MSG_CMSG_CLOEXEC);
	OK(close(fd[0]));
	OK(close(fd[1]));
}

static void datagram(struct role *r)
{
	char c;
	union addr a, from;
	struct iovec iov = { &c, 1 };
	struct msghdr m = { .msg_name = &a,
			    .msg_namelen = 6,
			    .msg_iov = &iov,
			    .msg_iovlen = 1 };
	int fd[2];

	memset(&a, 0xee, sizeof(a));
	own_udp(r, fd);
	from = name_of(fd[1]);
	send_text(fd[1], "a");
	send_text(fd[1], "b");
	/* the name is cut to its room, and its true length told */
	GIVES(recvmsg(fd[0], &m, MSG_CMSG_CLOEXEC), 1);
	GIVES(m.msg_namelen, addr_len(&from));
	CHECK(memcmp(&a, &from, 6) == 0);
	GIVES(((unsigned char *)&a)[6], 0xee);
	GIVES(m.msg_flags, MSG_CMSG_CLOEXEC);
	m.msg_namelen = 0;
	GIVES(recvmsg(fd[0], &m, 0), 1);
	GIVES(m.msg_namelen, addr_len(&from));
	GIVES(m.msg_flags, 0);
	OK(close(fd[0]));
	OK(close(fd[1]));
}

static void subject(struct role *r)
{
	stream(r);
	datagram(r);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
