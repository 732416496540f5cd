// SPDX-License-Identifier: MIT
/*
 * test_start.c - a program that gains privileges loads no stranger's code
 *
 * A copy of this program is executed by nobody, with its variables and its name
 * leading to a directory of nobody's, where a libixdp.so lies. It may not be
 * opened by a copy that is setuid; that it is by one that is not shows that the
 * test sees it. Where the one that is installed is opened instead, its start
 * does not get far. Needs root, and a /tmp where setuid counts.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>
/* after the above */
#include <cmocka.h>

#include "base/test/nobody.h"
#include "ix/libix.h"

static char dir[] = "/tmp/ix-secure-XXXXXX";
static char theirs[64], prog[64], lib[96];

static int setup(void **state)
{
	int fd;

	(void)state;
	if (!nobody_gains())
		return 0;
	if (!mkdtemp(dir) || chmod(dir, 0755) < 0)
		return -1;
	snprintf(theirs, sizeof(theirs), "%s/theirs", dir);
	snprintf(prog, sizeof(prog), "%s/prog", dir);
	snprintf(lib, sizeof(lib), "%s/libixdp.so", theirs);
	fd = open(prog, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	if (mkdir(theirs, 0755) < 0 || copy_self(fd) < 0)
		return -1;
	fd = open(lib, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	return close(fd);
}

static int teardown(void **state)
{
	(void)state;
	unlink(lib);
	unlink(prog);
	rmdir(theirs);
	rmdir(dir);
	return 0;
}

/* Let nobody execute the copy: was the library looked at? */
static bool is_opened(const char *name, const char *variable)
{
	char *argv[] = { (char *)(uintptr_t)name, NULL };
	char *envp[] = { "IX_TEST_START=1", (char *)(uintptr_t)variable, NULL };
	int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC), status;
	struct inotify_event ev;
	bool seen;
	pid_t pid;

	assert_true(inotify_add_watch(watch, lib, IN_OPEN) >= 0);
	pid = fork();
	if (pid == 0) {
		nobody_executes(prog, argv, envp);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	seen = read(watch, &ev, sizeof(ev)) > 0;
	close(watch);
	return seen;
}

static void set_mode(mode_t mode)
{
	if (!prog[0])
		skip();
	assert_int_equal(chmod(prog, mode), 0);
}

static const char *variable(void)
{
	static char text[96];

	snprintf(text, sizeof(text), "IX_LIBDIR=%s", theirs);
	return text;
}

/* What a program of which this library is part takes for its own path. */
static const char *name(void)
{
	static char text[96];

	snprintf(text, sizeof(text), "%s/prog", theirs);
	return text;
}

static void test_ordinary(void **state)
{
	(void)state;
	set_mode(0755);
	assert_true(is_opened("prog", variable()));
	assert_true(is_opened(name(), "X=1"));
}

static void test_setuid(void **state)
{
	(void)state;
	set_mode(04755);
	assert_false(is_opened("prog", variable()));
	assert_false(is_opened(name(), "X=1"));
	assert_false(is_opened(name(), variable()));
}

static void test_setgid(void **state)
{
	(void)state;
	set_mode(02755);
	assert_false(is_opened(name(), variable()));
}

/* The copy: without a library, or with too few descriptors. */
static int start(void)
{
	static const struct ix_handlers none;
	char err[1024] = "";

	return ix_start(&none, err, sizeof(err)) < 0 ? 0 : 2;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ordinary),
		cmocka_unit_test(test_setuid),
		cmocka_unit_test(test_setgid),
	};

	/* not by way of a sanitizer's end, which would trace the process */
	if (getenv("IX_TEST_START"))
		_exit(start());
	return cmocka_run_group_tests_name("start", tests, setup, teardown);
}
