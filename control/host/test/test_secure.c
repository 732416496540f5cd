// SPDX-License-Identifier: MIT
/*
 * test_secure.c - the environment of a program that gains privileges
 *
 * A copy of this program is executed by nobody, who sets variables. Where it is
 * setuid they are not looked at: a start gets beyond the settings. It ends at the
 * next step, as it has a descriptor in the way. Needs root, and a /tmp where
 * setuid counts.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>
/* after the above */
#include <cmocka.h>

#include "control/host/instance.h"

#define NOBODY 65534
#define FILES 1024
#define IN_THE_WAY 1000 /* with this limit none of ours is above it */

static char prog[] = "/tmp/ix-secure-XXXXXX";

static int setup(void **state)
{
	int in = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), out;
	struct statvfs fs;
	struct stat st;
	off_t left;

	(void)state;
	if (geteuid() != 0 || statvfs("/tmp", &fs) < 0 ||
	    fs.f_flag & (ST_NOSUID | ST_NOEXEC)) {
		prog[0] = 0;
		return close(in);
	}
	out = mkstemp(prog);
	if (out < 0 || fstat(in, &st) < 0)
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

static int teardown(void **state)
{
	(void)state;
	unlink(prog);
	return 0;
}

static void as_nobody(char *const envp[])
{
	struct rlimit files = { FILES, FILES };
	char *argv[] = { prog, NULL };

	/* root would raise the limit */
	if (prctl(PR_CAPBSET_DROP, CAP_SYS_RESOURCE, 0, 0, 0) == 0 &&
	    setrlimit(RLIMIT_NOFILE, &files) == 0 &&
	    dup2(1, IN_THE_WAY) == IN_THE_WAY &&
	    setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
	    setresuid(NOBODY, NOBODY, NOBODY) == 0)
		execve(prog, argv, envp);
}

/* What a start says with this variable, in the copy. */
static const char *says(mode_t mode, const char *variable)
{
	char *envp[] = { "TEST_START=1", (char *)(uintptr_t)variable, NULL };
	static char text[512];
	int out[2], status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(chmod(prog, mode), 0);
	assert_int_equal(pipe(out), 0);
	pid = fork();
	if (pid == 0) {
		dup2(out[1], 1);
		as_nobody(envp);
		_exit(1);
	}
	close(out[1]);
	n = read(out[0], text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = 0;
	close(out[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	return text;
}

static const char *const variables[] = { "IX_BATCH=x", "IX_NONE=1",
					 "IX_CONFIG=/nonexistent" };
#define NVARIABLES (sizeof(variables) / sizeof(variables[0]))

/* They are seen, or the test would not show a thing. */
static void test_ordinary(void **state)
{
	unsigned i;

	(void)state;
	if (!prog[0])
		skip();
	for (i = 0; i < NVARIABLES; i++)
		assert_null(strstr(says(0755, variables[i]), "too few"));
}

static void test_setuid(void **state)
{
	unsigned i;

	(void)state;
	if (!prog[0])
		skip();
	for (i = 0; i < NVARIABLES; i++)
		assert_non_null(strstr(says(04755, variables[i]),
				       "too few file descriptors"));
}

static int start(void)
{
	char err[512] = "";
	const struct ix_boot_args args = { .abi = IX_ABI_VERSION,
					   .err = err,
					   .err_size = sizeof(err) };
	struct ix_info info;

	if (instance_boot(&args, &info) == 0)
		return 2;
	puts(err);
	/* what belongs to the program is as it was */
	return getenv("TEST_START") ? 0 : 3;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ordinary),
		cmocka_unit_test(test_setuid),
	};

	if (getenv("TEST_START"))
		return start();
	return cmocka_run_group_tests_name("secure", tests, setup, teardown);
}
