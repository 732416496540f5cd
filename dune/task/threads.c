// SPDX-License-Identifier: MIT
/*
 * threads.c - the threads of the program, and how one becomes the only one
 *
 * A thread that wants to be alone asks the main one, which prepares what is
 * wanted and answers with an error, or all others end.
 */
#include <errno.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "dune/host/kick.h"
#include "dune/host/self.h"
#include "dune/task/threads.h"

#define KICK_AGAIN_NS 5000000

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct dune_thread *list;
	unsigned n;
	struct single *volatile asking;
	volatile int ending;
	struct single want; /* when they have ended */
} threads = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.changed = PTHREAD_COND_INITIALIZER,
};

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

void thread_unregister(struct dune_thread *t)
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

struct dune_thread *threads_find(pid_t tid)
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
	there = threads_find(tid);
	threads_unlock();
	return there;
}

void threads_each(void (*fn)(struct dune_thread *t))
{
	threads_lock();
	for (struct dune_thread *t = threads.list; t; t = t->next)
		fn(t);
	threads_unlock();
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

/* --- to be the only one --- */

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
long threads_be_single(struct dune_thread *t)
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
bool threads_answer(struct dune_thread *t)
{
	return !prepare(t, threads.asking);
}

/* Is there anything left to do for a main thread that is over? */
bool threads_main_wanted(void)
{
	bool wanted;

	threads_lock();
	while (threads.n > 1 && !threads.asking)
		pthread_cond_wait(&threads.changed, &threads.lock);
	wanted = threads.asking;
	threads_unlock();
	return wanted;
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

long threads_prepare(struct dune_thread *t, struct single *want)
{
	long rc;

	if (t->is_main)
		return prepare(t, want);
	threads_lock();
	rc = ask_main(want);
	threads_unlock();
	return rc;
}
