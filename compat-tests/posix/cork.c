// SPDX-License-Identifier: MIT
/* cork - TCP_CORK and MSG_MORE hold a small segment until there is more. */
#include <netinet/tcp.h>

#include "roles.h"

#define TRIES 20

/* Linux holds for 200 ms at most: a try that took longer shows nothing. */
static bool in_time(struct role *r, uint64_t start)
{
	bool yes = now_ms() - start < 150;

	tell(r, yes);
	return yes;
}

static bool try_cork(struct role *r, int fd)
{
	uint64_t start;

	meet(r, '0');
	start = now_ms();
	set_int(fd, IPPROTO_TCP, TCP_CORK, 1);
	send_text(fd, "bo");
	send_text(fd, "dy");
	meet(r, '1');
	meet(r, '2');
	set_int(fd, IPPROTO_TCP, TCP_CORK, 0);
	return in_time(r, start);
}

static bool try_more(struct role *r, int fd)
{
	uint64_t start;

	meet(r, '0');
	start = now_ms();
	OK(send(fd, "bo", 2, MSG_MORE));
	meet(r, '1');
	meet(r, '2');
	OK(send(fd, "dy", 2, 0));
	return in_time(r, start);
}

static void until_in_time(struct role *r, int fd, bool try(struct role *, int))
{
	int tries = 0;

	while (!try(r, fd))
		CHECK(++tries < TRIES);
}

static void subject(struct role *r, int fd)
{
	until_in_time(r, fd, try_cork);
	until_in_time(r, fd, try_more);
}

/* Nothing for a while, then all in one piece. */
static bool try_body(struct role *r, int fd)
{
	short early;
	char buf[8];

	meet(r, '0');
	meet(r, '1');
	early = wait_events(fd, POLLIN, 50);
	meet(r, '2');
	if (!hear(r)) {
		want_text(fd, "body");
		return false;
	}
	GIVES(early, 0);
	GIVES(recv(fd, buf, sizeof(buf), 0), 4);
	CHECK(memcmp(buf, "body", 4) == 0);
	return true;
}

static void helper(struct role *r, int fd)
{
	until_in_time(r, fd, try_body);
	until_in_time(r, fd, try_body);
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
