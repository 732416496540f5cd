/* SPDX-License-Identifier: MIT */
/*
 * nobody.h - nobody executes a copy of the program that runs
 *
 * For tests of what a program does that gains privileges by that. No start of
 * the copy gets far: there is a descriptor in the way of those that the
 * dataplane hides, and root may not raise the limit.
 */
#ifndef IX_BASE_TEST_NOBODY_H
#define IX_BASE_TEST_NOBODY_H

#include <fcntl.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define NOBODY 65534
#define NOBODY_FILES 1024
#define NOBODY_IN_THE_WAY 1000 /* with this limit none of ours is above it */

/* Root, and a /tmp where setuid counts? */
static inline bool nobody_gains(void)
{
	struct statvfs fs;

	return geteuid() == 0 && statvfs("/tmp", &fs) == 0 &&
	       !(fs.f_flag & (ST_NOSUID | ST_NOEXEC));
}

/* The program that runs, into a file; closes it. 0 or -1. */
static inline int copy_self(int out)
{
	int in = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct stat st;
	off_t left;

	if (in < 0 || out < 0 || fstat(in, &st) < 0)
		return -1;
	for (left = st.st_size; left > 0;) {
		ssize_t n = sendfile(out, in, NULL, (size_t)left);

		if (n <= 0)
			return -1;
		left -= n;
	}
	close(in);
	return close(out);
}

/* Comes back only if it fails. */
static inline void nobody_executes(const char *prog, char *const argv[],
				   char *const envp[])
{
	struct rlimit files = { NOBODY_FILES, NOBODY_FILES };

	if (prctl(PR_CAPBSET_DROP, CAP_SYS_RESOURCE, 0, 0, 0) == 0 &&
	    setrlimit(RLIMIT_NOFILE, &files) == 0 &&
	    dup2(1, NOBODY_IN_THE_WAY) == NOBODY_IN_THE_WAY &&
	    setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
	    setresuid(NOBODY, NOBODY, NOBODY) == 0)
		execve(prog, argv, envp);
}

#endif
