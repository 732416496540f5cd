// SPDX-License-Identifier: MIT
/* tcp-zerocopy - MSG_ZEROCOPY: each call is numbered, and its completion comes from the error queue; without SO_ZEROCOPY the flag does nothing. */
#include <time.h>
#include <linux/errqueue.h>

#include "roles.h"

#define CALLS 3
#define LEN 20000

/* The calls that one message completes. */
static int completed(int fd, uint32_t next)
{
	union {
		char buf[128];
		struct cmsghdr align;
	} u;
	struct msghdr m = { .msg_control = u.buf,
			    .msg_controllen = sizeof(u.buf) };
	struct sock_extended_err *e = (void *)CMSG_DATA(&u.align);

	CHECK(wait_all_events(fd, 0, POLLERR) & POLLERR);
	GIVES(recvmsg(fd, &m, MSG_ERRQUEUE), 0);
	CHECK(CMSG_FIRSTHDR(&m));
	GIVES(e->ee_errno, 0);
	GIVES(e->ee_origin, SO_EE_ORIGIN_ZEROCOPY);
	GIVES(e->ee_info, next);
	CHECK(e->ee_data >= next && e->ee_data < CALLS);
	return (int)(e->ee_data - next + 1);
}

static void subject(struct role *r, int fd)
{
	static uint8_t data[LEN];
	int done = 0;
	char c;

	pattern(data, LEN, 0);
	GIVES(send(fd, data, 10000, MSG_ZEROCOPY), 10000);
	FAILS(recv(fd, &c, 1, MSG_ERRQUEUE), EAGAIN);
	set_int(fd, SOL_SOCKET, SO_ZEROCOPY, 1);
	GIVES(send(fd, data + 10000, 5000, MSG_ZEROCOPY), 5000);
	GIVES(send(fd, data + 15000, 4000, MSG_ZEROCOPY), 4000);
	GIVES(send(fd, data + 19000, 1000, MSG_ZEROCOPY), 1000);
	meet(r, 'r');
	while (done < CALLS)
		done += completed(fd, (uint32_t)done);
	FAILS(recv(fd, &c, 1, MSG_ERRQUEUE), EAGAIN);
	GIVES(get_int(fd, SOL_SOCKET, SO_ERROR), 0);
}

static void helper(struct role *r, int fd)
{
	recv_pattern(fd, LEN);
	meet(r, 'r');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
