// SPDX-License-Identifier: MIT
/*
 * fork_basic - fork, vfork, posix_spawn, exec, daemons
 */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "verdict.h"

static char *self;
extern char **environ;

static int reap(pid_t pid)
{
	int status = -1;

	EXPECT(waitpid(pid, &status, 0) == pid);
	return status;
}

static int exited(int status, int code)
{
	return WIFEXITED(status) && WEXITSTATUS(status) == code;
}

static void memory_is_copied(void)
{
	int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	static volatile int private_word = 1;
	pid_t child = fork();

	if (!child) {
		private_word = 2;
		shared[0] = getpid();
		shared[1] = getppid();
		shared[2] = gettid();
		_exit(private_word == 2 ? 5 : 1);
	}
	EXPECT(exited(reap(child), 5));
	EXPECT(private_word == 1 && shared[0] == child &&
	       shared[1] == getpid() && shared[2] == child);
	munmap(shared, 4096);
}

/* --- the state of the FPU --- */
#define X87_UPWARD 0x0b7f
#define SSE_UPWARD 0x5f80

struct control {
	uint32_t mxcsr;
	uint16_t x87;
};

static struct control get_control(void)
{
	struct control c;

	__asm__ volatile("stmxcsr %0\n"
			 "fnstcw %1\n"
			 : "=m"(c.mxcsr), "=m"(c.x87));
	return c;
}

static void set_control(const struct control *c)
{
	__asm__ volatile("ldmxcsr %0\n"
			 "fldcw %1\n"
			 :
			 : "m"(c->mxcsr), "m"(c->x87));
}

static int rounds_up(void)
{
	struct control c = get_control();

	return (c.mxcsr & 0xffc0) == SSE_UPWARD && c.x87 == X87_UPWARD;
}

static void rounding_is_inherited(void)
{
	const struct control up = { SSE_UPWARD, X87_UPWARD };
	struct control old = get_control();
	pid_t child;

	set_control(&up);
	child = fork();
	if (!child)
		_exit(rounds_up() ? 5 : 1);
	EXPECT(exited(reap(child), 5));
	EXPECT(rounds_up());
	child = vfork();
	if (!child)
		_exit(rounds_up() ? 5 : 1);
	EXPECT(exited(reap(child), 5));
	EXPECT(rounds_up());
	set_control(&old);
}

/* A fork that leaves the vector registers to the kernel. */
static long fork_with(const uint64_t in[4], uint64_t out[4])
{
	long rc = SYS_fork;

	__asm__ volatile("movdqu (%1), %%xmm3\n"
			 "movdqu 16(%1), %%xmm14\n"
			 "syscall\n"
			 "movdqu %%xmm3, (%2)\n"
			 "movdqu %%xmm14, 16(%2)\n"
			 : "+a"(rc)
			 : "r"(in), "r"(out)
			 : "rcx", "r11", "xmm3", "xmm14", "memory");
	return rc;
}

static void vectors_are_inherited(void)
{
	const uint64_t in[4] = { 0x1111, 0x2222, 0x3333, 0x4444 };
	uint64_t out[4] = { 0 };
	pid_t child = (pid_t)fork_with(in, out);

	if (!child)
		_exit(memcmp(in, out, sizeof(in)) ? 1 : 5);
	EXPECT(child > 0 && exited(reap(child), 5));
	EXPECT(!memcmp(in, out, sizeof(in)));
}

static void generations(void)
{
	int depth = 0, status;
	pid_t child;

	while (depth < 10 && !(child = fork()))
		depth++;
	if (depth == 10)
		_exit(0);
	waitpid(child, &status, 0);
	if (depth)
		_exit(exited(status, 0) ? 0 : 1);
	EXPECT(exited(status, 0));
}

static void many_forks(void)
{
	for (int i = 0; i < 40; i++) {
		pid_t child = fork();

		if (!child)
			_exit(i);
		EXPECT(exited(reap(child), i));
	}
}

static volatile int stop;

static void *busy(void *arg)
{
	volatile unsigned long *n = arg;

	while (!stop) {
		free(malloc(100 + *n % 1000));
		(*n)++;
	}
	return NULL;
}

static void fork_among_threads(void)
{
	volatile unsigned long n[2] = { 0, 0 };
	pthread_t t[2];

	stop = 0;
	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, busy, (void *)&n[i]);
	for (int i = 0; i < 15; i++) {
		pid_t child = fork();

		if (!child) {
			free(malloc(1000));
			_exit(3);
		}
		EXPECT(exited(reap(child), 3));
	}
	stop = 1;
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	EXPECT(n[0] && n[1]);
}

static void *forks(void *arg)
{
	(void)arg;
	for (int i = 0; i < 5; i++) {
		pid_t child = fork();
		int status;

		if (!child)
			_exit(gettid() == getpid() ? 4 : 1);
		waitpid(child, &status, 0);
		if (!exited(status, 4))
			return (void *)1;
	}
	return NULL;
}

static void fork_in_threads(void)
{
	pthread_t t[4];
	void *bad;

	for (int i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, forks, NULL);
	for (int i = 0; i < 4; i++) {
		pthread_join(t[i], &bad);
		EXPECT(!bad);
	}
}

static void vfork_waits(void)
{
	int fd[2], status;
	char c = 0;
	pid_t child;

	EXPECT(!pipe(fd));
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	child = vfork();
	if (!child) {
		usleep(50000);
		_exit(write(fd[1], "v", 1) == 1 ? 2 : 1);
	}
	/* the parent did not run before */
	EXPECT(read(fd[0], &c, 1) == 1 && c == 'v');
	status = reap(child);
	EXPECT(exited(status, 2));
	child = vfork();
	if (!child) {
		kill(getpid(), SIGKILL);
		_exit(1);
	}
	status = reap(child);
	EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	close(fd[0]);
	close(fd[1]);
}

static int vfork_exec(const char *path)
{
	volatile int error = 0;
	pid_t child = vfork();

	if (!child) {
		execl(path, "x", "exit7", NULL);
		error = errno; /* the parent sees it */
		_exit(127);
	}
	if (error) {
		reap(child);
		return -error;
	}
	return reap(child);
}

static void vfork_execs(void)
{
	EXPECT(exited(vfork_exec("/proc/self/exe"), 7));
	EXPECT(vfork_exec("/nonexistent") == -ENOENT);
	EXPECT(vfork_exec("/etc") == -EACCES);
	EXPECT(vfork_exec("/etc/passwd") == -EACCES);
}

static int spawn(char *const argv[], pid_t *pid)
{
	return posix_spawn(pid, argv[0], NULL, NULL, argv, environ);
}

static void spawns(void)
{
	char *good[] = { self, "exit7", NULL };
	char *none[] = { "/nonexistent", NULL };
	char *dir[] = { "/", NULL };
	posix_spawn_file_actions_t fa;
	pid_t pid;
	int fd[2];
	char got[8] = "";

	EXPECT(!spawn(good, &pid));
	EXPECT(exited(reap(pid), 7));
	EXPECT(spawn(none, &pid) == ENOENT);
	EXPECT(spawn(dir, &pid) == EACCES);
	EXPECT(waitpid(-1, NULL, 0) == -1 && errno == ECHILD);
	EXPECT(!pipe(fd));
	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_adddup2(&fa, fd[1], 1);
	good[1] = "hello";
	EXPECT(!posix_spawn(&pid, self, &fa, NULL, good, environ));
	EXPECT(exited(reap(pid), 0));
	EXPECT(read(fd[0], got, sizeof(got)) == 5 && !memcmp(got, "hello", 5));
	close(fd[0]);
	close(fd[1]);
}

/* --- exec: what the new image says of itself (main() below) --- */
static int run_image(const char *how)
{
	pid_t child = fork();

	if (!child) {
		execl("/proc/self/exe", "renamed", how, NULL);
		_exit(98);
	}
	return reap(child);
}

static void on_usr1(int sig)
{
	(void)sig;
}

static void exec_keeps_and_resets(void)
{
	stack_t st = { .ss_sp = malloc(65536), .ss_size = 65536 };
	sigset_t set;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC), kept = dup(1), status;
	char how[64];

	snprintf(how, sizeof(how), "state:%d:%d", fd, kept);
	signal(SIGUSR1, on_usr1);
	signal(SIGUSR2, SIG_IGN);
	sigaltstack(&st, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	kill(getpid(), SIGHUP); /* pending in the child? no; it has its own */
	status = run_image(how);
	EXPECT(exited(status, 0));
	if (WIFEXITED(status) && WEXITSTATUS(status))
		fprintf(stderr, "image found %d wrong\n", WEXITSTATUS(status));
	signal(SIGHUP, SIG_IGN);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	signal(SIGHUP, SIG_DFL);
	st.ss_flags = SS_DISABLE;
	sigaltstack(&st, NULL);
	close(fd);
	close(kept);
}

static void *execs(void *arg)
{
	execl(self, "x", arg, NULL);
	fprintf(stderr, "exec in a thread: errno %d\n", errno);
	_exit(97);
}

static void *sleeps(void *arg)
{
	(void)arg;
	for (;;)
		pause();
	return NULL;
}

static void exec_in_a_thread(void)
{
	for (int i = 0; i < 6; i++) {
		pid_t child = fork();

		if (!child) {
			static volatile unsigned long n;
			pthread_t t;

			pthread_create(&t, NULL, sleeps, NULL);
			stop = 0;
			pthread_create(&t, NULL, busy, (void *)&n);
			pthread_create(&t, NULL, execs, "main-thread");
			if (i & 1)
				pthread_exit(NULL);
			for (;;)
				pause();
		}
		EXPECT(exited(reap(child), 7));
	}
}

static void exec_of_main_among_threads(void)
{
	pid_t child = fork();

	if (!child) {
		pthread_t t;

		for (int i = 0; i < 8; i++)
			pthread_create(&t, NULL, sleeps, NULL);
		execs("main-thread");
	}
	EXPECT(exited(reap(child), 7));
}

static int exec_errno(const char *path, char *const argv[])
{
	pid_t child = fork();
	int status;

	if (!child) {
		execve(path, argv, environ);
		_exit(errno);
	}
	status = reap(child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void exec_errors(void)
{
	char *argv[] = { "x", "exit7", NULL };
	char *big = malloc(200000);
	void *volatile wild = (void *)8;
	char *huge[] = { "x", big, NULL };
	char script[] = "/tmp/fork_basic_XXXXXX";
	int fd = mkstemp(script);

	EXPECT(exec_errno("", argv) == ENOENT);
	EXPECT(exec_errno("/nonexistent/x", argv) == ENOENT);
	EXPECT(exec_errno("/etc/passwd/x", argv) == ENOTDIR);
	EXPECT(exec_errno("/dev/null", argv) == EACCES);
	EXPECT(exec_errno((char *)wild, argv) == EFAULT);
	EXPECT(exec_errno(self, (char **)wild) == EFAULT);
	memset(big, 'a', 199999);
	big[199999] = 0;
	EXPECT(exec_errno(self, huge) == E2BIG);
	EXPECT(write(fd, "junk, no program", 16) == 16);
	fchmod(fd, 0755);
	close(fd);
	EXPECT(exec_errno(script, argv) == ENOEXEC);
	fd = open(script, O_WRONLY | O_TRUNC);
	dprintf(fd, "#!%s exit7\n", self);
	close(fd);
	EXPECT(exec_errno(script, argv) == 7);
	unlink(script);
	free(big);
}

static void exec_by_descriptor(void)
{
	char *argv[] = { "x", "exit7", NULL };
	int fd = open(self, O_PATH | O_CLOEXEC);
	pid_t child = fork();

	if (!child) {
		fexecve(fd, argv, environ);
		_exit(errno);
	}
	EXPECT(exited(reap(child), 7));
	close(fd);
}

static void daemons(void)
{
	int fd[2];
	pid_t child, seen[2] = { 0, 0 };

	EXPECT(!pipe(fd));
	child = fork();
	if (!child) {
		if (daemon(0, 0))
			_exit(1);
		seen[0] = getpid();
		seen[1] = getsid(0);
		_exit(write(fd[1], seen, sizeof(seen)) < 0);
	}
	EXPECT(exited(reap(child), 0));
	EXPECT(read(fd[0], seen, sizeof(seen)) == sizeof(seen));
	EXPECT(seen[0] != child && seen[0] > 0 && seen[1] == seen[0] - 0 ?
		       1 :
		       seen[1] == child);
	close(fd[0]);
	close(fd[1]);
}

static void shells(void)
{
	EXPECT(system("test \"$(echo a b c | wc -w)\" -eq 3") == 0);
	EXPECT(WEXITSTATUS(system("(exit 3)")) == 3);
	EXPECT(system("i=0; while [ $i -lt 5 ]; do /bin/true || exit 1; "
		      "i=$((i+1)); done") == 0);
	EXPECT(system("sleep 5 & kill $!; wait $!; [ $? -eq 143 ]") == 0);
}

static void bounded_bomb(void)
{
	pid_t child = fork();

	if (!child) {
		for (int i = 0; i < 5; i++)
			fork();
		while (wait(NULL) > 0)
			;
		_exit(0);
	}
	EXPECT(exited(reap(child), 0));
}

/* --- as the new image --- */
static int image_state(const char *how)
{
	struct sigaction sa;
	stack_t st;
	sigset_t set;
	char comm[32] = "", cmdline[64] = "";
	int closed, kept;
	FILE *f;

	if (sscanf(how, "state:%d:%d", &closed, &kept) != 2)
		return 1;
	if (fcntl(closed, F_GETFD) != -1 || fcntl(kept, F_GETFD) == -1)
		return 2;
	sigaction(SIGUSR1, NULL, &sa);
	if (sa.sa_handler != SIG_DFL)
		return 3;
	sigaction(SIGUSR2, NULL, &sa);
	if (sa.sa_handler != SIG_IGN)
		return 4;
	sigaltstack(NULL, &st);
	if (!(st.ss_flags & SS_DISABLE))
		return 5;
	sigprocmask(SIG_SETMASK, NULL, &set);
	if (!sigismember(&set, SIGHUP) || sigismember(&set, SIGUSR1))
		return 6;
	prctl(PR_GET_NAME, comm);
	if (strcmp(comm, "exe"))
		return 7;
	f = fopen("/proc/self/cmdline", "r");
	if (!f || fread(cmdline, 1, sizeof(cmdline) - 1, f) < 8 ||
	    strcmp(cmdline, "renamed"))
		return 8;
	return 0;
}

static int as_image(const char *what)
{
	if (!strcmp(what, "exit7"))
		return 7;
	if (!strcmp(what, "hello"))
		return fputs("hello", stdout) < 0;
	if (!strcmp(what, "main-thread"))
		return getpid() == gettid() ? 7 : 8;
	return image_state(what);
}

int main(int argc, char **argv)
{
	static char exe[4096];

	if (argc > 1)
		return as_image(argv[1]);
	if (readlink("/proc/self/exe", exe, sizeof(exe) - 1) < 0)
		return 1;
	self = exe;
	TEST(memory_is_copied);
	TEST(rounding_is_inherited);
	TEST(vectors_are_inherited);
	TEST(generations);
	TEST(many_forks);
	TEST(fork_among_threads);
	TEST(fork_in_threads);
	TEST(vfork_waits);
	TEST(vfork_execs);
	TEST(spawns);
	TEST(exec_keeps_and_resets);
	TEST(exec_in_a_thread);
	TEST(exec_of_main_among_threads);
	TEST(exec_errors);
	TEST(exec_by_descriptor);
	TEST(daemons);
	TEST(shells);
	TEST(bounded_bomb);
	return verdict_failed;
}
