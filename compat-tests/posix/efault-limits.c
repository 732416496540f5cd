// SPDX-License-Identifier: MIT
/* efault-limits - setrlimit() and prlimit() with limits that cannot be read, before there is a socket and after. */
#include <sys/resource.h>
#include <sys/wait.h>

#include "badmem.h"
#include "kinds.h"

static void tries(void)
{
	static const int what[] = { RLIMIT_NOFILE, RLIMIT_AS, RLIMIT_CORE };
	struct rlimit was, now;
	void *bad[4];

	for (int i = unreadable(bad) - 1; i >= 0; i--)
		for (int k = 0; k < 3; k++) {
			about("limit %d at %p", what[k], bad[i]);
			OK(getrlimit(what[k], &was));
			FAILS(setrlimit(what[k], bad[i]), EFAULT);
			FAILS(prlimit(0, what[k], bad[i], NULL), EFAULT);
			OK(getrlimit(what[k], &now));
			CHECK(memcmp(&was, &now, sizeof(was)) == 0);
			OK(setrlimit(what[k], &was));
		}
}

static void subject(struct role *r)
{
	int t[2];

	own_pair(r, t);
	tries();
	OK(close(t[0]));
	OK(close(t[1]));
}

int main(int argc, char **argv)
{
	tries();
	return alone_main(argc, argv, subject);
}
