// SPDX-License-Identifier: MIT
/* flags-waitall - MSG_WAITALL in every call ends with what is there at a time-out, a signal, MSG_DONTWAIT or the end. */
#include <sys/time.h>

#include "roles.h"

static void on_alarm(int sig)
{
	(void)sig;
}

static ssize_t pieces(int fd, char *got, int flags)
{
	struct iovec iov[3] = { { got, 3 }, { got + 3, 3 }, { got + 6, 3 } };
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = 3 };

	return recvmsg(fd, &m, flags);
}

static void subject(struct role *r, int fd)
{
	struct timeval limit = { .tv_usec = 80000 }, none = { 0 };
	char got[16];

	meet(r, '1');
	GIVES(wait_events(fd, POLLIN, 5000), POLLIN);
	GIVES(recv(fd, got, 9, MSG_WAITALL | MSG_DONTWAIT), 4);
	meet(r, '2');
	OK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)));
	GIVES(pieces(fd, got, MSG_WAITALL), 4);
	CHECK(memcmp(got, "2222", 4) == 0);
	FAILS(pieces(fd, got, MSG_WAITALL), EAGAIN);
	OK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &none, sizeof(none)));
	meet(r, '3');
	handle(SIGALRM, on_alarm, 0);
	GIVES(wait_events(fd, POLLIN, 5000), POLLIN);
	alarm_every(50);
	GIVES(recvfrom(fd, got, 9, MSG_WAITALL, NULL, NULL), 4);
	alarm_every(0);
	meet(r, '4');
	GIVES(pieces(fd, got, MSG_WAITALL), 9);
	CHECK(memcmp(got, "4444after", 9) == 0);
	GIVES(recv(fd, got, 9, MSG_WAITALL), 1);
	GIVES(recv(fd, got, 9, MSG_WAITALL), 0);
}

static void helper(struct role *r, int fd)
{
	meet(r, '1');
	send_text(fd, "1111");
	meet(r, '2');
	send_text(fd, "2222");
	meet(r, '3');
	send_text(fd, "3333");
	meet(r, '4');
	send_text(fd, "4444");
	sleep_ms(30);
	send_text(fd, "after.");
	OK(shutdown(fd, SHUT_WR));
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
