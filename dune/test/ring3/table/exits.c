// SPDX-License-Identifier: MIT
/*
 * exits - what the kernel or ring 0 writes when a thread ends or a signal comes
 *
 * Addresses that were given earlier and are followed later: the word that the
 * end of a thread clears, its robust list, the stack of a signal handler or of
 * a thread, a thread's base of FS. And threads that do not share what the checks
 * rely on.
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "../hole.h"
#include "table.h"

static void complain(const char *what, const char *at, long ret)
{
	static const struct row none = { .name = "exit" };
	static const struct variant v = { .row = &none, .name = "" };

	cell_complain(KIND_EXIT, &v, NULL, at, what, ret);
}

static void judge(const char *what, const struct target *t)
{
	if (!hole_intact())
		complain(what, t->name, 0);
}

/* --- words that the end of a thread writes --- */

struct ending {
	uint64_t addr;
	int tid;
	struct {
		uint64_t next;
		int64_t offset;
		uint64_t pending;
	} list;
	uint64_t entry; /* next one */
};

static void *clears(void *arg)
{
	struct ending *e = arg;

	__atomic_store_n(&e->tid, gettid(), __ATOMIC_RELEASE);
	host(SYS_set_tid_address, e->addr);
	host(SYS_exit, 0);
	return NULL;
}

/* The list lies in the host's memory. */
static void *foreign_list(void *arg)
{
	struct ending *e = arg;

	host(SYS_set_robust_list, e->addr, 24);
	__atomic_store_n(&e->tid, gettid(), __ATOMIC_RELEASE);
	return NULL;
}

/* The list is the program's, and what it says is locked is the host's: a word
 * that holds the number of the thread. */
static void *foreign_word(void *arg)
{
	struct ending *e = arg;

	if (hole_hosted)
		gate2(GATE_POKE, e->addr, (uint64_t)gettid());
	e->list.next = (uint64_t)&e->entry;
	e->list.offset = (int64_t)(e->addr - (uint64_t)&e->entry);
	e->list.pending = 0;
	e->entry = (uint64_t)&e->list;
	host(SYS_set_robust_list, &e->list, 24);
	__atomic_store_n(&e->tid, gettid(), __ATOMIC_RELEASE);
	return NULL;
}

/* Nobody may be woken by its end, as that is what is tried. */
static void end_thread(void *(*fn)(void *), struct ending *e)
{
	pthread_attr_t attr;
	pthread_t thread;
	int tries;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	if (pthread_create(&thread, &attr, fn, e)) {
		complain("no thread", "start", errno);
		return;
	}
	while (!__atomic_load_n(&e->tid, __ATOMIC_ACQUIRE))
		sched_yield();
	for (tries = 0; tries < 5000; tries++) {
		if (tgkill(getpid(), e->tid, 0))
			return;
		usleep(200);
	}
	complain("the thread does not end", "its end", e->tid);
}

static void ends(const struct target *t)
{
	static struct ending e[3];

	memset(e, 0, sizeof(e));
	e[0].addr = e[1].addr = t->addr;
	if (cell(KIND_EXIT)) {
		end_thread(clears, &e[0]);
		judge("the end of a thread clears a word", t);
	}
	if (cell(KIND_EXIT)) {
		end_thread(foreign_list, &e[1]);
		judge("a robust list in the host's memory", t);
	}
}

static void robust_word(void)
{
	static struct ending e;
	const struct target t = { "a word with the thread's number", 0, 0 };
	long now;

	memset(&e, 0, sizeof(e));
	e.addr = hole_hosted ? (uint64_t)gate1(GATE_OBJECT, GUARD_ZEROS) :
			       HOLE_KERNEL;
	end_thread(foreign_word, &e);
	if (!hole_hosted)
		return;
	now = gate1(GATE_PEEK, e.addr);
	hole_intact(); /* puts the word right */
	if (now != e.tid)
		complain("a robust list that names it", t.name, now);
}

/* --- where ring 3 faults --- */

static void nothing(int sig)
{
	(void)sig;
}

static void handler_on(uint64_t addr)
{
	stack_t alt = { .ss_sp = (void *)(addr - 65536 + 4096),
			.ss_size = 65536 };
	struct sigaction act = { .sa_handler = nothing,
				 .sa_flags = SA_ONSTACK };

	if (host(SYS_sigaltstack, &alt, 0))
		_exit(0);
	sigaction(SIGUSR1, &act, NULL);
	raise(SIGUSR1);
}

/* If it is made it uses its stack and its base of FS, and ends at once. */
static long thread_with(uint64_t flags, uint64_t stack_end, uint64_t fs)
{
	register uint64_t r10 __asm__("r10") = 0;
	register uint64_t r8 __asm__("r8") = fs;
	long ret;

	__asm__ volatile("syscall\n\t"
			 "test %%rax, %%rax\n\t"
			 "jnz 1f\n\t"
			 "push %%rax\n\t"
			 "pop %%rax\n\t"
			 "lock orq $0, %%fs:0\n\t"
			 "mov %[exit], %%eax\n\t"
			 "xor %%edi, %%edi\n\t"
			 "syscall\n"
			 "1:"
			 : "=a"(ret)
			 : "a"(SYS_clone), "D"(flags), "S"(stack_end), "d"(0),
			   "r"(r10), "r"(r8), [exit] "i"(SYS_exit)
			 : "rcx", "r11", "memory");
	return ret;
}

#define SHARED (CLONE_VM | CLONE_SIGHAND | CLONE_THREAD)
static char thread_stack[4096] __attribute__((aligned(16)));

/* Ends this process, too, if the thread faults. */
static void await(long tid)
{
	int tries;

	if (tid < 0)
		_exit(0);
	for (tries = 0; tries < 5000 && !tgkill(getpid(), (pid_t)tid, 0);
	     tries++)
		usleep(200);
}

static void thread_on(uint64_t addr)
{
	await(thread_with(SHARED | CLONE_FILES | CLONE_FS, addr + 8, 0));
}

static void thread_based(uint64_t addr)
{
	await(thread_with(SHARED | CLONE_FILES | CLONE_FS | CLONE_SETTLS,
			  (uint64_t)thread_stack + sizeof(thread_stack), addr));
}

/* In a child, which this ends: the pages around the regions are shared. */
static void faults(const char *what, void (*fn)(uint64_t),
		   const struct target *t)
{
	int status = 0;
	pid_t child;

	if (!cell(KIND_EXIT))
		return;
	child = fork();
	if (!child) {
		signal(SIGSEGV, SIG_DFL);
		fn(t->addr);
		_exit(1);
	}
	while (waitpid(child, &status, 0) != child)
		if (errno != EINTR)
			return;
	judge(what, t);
	if (WIFEXITED(status) && WEXITSTATUS(status))
		complain("it went on", what, status);
}

/* --- threads with tables of their own --- */

/* Linux permits it. Ours may not: what is checked for one table would be done
 * in another. */
static void own_tables(void)
{
	const uint64_t end = (uint64_t)thread_stack + sizeof(thread_stack);
	const uint64_t flags[] = { SHARED, SHARED | CLONE_FILES,
				   SHARED | CLONE_FS,
				   SHARED | CLONE_FS | CLONE_SYSVSEM };
	size_t i;
	long ret;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (!cell(KIND_EXIT))
			continue;
		ret = thread_with(flags[i], end, 0);
		if (ret > 0)
			usleep(20000);
		if (hole_hosted && ret != -EINVAL)
			complain("a thread with a table of its own",
				 "CLONE_FILES or CLONE_FS left out", ret);
	}
}

void exits(void)
{
	unsigned i;

	for (i = 0; i < ntargets; i++)
		ends(&targets[i]);
	for (i = 0; i < ntargets; i += 3) {
		faults("the stack of a handler", handler_on, &targets[i]);
		faults("the stack of a thread", thread_on, &targets[i]);
		faults("a thread's base of FS", thread_based, &targets[i]);
	}
	if (cell(KIND_EXIT))
		robust_word();
	own_tables();
}
