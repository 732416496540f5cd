/* SPDX-License-Identifier: MIT */
/*
 * threads.h - the threads of the program, and how one becomes the only one
 */
#ifndef IX_DUNE_TASK_THREADS_H
#define IX_DUNE_TASK_THREADS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "dune/host/self.h"

void thread_register(struct dune_thread *t); /* t runs here from now on */
void thread_unregister(struct dune_thread *t);
void threads_lock(void);
void threads_unlock(void);
/* The thread with this id, or NULL; with the lock. */
struct dune_thread *threads_find(pid_t tid);
void threads_each(void (*fn)(struct dune_thread *t));
/* Does a thread of the program have this id? */
bool thread_exists(pid_t tid);
/* Is the caller the program's only thread? */
bool threads_one(void);
/* Is this thread to end, or to answer one that wants to be the only one? */
bool threads_wanted(const struct dune_thread *t);
/* In the child of a fork: only t is left, and becomes the main thread. */
void threads_forked(struct dune_thread *t);

/* What a thread wants that is to be the only one. The main thread does it. */
struct single {
	/* Others still run, and nothing is lost: 0, or -errno to refuse. */
	long (*prepare)(struct dune_thread *main, void *arg);
	/* They have ended; then the main thread goes on in ring 3. */
	long (*commit)(struct dune_thread *main, void *arg);
	void *arg;
	long answer; /* threads.c's own */
};

/* What threads_single() of thread.h is made of. threads_prepare() is all of it up
 * to the answer; then the others end, and the main thread commits. */
long threads_prepare(struct dune_thread *t, struct single *want);
long threads_be_single(struct dune_thread *main);
/* In the main thread, which is asked: true if it is to be the only one. */
bool threads_answer(struct dune_thread *main);
/* The main thread is over: wait until it is asked; false if it never will be. */
bool threads_main_wanted(void);

#endif
