// SPDX-License-Identifier: MIT
/*
 * test_rundir.c - a directory in /tmp that somebody else has made before
 *
 * As a user that nobody else is. Needs root, to become that user.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
/* after the above */
#include <cmocka.h>

#include "drv/drv.h"

#define USER 0x70fedcba

static char dir[64], real[64], lock[128];

/* What drv_run_dir() says to the user. */
static int as_user(void)
{
	char path[128];
	int rc, status;
	pid_t pid = fork();

	if (pid == 0) {
		if (setresgid(USER, USER, USER) < 0 ||
		    setresuid(USER, USER, USER) < 0)
			_exit(255);
		umask(0);
		rc = drv_run_dir(path, sizeof(path));
		drv_reclaim();
		_exit(strcmp(path, dir) ? 254 : rc < 0 ? -rc : 0);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return -WEXITSTATUS(status);
}

static void expect_mode(mode_t mode)
{
	struct stat st;

	assert_int_equal(lstat(dir, &st), 0);
	assert_int_equal(st.st_mode, mode);
	assert_int_equal(st.st_uid, USER);
}

static void make(const char *path, mode_t mode, uid_t owner)
{
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(chmod(path, mode), 0);
	assert_int_equal(chown(path, owner, owner), 0);
}

static int clean(void **state)
{
	(void)state;
	if (geteuid() != 0)
		return 0;
	unsetenv("XDG_RUNTIME_DIR");
	snprintf(dir, sizeof(dir), "/tmp/ix-%u", USER);
	snprintf(real, sizeof(real), "/tmp/ix-real-%u", USER);
	snprintf(lock, sizeof(lock), "%s/host-x.lock", dir);
	unlink(lock);
	unlink(dir);
	rmdir(dir);
	rmdir(real);
	return 0;
}

static void test_new(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(as_user(), 0);
	expect_mode(S_IFDIR | 0700);
	assert_int_equal(as_user(), 0);
}

/* A file in it says what is to be undone, and where. */
static void test_writable(void **state)
{
	int fd;

	(void)state;
	if (geteuid() != 0)
		skip();
	make(dir, 0777, USER);
	fd = open(lock, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	assert_int_equal(write(fd, "socket /x\n", 10), 10);
	assert_int_equal(fchmod(fd, 0666), 0);
	close(fd);
	assert_int_equal(as_user(), -EPERM);
	assert_int_equal(access(lock, F_OK), 0);
	expect_mode(S_IFDIR | 0777);
}

static void test_of_another(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	make(dir, 0777, USER + 1);
	assert_int_equal(as_user(), -EPERM);
}

static void test_link(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	make(real, 0700, USER);
	assert_int_equal(symlink(real, dir), 0);
	assert_int_equal(lchown(dir, USER, USER), 0);
	assert_int_equal(as_user(), -ENOTDIR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_new, clean, clean),
		cmocka_unit_test_setup_teardown(test_writable, clean, clean),
		cmocka_unit_test_setup_teardown(test_of_another, clean, clean),
		cmocka_unit_test_setup_teardown(test_link, clean, clean),
	};

	return cmocka_run_group_tests_name("run directory", tests, NULL, NULL);
}
