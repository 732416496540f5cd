// SPDX-License-Identifier: MIT
/*
 * test_stderr.c - lines for a standard error that may have become anything
 *
 * Each test is a process of its own, whose descriptor 2 it is.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
/* after the above */
#include <cmocka.h>

#include "control/host/instance/stderr.h"

#define LINE "ix: a line\n"

static char dir[] = "/tmp/ix-stderr-XXXXXX";
static char path[64], other[64];
static int proc_fd;

/* 0, or the line of the test that is not as it should be. */
#define EXPECT(what)                     \
	do {                             \
		if (!(what))             \
			return __LINE__; \
	} while (0)

static void in_child(int (*fn)(void))
{
	pid_t pid = fork();
	int rc;

	if (pid == 0) {
		alarm(10); /* it must not block */
		signal(SIGPIPE, SIG_IGN);
		rc = fn();
		if (rc)
			printf("line %d\n", rc);
		fflush(stdout);
		_exit(rc != 0);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &rc, 0), pid);
	assert_int_equal(rc, 0);
}

static bool say(int kept)
{
	return stderr_write(kept, proc_fd, getpid(), LINE);
}

static int become(const char *name, int flags)
{
	int fd = open(name, flags | O_CLOEXEC, 0600);

	if (fd < 0 || dup2(fd, 2) < 0)
		return -1;
	return close(fd);
}

static int holds(const char *name, const char *want)
{
	char text[64] = "";
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, text, sizeof(text) - 1);

	close(fd);
	return n >= 0 && strcmp(text, want) == 0;
}

static int file(void)
{
	int kept;

	EXPECT(become(path, O_WRONLY | O_CREAT | O_TRUNC) == 0);
	EXPECT(write(2, "own\n", 4) == 4);
	kept = stderr_keep();
	EXPECT(kept >= 0 && say(kept));
	EXPECT(holds(path, "own\n" LINE));
	return 0;
}

/* What it has become is neither written to nor opened. */
static int replaced(void)
{
	struct inotify_event ev;
	int kept, watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	EXPECT(become(path, O_WRONLY | O_CREAT | O_TRUNC) == 0);
	kept = stderr_keep();
	EXPECT(become(other, O_RDWR | O_CREAT | O_TRUNC) == 0);
	EXPECT(inotify_add_watch(watch, other, IN_ALL_EVENTS) >= 0);
	EXPECT(!say(kept));
	EXPECT(read(watch, &ev, sizeof(ev)) < 0 && errno == EAGAIN);
	EXPECT(holds(path, ""));
	return 0;
}

static int closed(void)
{
	int kept;

	EXPECT(become(path, O_WRONLY | O_CREAT | O_TRUNC) == 0);
	kept = stderr_keep();
	close(2);
	EXPECT(!say(kept));
	EXPECT(stderr_keep() < 0);
	return 0;
}

/* Opening it for writing would wait for a reader. */
static int fifo(void)
{
	int kept;

	unlink(path);
	EXPECT(mkfifo(path, 0600) == 0);
	EXPECT(become(path, O_RDWR) == 0);
	kept = stderr_keep();
	EXPECT(kept >= 0);
	EXPECT(say(kept));
	EXPECT(become(path, O_RDONLY | O_NONBLOCK) == 0);
	EXPECT(say(kept));
	unlink(path);
	return 0;
}

static int no_reader(void)
{
	int p[2], kept;

	EXPECT(pipe2(p, O_CLOEXEC) == 0 && dup2(p[1], 2) == 2);
	kept = stderr_keep();
	close(p[0]);
	EXPECT(kept >= 0 && !say(kept));
	return 0;
}

static int full_pipe(void)
{
	char block[4096] = { 0 };
	int p[2], kept;

	EXPECT(pipe2(p, O_CLOEXEC | O_NONBLOCK) == 0);
	while (write(p[1], block, sizeof(block)) > 0)
		;
	EXPECT(fcntl(p[1], F_SETFL, 0) == 0 && dup2(p[1], 2) == 2);
	kept = stderr_keep();
	EXPECT(kept >= 0 && !say(kept));
	/* and the program's own writes may block as before */
	EXPECT(!(fcntl(2, F_GETFL) & O_NONBLOCK));
	return 0;
}

/* Readers see the end when the program has closed it. */
static int pipe_ends(void)
{
	char c;
	int p[2], kept;

	EXPECT(pipe2(p, O_CLOEXEC) == 0 && dup2(p[1], 2) == 2);
	kept = stderr_keep();
	close(p[1]);
	EXPECT(kept >= 0 && say(kept));
	close(2);
	while (read(p[0], &c, 1) == 1)
		;
	return 0;
}

/* Who opens it is to wait until the program gives its lease up. */
static int leased(void)
{
	int kept;

	signal(SIGIO, SIG_IGN);
	EXPECT(become(path, O_WRONLY | O_CREAT | O_TRUNC) == 0);
	kept = stderr_keep();
	EXPECT(become(path, O_RDONLY) == 0);
	if (fcntl(2, F_SETLEASE, F_RDLCK) < 0)
		return 0;
	EXPECT(!say(kept));
	return 0;
}

static int device(void)
{
	EXPECT(become("/dev/null", O_RDWR) == 0);
	EXPECT(stderr_keep() < 0);
	EXPECT(become("/dev/full", O_RDWR) == 0);
	EXPECT(stderr_keep() < 0);
	EXPECT(become("/", O_RDONLY | O_DIRECTORY) == 0);
	EXPECT(stderr_keep() < 0);
	return 0;
}

static int terminal(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), kept;
	char text[64] = "";

	EXPECT(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
	EXPECT(become(ptsname(master), O_RDWR | O_NOCTTY) == 0);
	kept = stderr_keep();
	EXPECT(kept >= 0 && say(kept));
	EXPECT(read(master, text, sizeof(text) - 1) > 0);
	EXPECT(strncmp(text, "ix: a line", 10) == 0);
	return 0;
}

#define TEST(name)                        \
	static void test_##name(void **s) \
	{                                 \
		(void)s;                  \
		in_child(name);           \
	}
#define TESTS(X)    \
	X(file)     \
	X(replaced) \
	X(closed)   \
	X(fifo)     \
	X(no_reader) X(full_pipe) X(pipe_ends) X(leased) X(device) X(terminal)
TESTS(TEST)

int main(void)
{
#define ENTRY(name) cmocka_unit_test(test_##name),
	const struct CMUnitTest tests[] = { TESTS(ENTRY) };
	int rc;

	proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (!mkdtemp(dir))
		return 1;
	snprintf(path, sizeof(path), "%s/a", dir);
	snprintf(other, sizeof(other), "%s/b", dir);
	rc = cmocka_run_group_tests_name("stderr", tests, NULL, NULL);
	unlink(path);
	unlink(other);
	rmdir(dir);
	return rc;
}
