// SPDX-License-Identifier: MIT
/*
 * thread.c - a thread of the program is a thread of the host with a vCPU
 *
 * Trust: where the kernel would write on behalf of a thread (thread ids, the
 * word that its end clears, its robust list) this does, through user_put()
 * and user_range_ok(): the kernel would follow a list into the dataplane.
 */
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dune/host.h"
#include "dune/signals.h"
#include "dune/threads.h"
#include "dune/vfork.h"

#define HOST_STACK (256 << 10)
#define KICK_AGAIN_NS 5000000

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct dune_thread *list;
	unsigned n;
	/* A thread asks the main one to be alone: it prepares, and answers
	 * with an error, or all others end. */
	struct single *volatile asking;
	volatile int ending;
	struct single want; /* when they have ended */
} threads = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.changed = PTHREAD_COND_INITIALIZER,
};

static __thread jmp_buf *over; /* of the host thread's start function */

void threads_lock(void)
{
	pthread_mutex_lock(&threads.lock);
}

void threads_unlock(void)
{
	pthread_mutex_unlock(&threads.lock);
}

bool threads_one(void)
{
	bool one;

	threads_lock();
	one = threads.n == 1;
	threads_unlock();
	return one;
}

bool threads_wanted(const struct dune_thread *t)
{
	return threads.ending || (threads.asking && t->is_main);
}

void thread_register(struct dune_thread *t)
{
	t->host = pthread_self();
	t->tid = gettid();
	dune_self = t;
	threads_lock();
	t->is_main = threads.n == 0;
	t->next = threads.list;
	threads.list = t;
	threads.n++;
	threads_unlock();
}

static void unregister(struct dune_thread *t)
{
	struct dune_thread **at = &threads.list;

	threads_lock();
	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	threads.n--;
	pthread_cond_broadcast(&threads.changed);
	threads_unlock();
}

static struct dune_thread *find(pid_t tid)
{
	struct dune_thread *t = threads.list;

	while (t && t->tid != tid)
		t = t->next;
	return t;
}

bool thread_exists(pid_t tid)
{
	bool there;

	threads_lock();
	there = find(tid);
	threads_unlock();
	return there;
}

/* --- creation --- */

struct start {
	const struct clone_request *req;
	struct dune_thread *parent;
	void *fpu;
	sem_t begun;
	long result; /* tid or -errno */
};

static void set_tids(const struct clone_request *req, pid_t tid)
{
	/* a bad address is not an error, as in Linux */
	if (req->flags & CLONE_PARENT_SETTID)
		user_put(req->parent_tid, &tid, sizeof(tid));
	if (req->flags & CLONE_CHILD_SETTID)
		user_put(req->child_tid, &tid, sizeof(tid));
}

static long child_init(const struct start *st)
{
	const struct clone_request *req = st->req;
	struct dune_thread *t;
	long rc = 0;

	/* what semaphores give back at its end */
	if (!(req->flags & CLONE_SYSVSEM))
		rc = host(SYS_unshare, CLONE_SYSVSEM);
	if (!rc)
		rc = dune_thread_init(&t);
	if (rc)
		return rc;
	rc = signals_thread(t, st->parent->signals->mask);
	if (!rc)
		rc = dune_fpu_set(t, st->fpu);
	if (rc) {
		signals_free(t);
		dune_thread_release(t);
		return rc;
	}
	t->regs = st->parent->regs;
	t->regs.rax = 0;
	if (req->stack)
		t->regs.rsp = req->stack;
	if (req->flags & CLONE_SETTLS)
		t->regs.fs_base = req->tls;
	t->clear_tid = req->flags & CLONE_CHILD_CLEARTID ? req->child_tid : 0;
	t->robust_list = 0;
	t->nr = -1;
	t->full = 1;
	thread_register(t);
	/* before the child can run, and before the parent goes on */
	set_tids(req, t->tid);
	return t->tid;
}

static void *thread_main(void *arg)
{
	struct start *st = arg;
	jmp_buf end;
	long rc = child_init(st);

	st->result = rc;
	sem_post(&st->begun); /* st is gone from here on */
	if (rc < 0)
		return NULL;
	over = &end;
	if (!_setjmp(end))
		dune_run_user(dune_self);
	return NULL;
}

static int host_thread(struct start *st)
{
	pthread_attr_t attr;
	pthread_t id;
	int rc;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, HOST_STACK);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	rc = pthread_create(&id, &attr, thread_main, st);
	signals_renew();
	pthread_attr_destroy(&attr);
	return -rc;
}

long thread_create(struct dune_thread *t, const struct clone_request *req)
{
	struct start st = { .req = req, .parent = t, .fpu = t->signals->fpu };
	int rc = dune_fpu_get(t, st.fpu);

	if (rc)
		return rc;
	sem_init(&st.begun, 0, 0);
	/* the host's thread begins with all signals blocked */
	signals_close(t);
	rc = host_thread(&st);
	while (!rc && sem_wait(&st.begun))
		;
	signals_open(t);
	sem_destroy(&st.begun);
	return rc ? rc : st.result;
}

/* --- what the end of a thread tells others --- */

static void wake_one(uint64_t word)
{
	host(SYS_futex, word, FUTEX_WAKE, 1);
}

/* The owner of a robust futex is gone. false: the list is broken. */
static bool owner_died(uint64_t word, pid_t tid, bool pi, bool pending)
{
	uint32_t val;
	int rc;

	if ((word & 3) || !user_range_writable(word, sizeof(val)) ||
	    user_get(&val, word, sizeof(val)))
		return false;
	if (pending && !pi && !val) {
		/* it died between its unlock and the wake */
		wake_one(word);
		return true;
	}
	do {
		if ((val & FUTEX_TID_MASK) != (uint32_t)tid)
			return true;
		rc = dune_cas_raw((uint32_t *)(uintptr_t)word, &val,
				  (val & FUTEX_WAITERS) | FUTEX_OWNER_DIED);
	} while (rc == 0);
	if (rc > 0 && !pi && (val & FUTEX_WAITERS))
		wake_one(word);
	return rc > 0;
}

static void release_robust(struct dune_thread *t)
{
	struct {
		uint64_t next;
		int64_t offset;
		uint64_t pending;
	} head;
	uint64_t at, next, list = t->robust_list;

	t->robust_list = 0;
	if (!list || user_get(&head, list, sizeof(head)))
		return;
	at = head.next;
	for (int n = 0; n < ROBUST_LIST_LIMIT && (at & ~1ull) != list; n++) {
		/* the entry may be gone once it is released */
		bool more = !user_get(&next, at & ~1ull, sizeof(next));

		if ((at & ~1ull) != (head.pending & ~1ull) &&
		    !owner_died((at & ~1ull) + (uint64_t)head.offset, t->tid,
				at & 1, false))
			return;
		if (!more)
			return;
		at = next;
	}
	if (head.pending)
		owner_died((head.pending & ~1ull) + (uint64_t)head.offset,
			   t->tid, head.pending & 1, true);
}

void thread_release_futexes(struct dune_thread *t)
{
	static const uint32_t zero;

	release_robust(t);
	if (t->clear_tid && !user_put(t->clear_tid, &zero, sizeof(zero)))
		wake_one(t->clear_tid);
	t->clear_tid = 0;
}

void threads_release_robust(void)
{
	threads_lock();
	for (struct dune_thread *t = threads.list; t; t = t->next)
		release_robust(t);
	threads_unlock();
}

/* --- the end --- */

static void exit_process(int status)
{
	vfork_release();
	for (;;)
		host(SYS_exit_group, status);
}

/* Make all threads but the main one end; it has the lock. */
static void wait_alone(struct dune_thread *t)
{
	struct timespec until;

	while (threads.n > 1) {
		for (struct dune_thread *o = threads.list; o; o = o->next)
			if (o != t)
				dune_interrupt(o);
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += KICK_AGAIN_NS;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		pthread_cond_timedwait(&threads.changed, &threads.lock, &until);
	}
}

/* The main thread does what a thread wants that is to be the only one. */
static long be_single(struct dune_thread *t)
{
	struct single want;

	threads_lock();
	wait_alone(t);
	want = threads.want;
	threads.ending = 0;
	threads.asking = NULL;
	threads_unlock();
	return want.commit(t, want.arg);
}

/* In the main thread: prepare what is wanted. From 0 on, no way back. Whoever
 * waits learns in one step that it is answered and whether all are to end. */
static long prepare(struct dune_thread *t, struct single *want)
{
	long rc = want->prepare(t, want->arg);

	threads_lock();
	want->answer = rc;
	if (threads.asking == want)
		threads.asking = NULL;
	if (!rc) {
		threads.want = *want;
		threads.ending = 1;
	}
	pthread_cond_broadcast(&threads.changed);
	threads_unlock();
	return rc;
}

/* The main thread has been asked: does it become the only one? */
static bool answer(struct dune_thread *t)
{
	return !prepare(t, threads.asking);
}

/* Is there anything left to do for a main thread that is over? */
static bool main_wanted(void)
{
	bool wanted;

	threads_lock();
	while (threads.n > 1 && !threads.asking)
		pthread_cond_wait(&threads.changed, &threads.lock);
	wanted = threads.asking;
	threads_unlock();
	return wanted;
}

/* The main thread keeps its host thread, for an exec by another one, and so
 * that the process keeps what the kernel ties to it. */
static void main_over(struct dune_thread *t, int status)
{
	do {
		if (!main_wanted())
			exit_process(status);
	} while (!answer(t));
	t->regs.rax = (uint64_t)be_single(t);
	dune_run_user(t);
}

void thread_end(struct dune_thread *t, int status)
{
	signals_close(t);
	thread_release_futexes(t);
	signals_hand_on(t);
	if (t->is_main)
		main_over(t, status);
	unregister(t);
	signals_free(t);
	dune_self = NULL; /* a signal does not look for t from here on */
	dune_thread_release(t);
	_longjmp(*over, 1);
}

bool threads_check(struct dune_thread *t)
{
	if (!t->is_main)
		thread_end(t, 0);
	if (!answer(t))
		return false;
	t->regs.rax = (uint64_t)be_single(t);
	return true;
}

static void call_main(void)
{
	struct dune_thread *t = threads.list;

	while (!t->is_main)
		t = t->next;
	dune_interrupt(t);
	pthread_cond_broadcast(&threads.changed); /* if it is over */
}

#define UNANSWERED 1

/* With the lock: 0 once the main thread has agreed and all others are to end;
 * its refusal; -EAGAIN if another one was first. */
static long ask_main(struct single *want)
{
	while (threads.asking && !threads.ending)
		pthread_cond_wait(&threads.changed, &threads.lock);
	if (threads.ending)
		return -EAGAIN;
	want->answer = UNANSWERED;
	threads.asking = want;
	call_main();
	/* the main thread may come to its own end of all others first */
	while (want->answer == UNANSWERED && !threads.ending)
		pthread_cond_wait(&threads.changed, &threads.lock);
	return want->answer == UNANSWERED ? -EAGAIN : want->answer;
}

long threads_single(struct dune_thread *t, struct single *want)
{
	long rc;

	if (t->is_main) {
		rc = prepare(t, want);
		return rc ? rc : be_single(t);
	}
	threads_lock();
	rc = ask_main(want);
	threads_unlock();
	if (rc) /* after -EAGAIN signals_deliver() ends this thread */
		return rc;
	thread_end(t, 0);
}

void threads_forked(struct dune_thread *t)
{
	pthread_cond_init(&threads.changed, NULL);
	threads.list = t;
	threads.n = 1;
	threads.ending = 0;
	threads.asking = NULL;
	t->next = NULL;
	t->is_main = true;
	t->host = pthread_self();
	t->tid = gettid();
	t->robust_list = 0;
	t->clear_tid = 0;
}

/* --- system calls --- */

long sys_exit(struct dune_thread *t, const uint64_t a[6])
{
	thread_end(t, (int)a[0]);
}

long sys_exit_group(struct dune_thread *t, const uint64_t a[6])
{
	signals_close(t);
	threads_release_robust();
	exit_process((int)a[0]);
	return 0;
}

long sys_set_tid_address(struct dune_thread *t, const uint64_t a[6])
{
	t->clear_tid = a[0];
	return t->tid;
}

#define ROBUST_HEAD_SIZE 24

long sys_set_robust_list(struct dune_thread *t, const uint64_t a[6])
{
	if (a[1] != ROBUST_HEAD_SIZE)
		return -EINVAL;
	t->robust_list = a[0];
	return 0;
}

long sys_get_robust_list(struct dune_thread *t, const uint64_t a[6])
{
	const uint64_t size = ROBUST_HEAD_SIZE;
	const struct dune_thread *of;
	uint64_t list = 0;

	threads_lock();
	of = a[0] ? find((pid_t)a[0]) : t;
	if (of)
		list = of->robust_list;
	threads_unlock();
	if (!of)
		return -ESRCH;
	if (user_put(a[2], &size, sizeof(size)))
		return -EFAULT;
	return user_put(a[1], &list, sizeof(list));
}

#define ARCH_SET_GS 0x1001
#define ARCH_SET_FS 0x1002
#define ARCH_GET_FS 0x1003
#define ARCH_GET_GS 0x1004
#define TASK_SIZE UINT64_C(0x7ffffffff000)

long sys_arch_prctl(struct dune_thread *t, const uint64_t a[6])
{
	switch (a[0]) {
	case ARCH_SET_FS:
	case ARCH_SET_GS:
		if (a[1] >= TASK_SIZE)
			return -EPERM;
		if (a[0] == ARCH_SET_FS)
			t->regs.fs_base = a[1];
		else
			t->regs.gs_base = a[1];
		t->full = 1;
		return 0;
	case ARCH_GET_FS:
		return user_put(a[1], &t->regs.fs_base, sizeof(uint64_t));
	case ARCH_GET_GS:
		return user_put(a[1], &t->regs.gs_base, sizeof(uint64_t));
	default:
		return -EINVAL;
	}
}
