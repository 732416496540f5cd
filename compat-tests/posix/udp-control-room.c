// SPDX-License-Identifier: MIT
/* udp-control-room - control data for which there is no room is cut: MSG_CTRUNC, and the datagram is there. */
#include "cmsgs.h"
#include "dgram.h"

static void into(int fd, size_t room, size_t used, int flags)
{
	union {
		char buf[256];
		struct cmsghdr align;
	} u;
	char c;
	struct iovec iov = { &c, 1 };
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = room ? u.buf : NULL,
			    .msg_controllen = room };

	about("room for %zu", room);
	memset(&u, 0xee, sizeof(u));
	GIVES(recvmsg(fd, &m, MSG_PEEK), 1);
	GIVES(m.msg_flags & ~MSG_PEEK, flags);
	GIVES(m.msg_controllen, used);
	GIVES((unsigned char)u.buf[room], 0xee);
}

static void subject(struct role *r, int fd)
{
	set_int(fd, IPPROTO_IP, IP_RECVTTL, 1);
	meet(r, 's');
	GIVES(wait_events(fd, POLLIN, 5000), POLLIN);
	into(fd, 0, 0, MSG_CTRUNC);
	into(fd, 8, 0, MSG_CTRUNC);
	into(fd, 18, 18, MSG_CTRUNC);
	into(fd, 20, 20, 0);
	into(fd, 24, 24, 0);
	into(fd, 100, 24, 0);
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
