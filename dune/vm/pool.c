// SPDX-License-Identifier: MIT
/*
 * pool.c - vCPUs and the threads that have them
 *
 * KVM frees a vCPU, and its number, only with the VM: one that a thread leaves
 * waits in a pool for the next thread.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dune/host/fds.h"
#include "dune/host/kick.h"
#include "dune/host/layout.h"
#include "dune/host/self.h"
#include "dune/vm/machine.h"
#include "dune/vm/pool.h"
#include "dune/vm/tables.h"
#include "dune/vm/vcpu.h"
#include "dune/vm/windows.h"

static pthread_mutex_t pool_lock = PTHREAD_MUTEX_INITIALIZER;
static struct dune_vcpu *all;
static int next_id;
static struct dune_stats gone; /* of threads that ended */

void vcpu_lock(void)
{
	pthread_mutex_lock(&pool_lock);
}

void vcpu_unlock(void)
{
	pthread_mutex_unlock(&pool_lock);
}

static int create_vcpu(void)
{
	int fd;

	fds_hide_begin();
	fd = ioctl(vm_fd(), KVM_CREATE_VCPU,
		   __atomic_fetch_add(&next_id, 1, __ATOMIC_RELAXED));
	if (fd < 0) /* KVM has no more: Linux has no more threads */
		fd = errno == EINVAL ? -EAGAIN : -errno;
	else
		fd = fds_hide(fd);
	fds_hide_end();
	return fd;
}

static size_t run_size(void)
{
	return (size_t)ioctl(vm_kvm_fd(), KVM_GET_VCPU_MMAP_SIZE, 0);
}

static int map_run(struct dune_vcpu *v)
{
	void *run = mmap(NULL, run_size(), PROT_READ | PROT_WRITE, MAP_SHARED,
			 v->fd, 0);

	if (run == MAP_FAILED)
		return -errno;
	v->run = run;
	return vcpu_set_up(v);
}

static int open_vcpu(struct dune_vcpu *v)
{
	int rc;

	v->fd = create_vcpu();
	if (v->fd < 0)
		return v->fd;
	rc = map_run(v);
	if (rc < 0)
		close(v->fd);
	return rc;
}

/* What the CPU needs for an exception. Outside of all windows it would not be
 * there for the guest: a triple fault, sooner or later. */
static int use_own(const void *start, size_t len)
{
	uint64_t at = (uint64_t)start, gpa;
	int rc = vm_use(at, at + len);

	if (rc >= 0)
		rc = vm_gpa(at, &gpa);
	return rc < 0 ? rc : vm_gpa(at + len - 1, &gpa);
}

static int new_vcpu(struct dune_vcpu **out)
{
	struct dune_vcpu *v = aligned_alloc(64, (sizeof(*v) + 63) / 64 * 64);
	int rc;

	if (!v)
		return -ENOMEM;
	memset(v, 0, sizeof(*v));
	rc = use_own(v, sizeof(*v));
	if (rc >= 0)
		rc = open_vcpu(v);
	if (rc < 0) {
		free(v);
		return rc;
	}
	*out = v;
	return 0;
}

/*
 * KVM waits for all CPUs (RCU, some 10 ms before Linux 6.13) when another
 * thread than the last one runs a vCPU: so the thread's own one, or a new one,
 * and only then another's.
 */
#define PLENTY 256

static struct dune_vcpu *pooled(struct dune_thread *t, bool any)
{
	struct dune_vcpu *v, *found = NULL;

	vcpu_lock();
	for (v = all; v; v = v->next)
		if (!v->thread && (any || v->tid == t->tid)) {
			found = v;
			if (v->tid == t->tid)
				break;
		}
	if (found)
		__atomic_store_n(&found->thread, t, __ATOMIC_SEQ_CST);
	vcpu_unlock();
	return found;
}

static void add_vcpu(struct dune_vcpu *v, struct dune_thread *t)
{
	v->thread = t;
	vcpu_lock();
	v->next = all;
	all = v;
	vcpu_unlock();
}

static int take_vcpu(struct dune_thread *t)
{
	struct dune_vcpu *v;
	int rc;

	v = pooled(t, __atomic_load_n(&next_id, __ATOMIC_RELAXED) >= PLENTY);
	if (!v) {
		rc = new_vcpu(&v);
		if (rc == -EAGAIN) {
			v = pooled(t, true);
			rc = v ? 0 : rc;
		} else if (rc == 0) {
			add_vcpu(v, t);
		}
		if (rc < 0)
			return rc;
	}
	v->tid = t->tid;
	t->vcpu = v;
	return 0;
}

int vcpu_attach(struct dune_thread *t)
{
	int rc = take_vcpu(t);

	if (rc < 0)
		return rc;
	t->vcpu_fd = t->vcpu->fd;
	t->run = t->vcpu->run;
	t->run->immediate_exit = 0;
	t->cr3 = dune_pt.gpa;
	t->reset = true;
	t->full = 1;
	vcpu_tables(t->vcpu, t);
	return 0;
}

static void add_stats(struct dune_stats *to, const struct dune_stats *s)
{
	to->runs += s->runs;
	to->syscalls += s->syscalls;
	to->refused += s->refused;
	to->exceptions += s->exceptions;
	to->efaults += s->efaults;
	to->ring0_syscalls += s->ring0_syscalls;
	to->interrupts += s->interrupts;
}

void vcpu_stats(struct dune_stats *out)
{
	struct dune_vcpu *v;

	vcpu_lock();
	*out = gone;
	for (v = all; v; v = v->next)
		if (v->thread)
			add_stats(out, &v->thread->stats);
	vcpu_unlock();
}

int vcpu_each(int (*fn)(int fd, void *arg), void *arg)
{
	struct dune_vcpu *v;
	int rc = 0;

	vcpu_lock();
	for (v = all; v && rc == 0; v = v->next)
		rc = fn(v->fd, arg);
	vcpu_unlock();
	return rc;
}

/* --- threads --- */
/* guard, ring-0 stack, two exception stacks with the thread's address at
 * their tops, the thread */
#define STACK_SIZE (256 * 1024)
#define THREAD_AT (PAGE_SIZE + STACK_SIZE + 2 * EXCEPTION_STACK + PAGE_SIZE)
#define THREAD_TOTAL (THREAD_AT + PAGE_SIZE)
_Static_assert(sizeof(struct dune_thread) <= PAGE_SIZE, "one page");

static int new_thread(struct dune_thread **out)
{
	struct dune_thread *t;
	uint8_t *m;
	int rc;

	m = mmap(NULL, THREAD_TOTAL, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (m == MAP_FAILED)
		return -errno;
	mprotect(m, PAGE_SIZE, PROT_NONE);
	rc = use_own(m, THREAD_TOTAL);
	if (rc < 0) {
		munmap(m, THREAD_TOTAL);
		return rc;
	}
	t = (struct dune_thread *)(m + THREAD_AT);
	t->self = (uint64_t)t;
	t->stack = (uint64_t)m + PAGE_SIZE + STACK_SIZE;
	*(uint64_t *)(t->stack + EXCEPTION_STACK) = t->self;
	*(uint64_t *)(t->stack + 2 * EXCEPTION_STACK) = t->self;
	*out = t;
	return 0;
}

static void free_thread(struct dune_thread *t)
{
	munmap((uint8_t *)t - THREAD_AT, THREAD_TOTAL);
}

static uint64_t own_fs(void)
{
	uint64_t fs;

	asm volatile("rdfsbase %0" : "=r"(fs));
	return fs;
}

int dune_thread_init(struct dune_thread **out)
{
	struct dune_thread *t = NULL;
	int rc = new_thread(&t);

	if (rc < 0)
		return rc;
	t->host_fs = own_fs();
	t->host = pthread_self();
	t->tid = gettid();
	rc = vcpu_attach(t);
	if (rc == 0)
		rc = vcpu_reset_fpu(t);
	if (rc < 0) {
		free_thread(t);
		return rc;
	}
	*out = t;
	return 0;
}

void dune_thread_release(struct dune_thread *t)
{
	struct dune_vcpu *v = t->vcpu;

	vcpu_lock();
	add_stats(&gone, &t->stats);
	__atomic_store_n(&v->thread, NULL, __ATOMIC_SEQ_CST);
	vcpu_unlock();
	free_thread(t);
}

/* --- other vCPUs --- */
#define KICK_SPINS 200

/*
 * A vCPU that is out loads cr3 on its way back in: it sets in_guest before it
 * looks at flush, we set flush before we look at in_guest. One that is in is
 * made to leave; what it executes after it has taken the request it finds in
 * the new tables.
 */
static void flush_one(struct dune_vcpu *v)
{
	struct dune_thread *t = v->thread;
	unsigned i;

	if (!t || t == dune_self)
		return;
	__atomic_store_n(&t->flush, 1, __ATOMIC_SEQ_CST);
	for (i = 0; __atomic_load_n(&t->in_guest, __ATOMIC_SEQ_CST) &&
		    __atomic_load_n(&t->flush, __ATOMIC_SEQ_CST);
	     i++) {
		if (i % KICK_SPINS == 0)
			dune_interrupt(t);
		sched_yield();
	}
}

void vcpu_flush_others(void)
{
	struct dune_vcpu *v;

	if (dune_self)
		__atomic_store_n(&dune_self->flush, 1, __ATOMIC_SEQ_CST);
	vcpu_lock();
	for (v = all; v; v = v->next)
		flush_one(v);
	vcpu_unlock();
}

/* --- fork --- */
/* The child: drop the parent's vCPUs and all threads but t. */
static void drop_parents(struct dune_thread *t)
{
	struct dune_vcpu *v, *next;

	for (v = all; v; v = next) {
		next = v->next;
		munmap(v->run, run_size());
		close(v->fd);
		if (v->thread && v->thread != t)
			free_thread(v->thread);
		free(v);
	}
	all = NULL;
	next_id = 0;
}

void vcpu_forked(struct dune_thread *t)
{
	drop_parents(t);
	t->host_fs = own_fs();
	t->tid = gettid();
	t->vcpu = NULL;
	memset(&gone, 0, sizeof(gone));
	memset(&t->stats, 0, sizeof(t->stats));
}
