/* SPDX-License-Identifier: MIT */
/*
 * threads.h - the list of the program's threads, and how the main one becomes
 * the only one
 */
#ifndef IX_DUNE_TASK_THREADS_H
#define IX_DUNE_TASK_THREADS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "dune/host/self.h"

/* Enter t, which the calling host thread runs, into the list; the first thread
 * is the main one. */
void thread_register(struct dune_thread *t);
void thread_unregister(struct dune_thread *t);
/* The lock of the list. */
void threads_lock(void);
void threads_unlock(void);
/* The program thread with this thread id, or NULL. Call it with the lock
 * held. */
struct dune_thread *threads_find(pid_t tid);
/* Call fn for each program thread, with the lock held. */
void threads_each(void (*fn)(struct dune_thread *t));
/* Does a thread of the program have this id? */
bool thread_exists(pid_t tid);
/* Is the caller the program's only thread? */
bool threads_one(void);
/* Is t to end, or, if it is the main thread, to answer a thread that has asked
 * (threads_single())? Then it must come to signals_deliver() soon. */
bool threads_wanted(const struct dune_thread *t);
/* In the child of a fork: only t is left, and becomes the main thread. */
void threads_forked(struct dune_thread *t);

/* What is to be done when the main thread is the only one. Both functions run
 * in the main thread, whichever thread has asked. */
struct single {
	/* Do all that can fail and changes nothing, while the other threads
	 * still run. Returns 0, or -errno to refuse. */
	long (*prepare)(struct dune_thread *main, void *arg);
	/* Do the rest, when all others have ended. The main thread goes on in
	 * ring 3 with the result in rax. */
	long (*commit)(struct dune_thread *main, void *arg);
	void *arg;
	long answer; /* used by threads.c: the result of prepare */
};

/* The parts of threads_single() in thread.h. threads_prepare() asks the main
 * thread, or is it, and returns what prepare() answered or -EAGAIN. After 0 all
 * other threads end by themselves; threads_be_single() waits for that in the
 * main thread and returns what commit() did. */
long threads_prepare(struct dune_thread *t, struct single *want);
long threads_be_single(struct dune_thread *main);
/* In the main thread, when another one has asked: prepare and answer. Returns
 * true if it is to call threads_be_single(). */
bool threads_answer(struct dune_thread *main);
/* In the main thread, after its end: wait until another thread asks (true), or
 * all others have ended (false). */
bool threads_main_wanted(void);

#endif
