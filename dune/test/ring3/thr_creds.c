// SPDX-License-Identifier: MIT
/*
 * thr_creds - who a program is that a thread executes: that thread, and never
 * somebody with more rights
 *
 * For root. Raw system calls, which change one thread's credentials alone.
 */
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "verdict.h"

#define NOBODY 65534
#define GROUP 1234
#define REPORT_FD 20
#define BIT(cap) (UINT64_C(1) << (cap))
#define WINDOW_START UINT64_C(0x100000000000)
#define WINDOW_SIZE (UINT64_C(64) << 30)

/* What the program that was executed says of itself. */
struct report {
	uid_t uid[3], fsuid;
	gid_t gid[3], fsgid;
	int ngroups;
	gid_t group;
	uint64_t permitted, effective, inheritable, ambient, bounding;
	int securebits, no_new_privs;
	mode_t mask;
	char cwd[64];
	uint64_t blocked;
	bool regains; /* root, by asking for it */
	bool leads;   /* it is the main thread */
};

static struct report now;
static char self[4096]; /* the file */

static bool in_ring3(void)
{
	uint64_t at = (uint64_t)(uintptr_t)&now;

	return at - WINDOW_START < WINDOW_SIZE;
}

static void caps_get(uint64_t *permitted, uint64_t *effective,
		     uint64_t *inheritable)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2];

	memset(d, 0, sizeof(d));
	syscall(SYS_capget, &h, d);
	*permitted = d[0].permitted | (uint64_t)d[1].permitted << 32;
	*effective = d[0].effective | (uint64_t)d[1].effective << 32;
	*inheritable = d[0].inheritable | (uint64_t)d[1].inheritable << 32;
}

static int caps_set(uint64_t permitted, uint64_t effective,
		    uint64_t inheritable)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2] = {
		{ (uint32_t)effective, (uint32_t)permitted,
		  (uint32_t)inheritable },
		{ (uint32_t)(effective >> 32), (uint32_t)(permitted >> 32),
		  (uint32_t)(inheritable >> 32) },
	};

	return (int)syscall(SYS_capset, &h, d);
}

static void look(struct report *r)
{
	gid_t groups[64];

	memset(r, 0, sizeof(*r));
	syscall(SYS_getresuid, &r->uid[0], &r->uid[1], &r->uid[2]);
	syscall(SYS_getresgid, &r->gid[0], &r->gid[1], &r->gid[2]);
	r->fsuid = (uid_t)syscall(SYS_setfsuid, -1);
	r->fsgid = (gid_t)syscall(SYS_setfsgid, -1);
	r->ngroups = (int)syscall(SYS_getgroups, 64, groups);
	r->group = r->ngroups > 0 ? groups[0] : 0;
	caps_get(&r->permitted, &r->effective, &r->inheritable);
	for (int cap = 0; cap <= CAP_LAST_CAP; cap++) {
		if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1)
			r->bounding |= BIT(cap);
		if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap, 0, 0) ==
		    1)
			r->ambient |= BIT(cap);
	}
	r->securebits = prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);
	r->no_new_privs = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
	r->mask = umask(0);
	umask(r->mask);
	if (!getcwd(r->cwd, sizeof(r->cwd)))
		r->cwd[0] = 0;
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &r->blocked, 8);
	r->leads = getpid() == gettid();
}

static int say(void)
{
	look(&now);
	now.regains = !syscall(SYS_setresuid, 0, 0, 0) && now.uid[1];
	return write(REPORT_FD, &now, sizeof(now)) != sizeof(now);
}

/* --- running what a thread executes --- */

static void run(void)
{
	char *argv[] = { "thr_creds", "say", NULL };

	execv(self, argv);
}

static void *thread_main(void *fn)
{
	((void (*)(void))fn)();
	_exit(50);
}

static void in_thread(void (*fn)(void))
{
	pthread_t t;

	pthread_create(&t, NULL, thread_main, (void *)fn);
	for (;;)
		pause();
}

static void in_last_thread(void (*fn)(void))
{
	pthread_t t;

	pthread_create(&t, NULL, thread_main, (void *)fn);
	pthread_exit(NULL);
}

static void in_main(void (*fn)(void))
{
	fn();
}

static int executed(void (*how)(void (*)(void)), void (*fn)(void))
{
	int fd[2], status = -1;
	pid_t child;

	memset(&now, 0, sizeof(now));
	if (pipe(fd))
		return -1;
	child = fork();
	if (!child) {
		dup2(fd[1], REPORT_FD);
		close(fd[0]);
		close(fd[1]);
		how(fn);
		_exit(51);
	}
	close(fd[1]);
	if (read(fd[0], &now, sizeof(now)) != sizeof(now))
		memset(&now, 0xff, sizeof(now));
	close(fd[0]);
	waitpid(child, &status, 0);
	return status;
}

/* --- root is gone for good --- */

static void drop(void)
{
	gid_t group = GROUP;

	if (syscall(SYS_setgroups, 1, &group) ||
	    syscall(SYS_setresgid, NOBODY, NOBODY, NOBODY) ||
	    syscall(SYS_setresuid, NOBODY, NOBODY, NOBODY))
		_exit(52);
}

static void drops_and_executes(void)
{
	drop();
	run();
}

static void expect_nobody(void)
{
	for (int i = 0; i < 3; i++)
		EXPECT(now.uid[i] == NOBODY && now.gid[i] == NOBODY);
	EXPECT(now.fsuid == NOBODY && now.fsgid == NOBODY);
	EXPECT(now.ngroups == 1 && now.group == GROUP);
	EXPECT(!now.permitted && !now.effective && !now.ambient);
	EXPECT(!now.regains);
	EXPECT(now.leads);
}

static void exec_after_root(void)
{
	EXPECT(executed(in_main, drops_and_executes) == 0);
	expect_nobody();
	EXPECT(executed(in_thread, drops_and_executes) == 0);
	expect_nobody();
	EXPECT(executed(in_last_thread, drops_and_executes) == 0);
	expect_nobody();
}

/* A saved user of root is none of the new program's. */
static void saves_root(void)
{
	if (syscall(SYS_setresgid, NOBODY, NOBODY, 0) ||
	    syscall(SYS_setresuid, NOBODY, NOBODY, 0))
		_exit(52);
	run();
}

static void saved_root(void)
{
	EXPECT(executed(in_main, saves_root) == 0);
	EXPECT(now.uid[2] == NOBODY && now.gid[2] == NOBODY && !now.regains);
	EXPECT(executed(in_thread, saves_root) == 0);
	EXPECT(now.uid[2] == NOBODY && now.gid[2] == NOBODY && !now.regains);
}

/* --- capabilities --- */

#define KEPT (BIT(CAP_NET_RAW) | BIT(CAP_SETUID))

static void lowers(void)
{
	prctl(PR_CAPBSET_DROP, CAP_SYS_TIME, 0, 0, 0);
	prctl(PR_CAPBSET_DROP, CAP_MKNOD, 0, 0, 0);
	if (caps_set(KEPT, BIT(CAP_NET_RAW), 0))
		_exit(52);
	run();
}

/* Linux gives root's program all of the bounding set, ring 3 what it had. */
static void lowered_root(void)
{
	struct report mine;
	uint64_t bounding;

	look(&mine);
	bounding = mine.bounding & ~(BIT(CAP_SYS_TIME) | BIT(CAP_MKNOD));
	for (int i = 0; i < 2; i++) {
		EXPECT(executed(i ? in_thread : in_main, lowers) == 0);
		EXPECT(now.bounding == bounding);
		EXPECT(now.permitted == (in_ring3() ? KEPT : bounding));
		EXPECT(now.effective == now.permitted && !now.uid[0]);
	}
}

/* A user that keeps one capability on purpose, and one by mistake. */
static void keeps_ambient(void)
{
	uint64_t two = BIT(CAP_NET_RAW) | BIT(CAP_SYS_TIME);

	prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
	if (syscall(SYS_setresuid, NOBODY, NOBODY, NOBODY) ||
	    caps_set(two, two, BIT(CAP_NET_RAW)) ||
	    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0))
		_exit(52);
	run();
}

static void ambient(void)
{
	for (int i = 0; i < 3; i++) {
		EXPECT(executed(i == 0 ? in_main :
				i == 1 ? in_thread :
					 in_last_thread,
				keeps_ambient) == 0);
		EXPECT(now.uid[0] == NOBODY && !now.regains);
		EXPECT(now.permitted == BIT(CAP_NET_RAW) &&
		       now.effective == BIT(CAP_NET_RAW) &&
		       now.inheritable == BIT(CAP_NET_RAW) &&
		       now.ambient == BIT(CAP_NET_RAW));
		EXPECT(!(now.securebits & SECBIT_KEEP_CAPS));
	}
}

/* Bits that never come back, for a root that is none. */
static void locks_bits(void)
{
	const int bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED |
			 SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED;

	if (prctl(PR_SET_SECUREBITS, bits, 0, 0, 0))
		_exit(52);
	run();
}

static void locked_bits(void)
{
	for (int i = 0; i < 2; i++) {
		EXPECT(executed(i ? in_thread : in_main, locks_bits) == 0);
		EXPECT(now.securebits & SECBIT_NOROOT_LOCKED);
		EXPECT(!now.permitted && !now.effective && !now.uid[1]);
	}
}

/* --- what is not a credential --- */

static void goes_elsewhere(void)
{
	uint64_t set = BIT(SIGUSR2 - 1);

	umask(031);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (chdir("/dev"))
		_exit(52);
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &set, NULL, 8);
	run();
}

static void surroundings(void)
{
	EXPECT(executed(in_thread, goes_elsewhere) == 0);
	EXPECT(now.mask == 031 && !strcmp(now.cwd, "/dev"));
	EXPECT(now.blocked == BIT(SIGUSR2 - 1) && now.no_new_privs == 1);
}

/* --- the main thread has less than who executes --- */

static int main_pipe[2];

/* Linux executes it as root; the main thread here cannot be root again. */
static void stays_root(void)
{
	char c;

	if (read(main_pipe[0], &c, 1) != 1)
		_exit(53);
	usleep(20000); /* it waits by now */
	run();
	if (errno != EPERM)
		_exit(54);
	/* nothing was lost: this thread, the main one, its wait */
	if (syscall(SYS_geteuid) || write(main_pipe[1], "!", 1) != 1)
		_exit(55);
	for (;;)
		pause();
}

static void main_drops(void (*fn)(void))
{
	struct pollfd p = { .events = POLLIN };
	struct report r;
	pthread_t t;
	int to_thread[2], from_thread[2];
	bool ok;

	if (pipe(to_thread) || pipe(from_thread))
		_exit(56);
	main_pipe[0] = to_thread[0];
	main_pipe[1] = from_thread[1];
	pthread_create(&t, NULL, thread_main, (void *)fn);
	drop();
	p.fd = from_thread[0];
	if (write(to_thread[1], "?", 1) != 1 || poll(&p, 1, 30000) != 1)
		_exit(57);
	look(&r);
	ok = r.uid[0] == NOBODY && !r.permitted && r.ngroups == 1;
	_exit(ok ? 60 : 58);
}

static void exec_above_main(void)
{
	int status = executed(main_drops, stays_root);

	if (in_ring3())
		EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 60);
	else
		EXPECT(status == 0 && !now.uid[0] && now.permitted);
}

/* --- all of them at once: one wins, as itself --- */

#define RACERS 4
#define RACES 8

static pthread_barrier_t start;

static void *races(void *arg)
{
	pthread_barrier_wait(&start);
	if (arg)
		drop();
	run();
	/* another one is first, and ends this one */
	pause();
	return NULL;
}

static void race(void (*fn)(void))
{
	pthread_t t;

	pthread_barrier_init(&start, NULL, RACERS + 1);
	for (int i = 0; i < RACERS; i++)
		pthread_create(&t, NULL, races, fn ? &start : NULL);
	pthread_barrier_wait(&start);
	if (fn) {
		drop();
		fn();
	}
	for (;;)
		pause();
}

static void many_execute(void)
{
	for (int i = 0; i < RACES; i++) {
		EXPECT(executed(race, i & 1 ? run : NULL) == 0);
		if (!(i & 1))
			EXPECT(!now.uid[0] && now.permitted);
		else
			EXPECT(now.uid[0] == NOBODY && !now.permitted);
	}
}

/* --- processes that a thread makes --- */

static void forks(void)
{
	int status = -1;
	pid_t child;

	umask(022);
	drop();
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	child = fork();
	if (!child) {
		run();
		_exit(1);
	}
	waitpid(child, &status, 0);
	_exit(status ? 1 : 0);
}

static void forked(void)
{
	EXPECT(executed(in_thread, forks) == 0);
	expect_nobody();
	EXPECT(now.no_new_privs == 1 && now.mask == 022);
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "say"))
		return say();
	if (geteuid()) {
		puts("SKIP credentials: not root");
		return 77;
	}
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return 1;
	TEST(exec_after_root);
	TEST(saved_root);
	TEST(lowered_root);
	TEST(ambient);
	TEST(locked_bits);
	TEST(surroundings);
	TEST(exec_above_main);
	TEST(many_execute);
	TEST(forked);
	return verdict_failed;
}
