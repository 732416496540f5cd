// SPDX-License-Identifier: MIT
/* tcp-inq - TCP_INQ tells with each receive how much is left to read. */
#include <netinet/tcp.h>

#include "cmsgs.h"
#include "roles.h"

static void want(int fd, size_t room, int left)
{
	char data[16];
	struct iovec iov = { data, room };
	union {
		char buf[64];
		struct cmsghdr align;
	} u;
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = u.buf,
			    .msg_controllen = sizeof(u.buf) };
	int inq = -1;

	GIVES(recvmsg(fd, &m, 0), room);
	CHECK(CMSG_FIRSTHDR(&m));
	GIVES(u.align.cmsg_level, IPPROTO_TCP);
	GIVES(u.align.cmsg_type, TCP_CM_INQ);
	memcpy(&inq, CMSG_DATA(&u.align), sizeof(inq));
	GIVES(inq, left);
}

static void subject(struct role *r, int fd)
{
	struct received in;

	set_int(fd, IPPROTO_TCP, TCP_INQ, 1);
	meet(r, 's');
	GIVES(recv(fd, &in, 10, MSG_PEEK | MSG_WAITALL), 10);
	want(fd, 3, 7);
	want(fd, 7, 0);
	set_int(fd, IPPROTO_TCP, TCP_INQ, 0);
	meet(r, 't');
	receive(fd, &in, 0);
	GIVES(in.m.msg_controllen, 0);
}

static void helper(struct role *r, int fd)
{
	meet(r, 's');
	send_text(fd, "0123456789");
	meet(r, 't');
	send_text(fd, "x");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
