// SPDX-License-Identifier: MIT
/*
 * sig_core - a core dump has the program's registers and memory, and no others
 *
 * Where /proc/sys/kernel/core_pattern pipes or renames cores there is nothing
 * to look at: prints SKIP.
 */
#include <elf.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/procfs.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../gate.h"
#include "lib/long_name.h"
#include "verdict.h"

#define PATTERN 0x1122334455667788
#define WINDOW_START UINT64_C(0x100000000000)
#define WINDOW_SIZE (UINT64_C(64) << 30)
/* the kernel adds its vdso with its data, whatever is excluded */
#define VDSO_MAX 32768
#define LOW_END (UINT64_C(1) << 32)

static char dir[] = "/tmp/sig_core_XXXXXX";
static struct user_regs_struct regs;
static siginfo_t info;
static uint64_t foreign; /* bytes of others */
static int has_stack;

static void fault_with_pattern(void)
{
	__asm__ volatile("mov %0, %%r12\n"
			 "mov $0x18, %%rbx\n"
			 "movb $1, (%%rbx)\n"
			 :
			 : "r"((uint64_t)PATTERN)
			 : "r12", "rbx", "memory");
}

static void abort_with_pattern(void)
{
	__asm__ volatile("mov %0, %%r12" : : "r"((uint64_t)PATTERN) : "r12");
	abort();
}

static int die(void (*how)(void))
{
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	int status = -1;
	pid_t child = fork();

	if (!child) {
		if (chdir(dir))
			_exit(1);
		setrlimit(RLIMIT_CORE, &all);
		how();
		_exit(2);
	}
	waitpid(child, &status, 0);
	return status;
}

/* The notes of the first thread: the one that died. */
static void read_notes(const char *at, size_t len)
{
	const char *end = at + len;
	int seen = 0;

	while (at + sizeof(Elf64_Nhdr) < end) {
		const Elf64_Nhdr *n = (const void *)at;
		const char *desc = at + sizeof(*n) + ((n->n_namesz + 3) & ~3u);

		if (n->n_type == NT_PRSTATUS && !seen++) {
			const struct elf_prstatus *p = (const void *)desc;

			memcpy(&regs, p->pr_reg, sizeof(regs));
		}
		if (n->n_type == NT_SIGINFO && seen == 1)
			memcpy(&info, desc, sizeof(info));
		at = desc + ((n->n_descsz + 3) & ~3u);
	}
}

static int in_program(uint64_t va)
{
	return (va >= WINDOW_START && va < WINDOW_START + WINDOW_SIZE) ||
	       va < LOW_END;
}

static int in_ring3(void)
{
	return in_program((uint64_t)(uintptr_t)&dir);
}

static int read_core(const char *path)
{
	int fd = open(path, O_RDONLY);
	struct stat st;
	const Elf64_Ehdr *eh;
	const Elf64_Phdr *ph;
	const char *m;
	int n;

	if (fd < 0 || fstat(fd, &st))
		return 0;
	m = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (m == MAP_FAILED)
		return 0;
	eh = (const void *)m;
	ph = (const void *)(m + eh->e_phoff);
	foreign = 0;
	has_stack = 0;
	for (int i = 0; i < eh->e_phnum; i++) {
		if (ph[i].p_type == PT_NOTE)
			read_notes(m + ph[i].p_offset, ph[i].p_filesz);
		if (ph[i].p_type != PT_LOAD || !ph[i].p_filesz)
			continue;
		if (!in_program(ph[i].p_vaddr)) {
			foreign += ph[i].p_filesz;
			if (ph[i].p_filesz > VDSO_MAX && in_ring3())
				fprintf(stderr, "  at %#llx: %llu bytes\n",
					(unsigned long long)ph[i].p_vaddr,
					(unsigned long long)ph[i].p_filesz);
		}
		has_stack |= (uint64_t)(uintptr_t)&st >= ph[i].p_vaddr &&
			     (uint64_t)(uintptr_t)&st - ph[i].p_vaddr <
				     ph[i].p_filesz;
	}
	n = eh->e_phnum;
	munmap((void *)(uintptr_t)m, (size_t)st.st_size);
	return n > 0;
}

static int find_core(int status)
{
	char path[64];

	EXPECT(WCOREDUMP(status));
	snprintf(path, sizeof(path), "%s/core", dir);
	if (!read_core(path))
		return 0;
	unlink(path);
	return 1;
}

static void core_of_a_fault(void)
{
	int status = die(fault_with_pattern);

	EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	EXPECT(find_core(status));
	EXPECT(regs.r12 == PATTERN && regs.rbx == 0x18);
	EXPECT(regs.rip >= (uint64_t)(uintptr_t)fault_with_pattern &&
	       regs.rip < (uint64_t)(uintptr_t)fault_with_pattern + 64);
	EXPECT(info.si_signo == SIGSEGV && info.si_code == SEGV_MAPERR &&
	       info.si_addr == (void *)0x18);
	EXPECT(has_stack);
	if (in_ring3())
		EXPECT(foreign <= VDSO_MAX);
}

static void core_of_an_abort(void)
{
	int status = die(abort_with_pattern);

	EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	EXPECT(find_core(status));
	if (in_ring3()) {
		EXPECT(in_program(regs.rip) && in_program(regs.rsp));
		EXPECT(foreign <= VDSO_MAX);
	}
}

/* What of the host is mapped behind the file is excluded like all else. */
static void abort_with_long_name(void)
{
	int fd = long_name_open();

	if (mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED)
		_exit(3);
	abort();
}

static void core_with_a_long_name(void)
{
	int status = die(abort_with_long_name);

	EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	EXPECT(find_core(status));
	EXPECT(has_stack);
	if (in_ring3())
		EXPECT(foreign <= VDSO_MAX);
}

static int exists(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return !access(path, F_OK);
}

/* --- what the program says of its cores --- */
static void abort_undumpable(void)
{
	prctl(PR_SET_DUMPABLE, 0);
	abort();
}

static void exec_undumpable(void)
{
	prctl(PR_SET_DUMPABLE, 0);
	execl("/proc/self/exe", "sig_core", "abort", NULL);
	_exit(3);
}

static void dumpable_by_the_program(void)
{
	int status = die(abort_undumpable);

	EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	EXPECT(!WCOREDUMP(status) && !exists("core"));
	/* the next program is asked anew */
	status = die(exec_undumpable);
	EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	EXPECT(find_core(status));
}

/* --- deaths while another thread changes what the signal does --- */
/* On an emulated processor the two meet in one of a hundred tries. */
#define TRIES 300
#define TRY_SECONDS 60
#define WENT_ON 42

static volatile int changing;
static rlim_t core_limit;

static void *changes(void *arg)
{
	const struct sigaction ign = { .sa_handler = SIG_IGN };
	const struct sigaction dfl = { .sa_handler = SIG_DFL };

	(void)arg;
	for (;;) {
		sigaction(SIGTRAP, &ign, NULL);
		sigaction(SIGTRAP, &dfl, NULL);
		changing = 1;
	}
	return NULL;
}

/* Linux ends the process whether the signal is ignored or not. */
static void trap_meanwhile(void)
{
	const struct rlimit few = { core_limit, RLIM_INFINITY };
	pthread_t t;

	setrlimit(RLIMIT_CORE, &few);
	if (pthread_create(&t, NULL, changes, NULL))
		_exit(1);
	while (!changing)
		sched_yield();
	__asm__ volatile("int3\n"
			 "syscall\n"
			 :
			 : "a"(SYS_exit_group), "D"(WENT_ON)
			 : "rcx", "r11", "memory");
}

/* On Linux another thread that ignores it may yet take it away, too. */
static int as_trapped(int status)
{
	if (!in_ring3() && WIFEXITED(status) && WEXITSTATUS(status) == WENT_ON)
		return 1;
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGTRAP;
}

static void death_is_final(void)
{
	time_t end = time(NULL) + TRY_SECONDS;
	char path[64];

	snprintf(path, sizeof(path), "%s/core", dir);
	for (int i = 0; i < TRIES && time(NULL) < end && !verdict_bad; i++) {
		int status;

		core_limit = i % 4 ? 4096 : 0;
		status = die(trap_meanwhile);
		EXPECT(as_trapped(status));
		if (verdict_bad)
			fprintf(stderr, "try %d: status %#x\n", i, status);
		unlink(path);
	}
}

/* --- deaths that others want --- */
static int killed_by;

static void is_killed(void)
{
	kill(getppid(), SIGUSR1);
	for (;;)
		pause();
}

static volatile sig_atomic_t ready;

static void on_ready(int sig)
{
	(void)sig;
	ready = 1;
}

static void *sends(void *arg)
{
	while (!ready)
		usleep(1000);
	kill(*(pid_t *)arg, killed_by);
	return NULL;
}

static int die_by(int sig)
{
	static pid_t child;
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	int status = -1;
	pthread_t t;

	killed_by = sig;
	ready = 0;
	signal(SIGUSR1, on_ready);
	child = fork();
	if (!child) {
		if (chdir(dir))
			_exit(1);
		setrlimit(RLIMIT_CORE, &all);
		is_killed();
	}
	if (pthread_create(&t, NULL, sends, &child))
		return -1;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	pthread_join(t, NULL);
	return status;
}

static void cores_by_kill(void)
{
	static const int sigs[] = {
		SIGSEGV, SIGBUS,  SIGABRT, SIGQUIT, SIGSYS,
		SIGXCPU, SIGXFSZ, SIGFPE,  SIGILL,  SIGTRAP
	};

	for (size_t i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++) {
		int status = die_by(sigs[i]);

		EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == sigs[i]);
		EXPECT(find_core(status));
		EXPECT(has_stack);
		if (in_ring3())
			EXPECT(foreign <= VDSO_MAX);
	}
}

/* --- a fault that nobody had --- */
static int pidfd_send(pid_t pid, int sig, siginfo_t *si)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0), rc;

	rc = (int)syscall(SYS_pidfd_send_signal, fd, sig, si, 0);
	close(fd);
	return rc;
}

static void forge_by_pidfd(void)
{
	siginfo_t si = { .si_signo = SIGSEGV, .si_code = SEGV_MAPERR };

	if (pidfd_send(getpid(), SIGSEGV, &si) && errno == EPERM)
		_exit(3);
	for (;;)
		pause();
}

/* Linux lets a process do it to itself; the host would take it for its own. */
static void forged_fault(void)
{
	siginfo_t plain = { .si_signo = SIGUSR1, .si_code = SI_QUEUE };
	int status;

	ready = 0;
	signal(SIGUSR1, on_ready);
	EXPECT(!pidfd_send(getpid(), SIGUSR1, &plain) && ready);
	EXPECT(!pidfd_send(getpid(), SIGUSR1, NULL));
	EXPECT(pidfd_send(getpid(), SIGUSR1, (siginfo_t *)8) &&
	       errno == EFAULT);
	status = die(forge_by_pidfd);
	if (in_ring3()) {
		EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	} else {
		EXPECT(find_core(status));
	}
}

/* The kernel takes the number of a signal for an int, whatever is above it. */
#define ABOVE (UINT64_C(1) << 32)

static int forge_way;
static siginfo_t forged;

static void forge_above(void)
{
	uint64_t sig = ABOVE | (unsigned)forged.si_signo;
	pid_t pid = getpid();
	long rc;

	if (forge_way == 0)
		rc = syscall(SYS_rt_sigqueueinfo, pid, sig, &forged);
	else if (forge_way == 1)
		rc = syscall(SYS_rt_tgsigqueueinfo, pid, pid, sig, &forged);
	else
		rc = syscall(SYS_pidfd_send_signal,
			     syscall(SYS_pidfd_open, pid, 0), sig, &forged, 0);
	_exit(rc == -1 && errno == EPERM ? 3 : 4);
}

static void forged_above(void)
{
	static const siginfo_t what[] = {
		{ .si_signo = SIGSEGV, .si_code = SEGV_MAPERR },
		{ .si_signo = SIGBUS, .si_code = BUS_ADRERR },
		/* as the host's own calls to its threads look */
		{ .si_signo = SIGBUS, .si_code = SI_USER },
	};

	for (size_t i = 0; i < 3 * sizeof(what) / sizeof(what[0]); i++) {
		int status;

		forged = what[i / 3];
		forge_way = (int)(i % 3);
		status = die(forge_above);
		if (in_ring3()) {
			EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 3);
		} else {
			EXPECT(WIFSIGNALED(status) &&
			       WTERMSIG(status) == forged.si_signo);
			EXPECT(find_core(status));
		}
	}
}

/* --- an error of ring 0, which ends the process --- */
static void break_ring0(void)
{
	close(2); /* the report */
	gate1(GATE_CALL, 0);
	_exit(0);
}

static void error_of_ring0(void)
{
	int status;

	if (!in_ring3())
		return;
	status = die(break_ring0);
	EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	EXPECT(!WCOREDUMP(status) && !exists("core"));
}

static int plain_cores(void)
{
	char pattern[128] = "", pid[8] = "";
	FILE *f = fopen("/proc/sys/kernel/core_pattern", "r");

	if (f && fgets(pattern, sizeof(pattern), f))
		pattern[strcspn(pattern, "\n")] = 0;
	if (f)
		fclose(f);
	f = fopen("/proc/sys/kernel/core_uses_pid", "r");
	if (f && fgets(pid, sizeof(pid), f))
		pid[1] = 0;
	if (f)
		fclose(f);
	return !strcmp(pattern, "core") && !strcmp(pid, "0");
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "abort"))
		abort();
	if (!plain_cores()) {
		puts("SKIP cores: core_pattern is not plain");
		return 77;
	}
	if (!mkdtemp(dir))
		return 1;
	TEST(core_of_a_fault);
	TEST(core_of_an_abort);
	TEST(core_with_a_long_name);
	TEST(dumpable_by_the_program);
	TEST(death_is_final);
	TEST(cores_by_kill);
	TEST(forged_fault);
	TEST(forged_above);
	TEST(error_of_ring0);
	rmdir(dir);
	return verdict_failed;
}
