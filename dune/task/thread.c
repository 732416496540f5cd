// SPDX-License-Identifier: MIT
/*
 * thread.c - a thread of the program is a thread of the host with a vCPU
 *
 * Trust: where the kernel would write on behalf of a thread (here thread ids)
 * this does, through user_put().
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dune/host/host.h"
#include "dune/host/self.h"
#include "dune/mem/user.h"
#include "dune/task/robust.h"
#include "dune/task/sighost.h"
#include "dune/task/sigtable.h"
#include "dune/task/thread.h"
#include "dune/task/threads.h"
#include "dune/task/vfork.h"
#include "dune/vm/pool.h"
#include "dune/vm/vcpu.h"

#define HOST_STACK (256 << 10)

/* What a thread does: it lies above, and lets threads make others. */
static void (*loop)(struct dune_thread *t) __attribute__((noreturn));
static __thread jmp_buf *over; /* of the host thread's start function */

void threads_start(void (*run)(struct dune_thread *t) __attribute__((noreturn)))
{
	loop = run;
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
		loop(dune_self);
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

/* --- the end --- */

static void exit_process(int status)
{
	vfork_release();
	for (;;)
		host(SYS_exit_group, status);
}

/* The main thread keeps its host thread, for an exec by another one, and so
 * that the process keeps what the kernel ties to it. */
static void main_over(struct dune_thread *t, int status)
{
	do {
		if (!threads_main_wanted())
			exit_process(status);
	} while (!threads_answer(t));
	t->regs.rax = (uint64_t)threads_be_single(t);
	loop(t);
}

void thread_end(struct dune_thread *t, int status)
{
	signals_close(t);
	thread_release_futexes(t);
	signals_hand_on(t);
	if (t->is_main)
		main_over(t, status);
	thread_unregister(t);
	signals_free(t);
	dune_self = NULL; /* a signal does not look for t from here on */
	dune_thread_release(t);
	_longjmp(*over, 1);
}

bool threads_check(struct dune_thread *t)
{
	if (!t->is_main)
		thread_end(t, 0);
	if (!threads_answer(t))
		return false;
	t->regs.rax = (uint64_t)threads_be_single(t);
	return true;
}

/* After -EAGAIN signals_deliver() ends this thread. */
long threads_single(struct dune_thread *t, struct single *want)
{
	long rc = threads_prepare(t, want);

	if (rc)
		return rc;
	if (!t->is_main)
		thread_end(t, 0);
	return threads_be_single(t);
}

/* --- system calls --- */

long sys_exit(struct dune_thread *t, const uint64_t a[6])
{
	thread_end(t, (int)a[0]);
}

long sys_exit_group(struct dune_thread *t, const uint64_t a[6])
{
	signals_close(t);
	threads_each(robust_release);
	exit_process((int)a[0]);
	return 0;
}
