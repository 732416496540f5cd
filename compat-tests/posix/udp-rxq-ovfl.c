// SPDX-License-Identifier: MIT
/* udp-rxq-ovfl - SO_RXQ_OVFL counts the datagrams for which the receive buffer had no room. */
#include "cmsgs.h"
#include "kinds.h"

#define SENT 200

/* The count that came with the last one. */
static int drain(int fd, int *dropped)
{
	struct received in;
	int n = 0;

	while (wait_events(fd, POLLIN, 200) & POLLIN) {
		receive(fd, &in, MSG_DONTWAIT);
		GIVES(in.n, 1000);
		*dropped = control_int(&in, SOL_SOCKET, SO_RXQ_OVFL);
		n++;
	}
	return n;
}

static void subject(struct role *r)
{
	char data[1000] = { 0 };
	int fd[2], dropped = -1, kept;

	own_udp(r, fd);
	set_int(fd[0], SOL_SOCKET, SO_RCVBUF, 20000);
	set_int(fd[0], SOL_SOCKET, SO_RXQ_OVFL, 1);
	for (int i = 0; i < SENT; i++)
		GIVES(send(fd[1], data, sizeof(data), 0), sizeof(data));
	kept = drain(fd[0], &dropped);
	CHECK(kept > 5 && kept < SENT / 2);
	/* a later one brings the count, for those before were taken in time */
	GIVES(send(fd[1], data, sizeof(data), 0), sizeof(data));
	GIVES(drain(fd[0], &dropped), 1);
	GIVES(dropped, SENT - kept);
	OK(close(fd[0]));
	OK(close(fd[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
