// SPDX-License-Identifier: MIT
/* mlockall - mlockall() of what is and what comes, within a bound on locked memory, and sockets after it. */
#include <grp.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "kinds.h"

#define NOBODY 65534
#define BOUND (UINT64_C(256) << 20)

/* Without privileges the bound holds, so that no machine is brought down. */
static void locked(struct role *r)
{
	struct rlimit lim;
	int t[2];

	OK(getrlimit(RLIMIT_MEMLOCK, &lim));
	lim.rlim_cur = lim.rlim_max < BOUND ? lim.rlim_max : BOUND;
	OK(setrlimit(RLIMIT_MEMLOCK, &lim));
	if (geteuid() == 0) {
		OK(setgroups(0, NULL));
		OK(setgid(NOBODY));
		OK(setuid(NOBODY));
	}
	OK(mlockall(MCL_CURRENT | MCL_FUTURE));
	own_pair(r, t);
	send_text(t[0], "locked");
	want_text(t[1], "locked");
	OK(munlockall());
	_exit(0);
}

static void subject(struct role *r)
{
	int t[2], status;
	pid_t pid;

	own_pair(r, t); /* what a stack reserves is reserved */
	pid = fork();
	OK(pid);
	if (pid == 0)
		locked(r);
	GIVES(waitpid(pid, &status, 0), pid);
	GIVES(status, 0);
	OK(close(t[0]));
	OK(close(t[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
