// SPDX-License-Identifier: MIT
/* oob-sigurg - SIGURG goes to the owner that F_SETOWN, F_SETOWN_EX and SIOCSPGRP name. */
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "roles.h"

static volatile sig_atomic_t urgent;

static void on_urgent(int sig)
{
	(void)sig;
	urgent++;
}

static int owner(int fd)
{
	int who = -1;

	OK(ioctl(fd, SIOCGPGRP, &who));
	GIVES(fcntl(fd, F_GETOWN), who);
	return who;
}

static void wait_urgent(int n)
{
	int ms;

	for (ms = 0; urgent < n && ms < 5000; ms += 5)
		sleep_ms(5);
	GIVES(urgent, n);
}

static void subject(struct role *r, int fd)
{
	struct f_owner_ex ex = { .type = F_OWNER_PGRP };
	int pid = getpid();
	char got[8];

	handle(SIGURG, on_urgent, 0);
	GIVES(owner(fd), 0);
	OK(fcntl(fd, F_SETOWN, pid));
	GIVES(owner(fd), pid);
	OK(fcntl(fd, F_GETOWN_EX, &ex));
	GIVES(ex.type, F_OWNER_PID);
	GIVES(ex.pid, pid);
	meet(r, '1');
	/* a program looks now and then: the signal is not all that it has */
	CHECK(wait_all_events(fd, POLLPRI, POLLPRI) & POLLPRI);
	wait_urgent(1);
	GIVES(recv(fd, got, 1, MSG_OOB), 1);
	GIVES(got[0], 'A');
	want_text(fd, "x");
	ex = (struct f_owner_ex){ .type = F_OWNER_TID, .pid = gettid() };
	OK(fcntl(fd, F_SETOWN_EX, &ex));
	meet(r, '2');
	CHECK(wait_all_events(fd, POLLPRI, POLLPRI) & POLLPRI);
	wait_urgent(2);
	pid = 0;
	OK(ioctl(fd, SIOCSPGRP, &pid));
	meet(r, '3');
	want_text(fd, "y");
	CHECK(wait_all_events(fd, POLLPRI, POLLPRI) & POLLPRI);
	sleep_ms(20);
	GIVES(urgent, 2);
	ex = (struct f_owner_ex){ .type = 9 };
	FAILS(fcntl(fd, F_SETOWN_EX, &ex), EINVAL);
	meet(r, '4');
}

static void helper(struct role *r, int fd)
{
	meet(r, '1');
	GIVES(send(fd, "A", 1, MSG_OOB), 1);
	send_text(fd, "x");
	meet(r, '2');
	GIVES(send(fd, "B", 1, MSG_OOB), 1);
	meet(r, '3');
	send_text(fd, "y");
	GIVES(send(fd, "C", 1, MSG_OOB), 1);
	meet(r, '4');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
