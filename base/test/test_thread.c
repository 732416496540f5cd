// SPDX-License-Identifier: MIT
/*
 * test_thread.c - threads that live, and what a failed look at /proc says
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
/* after the above */
#include <cmocka.h>

#include "base/thread.h"

static pid_t child(void)
{
	pid_t pid = fork();

	if (pid == 0)
		for (;;)
			pause();
	return pid;
}

/* Killed, and still a zombie. */
static void die(pid_t pid)
{
	siginfo_t info;

	kill(pid, SIGKILL);
	waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
}

/* A directory in the place of /proc, where stat of tid is a directory (whose
 * read fails) or an empty file. */
static int false_proc(char *dir, pid_t tid, bool empty_file)
{
	char path[80];

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/%d", dir, tid);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/%d/stat", dir, tid);
	if (empty_file)
		close(open(path, O_CREAT | O_WRONLY, 0600));
	else
		assert_int_equal(mkdir(path, 0700), 0);
	return open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static void remove_false_proc(int proc, const char *dir, pid_t tid)
{
	char path[32];

	snprintf(path, sizeof(path), "%d/stat", tid);
	if (unlinkat(proc, path, 0) < 0)
		unlinkat(proc, path, AT_REMOVEDIR);
	snprintf(path, sizeof(path), "%d", tid);
	unlinkat(proc, path, AT_REMOVEDIR);
	close(proc);
	rmdir(dir);
}

static void a_thread_lives_is_a_zombie_is_gone(void **state)
{
	int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	pid_t pid = child();

	(void)state;
	assert_false(thread_dead(PROC_BY_NAME, (uint32_t)pid));
	assert_false(thread_dead(proc, (uint32_t)pid));
	assert_false(thread_dead(PROC_NONE, (uint32_t)pid));
	die(pid);
	assert_true(thread_dead(PROC_BY_NAME, (uint32_t)pid));
	assert_true(thread_dead(proc, (uint32_t)pid));
	assert_false(thread_dead(PROC_NONE, (uint32_t)pid));
	waitpid(pid, NULL, 0);
	assert_true(thread_dead(PROC_BY_NAME, (uint32_t)pid));
	assert_true(thread_dead(proc, (uint32_t)pid));
	assert_true(thread_dead(PROC_NONE, (uint32_t)pid));
	close(proc);
}

static void a_failed_read_takes_nothing_from_the_living(void **state)
{
	(void)state;
	for (int empty = 0; empty < 2; empty++) {
		char dir[] = "/tmp/ix-proc-XXXXXX";
		pid_t pid = child();
		int proc = false_proc(dir, pid, empty);

		assert_false(thread_dead(proc, (uint32_t)pid));
		assert_false(thread_stopped(proc, (uint32_t)pid));
		die(pid);
		waitpid(pid, NULL, 0);
		assert_true(thread_dead(proc, (uint32_t)pid));
		remove_false_proc(proc, dir, pid);
	}
}

static void a_stopped_thread_is_not_dead(void **state)
{
	pid_t pid = child();
	int status;

	(void)state;
	assert_false(thread_stopped(PROC_BY_NAME, (uint32_t)pid));
	kill(pid, SIGSTOP);
	waitpid(pid, &status, WUNTRACED);
	assert_true(thread_stopped(PROC_BY_NAME, (uint32_t)pid));
	assert_false(thread_dead(PROC_BY_NAME, (uint32_t)pid));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thread_lives_is_a_zombie_is_gone),
		cmocka_unit_test(a_failed_read_takes_nothing_from_the_living),
		cmocka_unit_test(a_stopped_thread_is_not_dead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
