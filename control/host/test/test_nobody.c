// SPDX-License-Identifier: MIT
/*
 * test_nobody.c - processes that have given up all they had
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
/* after the above */
#include <cmocka.h>

#include "control/host/owner/nobody.h"

/* A line of /proc/self/status, without its name. */
static const char *status(const char *name, char line[256])
{
	FILE *f = fopen("/proc/self/status", "re");
	size_t n = strlen(name);

	while (f && fgets(line, 256, f))
		if (strncmp(line, name, n) == 0 && line[n] == ':') {
			fclose(f);
			line[strcspn(line, "\n")] = 0;
			return line + n + 1;
		}
	if (f)
		fclose(f);
	return "none";
}

static int differs(const char *name, const char *want)
{
	char line[256];
	const char *is = status(name, line);

	if (strcmp(is + strspn(is, " \t"), want) == 0)
		return 0;
	fprintf(stderr, "%s is '%s', not '%s'\n", name, is, want);
	return 1;
}

static int has_any_cap(void)
{
	static const char *const sets[] = { "CapInh", "CapPrm", "CapEff",
					    "CapAmb" };
	unsigned i;
	int bad = 0;

	for (i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		bad |= differs(sets[i], "0000000000000000");
	return bad;
}

static int is_loose(void)
{
	int sig = 0;

	prctl(PR_GET_PDEATHSIG, &sig);
	return sig != SIGKILL || differs("NoNewPrivs", "1") ||
	       prctl(PR_GET_DUMPABLE) != 0;
}

/* Runs in a process of its own; its exit status. */
static int in_child(int (*fn)(void))
{
	pid_t pid = fork();
	int rc;

	if (pid == 0)
		_exit(fn());
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &rc, 0), pid);
	assert_true(WIFEXITED(rc));
	return WEXITSTATUS(rc);
}

static int of_root(void)
{
	const gid_t groups[] = { 4, 27 };
	uid_t id = nobody_id(1, getpid());
	char ids[64];

	if (setgroups(2, groups) < 0 || nobody_become(id) < 0)
		return 2;
	snprintf(ids, sizeof(ids), "%u\t%u\t%u\t%u", id, id, id, id);
	if (setresuid(0, 0, 0) == 0 || setgroups(2, groups) == 0)
		return 3;
	return has_any_cap() || is_loose() || differs("Uid", ids) ||
	       differs("Gid", ids) || differs("Groups", "") ||
	       differs("CapBnd", "0000000000000000");
}

static void test_root(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(in_child(of_root), 0);
}

/* Not root, but with its capabilities: those go, all the same. */
static int of_user(void)
{
	if (prctl(PR_SET_KEEPCAPS, 1) < 0 || setresgid(1234, 1234, 1234) < 0 ||
	    setresuid(1234, 1234, 1234) < 0)
		return 2;
	if (nobody_become(nobody_id(1, getpid())) < 0)
		return 3;
	return has_any_cap() || is_loose() ||
	       differs("Uid", "1234\t1234\t1234\t1234");
}

static void test_user(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(in_child(of_user), 0);
}

/* Root of a user namespace that has no such user. */
static int of_namespace(void)
{
	int fd;

	if (unshare(CLONE_NEWUSER) < 0)
		return 77;
	fd = open("/proc/self/uid_map", O_WRONLY);
	if (fd < 0 || write(fd, "0 0 1", 5) != 5)
		return 77;
	return nobody_become(nobody_id(1, getpid())) < 0 ? 0 : 1;
}

static void test_namespace(void **state)
{
	int rc;

	(void)state;
	rc = in_child(of_namespace);
	if (rc == 77)
		skip();
	assert_int_equal(rc, 0);
}

/* One that lives until the pipe is closed. */
static pid_t become_in_child(int *fd_out)
{
	int ready[2], stay[2];
	pid_t pid;
	char c;

	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(stay), 0);
	pid = fork();
	if (pid == 0) {
		close(stay[1]);
		if (nobody_become(nobody_id(1, getpid())) < 0 ||
		    write(ready[1], "", 1) != 1)
			_exit(1);
		_exit(read(stay[0], &c, 1) != 0);
	}
	close(ready[1]);
	close(stay[0]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(ready[0]);
	*fd_out = stay[1];
	return pid;
}

static pid_t other;

static int attack(void)
{
	if (nobody_become(nobody_id(1, getpid())) < 0)
		return 2;
	if (kill(other, 0) == 0 || errno != EPERM)
		return 3;
	return ptrace(PTRACE_SEIZE, other, 0, 0) == 0 ? 4 : 0;
}

/* Such processes are strangers to one another. */
static void test_strangers(void **state)
{
	int fd, rc;

	(void)state;
	if (geteuid() != 0)
		skip();
	other = become_in_child(&fd);
	assert_int_equal(in_child(attack), 0);
	close(fd);
	assert_int_equal(waitpid(other, &rc, 0), other);
	assert_int_equal(rc, 0);
}

static void test_ids(void **state)
{
	(void)state;
	assert_int_equal(nobody_id(0, 1), 0x70000001);
	assert_int_equal(nobody_id(~UINT64_C(0), 0x3fffff), 0x7fffffff);
	assert_int_not_equal(nobody_id(1, 7), nobody_id(2, 7));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_root),
		cmocka_unit_test(test_user),
		cmocka_unit_test(test_namespace),
		cmocka_unit_test(test_strangers),
		cmocka_unit_test(test_ids),
	};

	return cmocka_run_group_tests_name("nobody", tests, NULL, NULL);
}
