// SPDX-License-Identifier: MIT
/*
 * test_boot.c - the environment of a program that gains privileges
 *
 * A copy of this program is executed by nobody, who sets variables. Where it is
 * setuid they are not looked at: a start gets beyond the settings. It ends at the
 * next step, as it has a descriptor in the way. Needs root, and a /tmp where
 * setuid counts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
/* after the above */
#include <cmocka.h>

#include "base/test/nobody.h"
#include "control/host/boot/boot.h"

static char prog[] = "/tmp/ix-secure-XXXXXX";

static int setup(void **state)
{
	(void)state;
	if (nobody_gains())
		return copy_self(mkstemp(prog));
	prog[0] = 0;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(prog);
	return 0;
}

/* What a start says with this variable, in the copy. */
static const char *says(mode_t mode, const char *variable)
{
	char *envp[] = { "TEST_START=1", (char *)(uintptr_t)variable, NULL };
	char *argv[] = { prog, NULL };
	static char text[512];
	int out[2], status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(chmod(prog, mode), 0);
	assert_int_equal(pipe(out), 0);
	pid = fork();
	if (pid == 0) {
		dup2(out[1], 1);
		nobody_executes(prog, argv, envp);
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
	struct ix_booted out;

	if (instance_boot(&args, &out) == 0)
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
	return cmocka_run_group_tests_name("boot", tests, setup, teardown);
}
