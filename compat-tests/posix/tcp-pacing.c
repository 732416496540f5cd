// SPDX-License-Identifier: MIT
/* tcp-pacing - SO_MAX_PACING_RATE holds a stream to so many bytes a second; UDP takes the number. */
#include "kinds.h"

#define RATE 500000
#define LEN 250000

static void values(struct role *r, struct made *m)
{
	(void)r;
	GIVES(get_int(m->fd, SOL_SOCKET, SO_MAX_PACING_RATE), -1);
	set_int(m->fd, SOL_SOCKET, SO_MAX_PACING_RATE, 123456);
	GIVES(get_int(m->fd, SOL_SOCKET, SO_MAX_PACING_RATE), 123456);
}

static void subject(struct role *r)
{
	int fd = pair(r);

	each_kind(r, OF_ALL, values);
	set_int(fd, SOL_SOCKET, SO_MAX_PACING_RATE, RATE);
	send_pattern(fd, LEN);
	GIVES(hear(r), 1);
	OK(close(fd));
}

/* It takes half a second; a third is lent at the start at most. */
static void helper(struct role *r)
{
	int fd = pair(r);
	uint64_t start = now_ms();

	recv_pattern(fd, LEN);
	took(start, 1000 * LEN / RATE * 6 / 10, "the paced stream");
	tell(r, 1);
	want_eof(fd);
	OK(close(fd));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
