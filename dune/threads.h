/* SPDX-License-Identifier: MIT */
/*
 * threads.h - the program's threads and processes
 */
#ifndef IX_DUNE_THREADS_H
#define IX_DUNE_THREADS_H

#include "dune/internal.h"

/* What clone and its relatives ask for. */
struct clone_request {
	uint64_t flags; /* without the exit signal */
	int exit_signal;
	uint64_t stack; /* rsp of the child; 0: as the parent's */
	uint64_t tls;
	uint64_t parent_tid, child_tid, pidfd; /* addresses */
};

/* threads.c */
void thread_register(struct dune_thread *t); /* t runs here from now on */
void thread_unregister(struct dune_thread *t);
/* The thread with this id, or NULL; with the lock. */
struct dune_thread *threads_find(pid_t tid);
void threads_each(void (*fn)(struct dune_thread *t));

/* thread.c */
/* Before the first thread: what each of them runs. */
void threads_start(void (*run)(struct dune_thread *t)
			   __attribute__((noreturn)));
long thread_create(struct dune_thread *t, const struct clone_request *req);
/* The calling thread's program thread is over. */
void thread_end(struct dune_thread *t, int status) __attribute__((noreturn));
/* Does a thread of the program have this id? */
bool thread_exists(pid_t tid);
/* Is the caller the program's only thread? */
bool threads_one(void);
/* Is this thread to end, or to answer one that wants to be the only one? */
bool threads_wanted(const struct dune_thread *t);
/* Between a system call and ring 3: what threads_wanted() told of. Returns true
 * where t->regs are those of a new program. */
bool threads_check(struct dune_thread *t);

/* What a thread wants that is to be the only one. The main thread does it. */
struct single {
	/* Others still run, and nothing is lost: 0, or -errno to refuse. */
	long (*prepare)(struct dune_thread *main, void *arg);
	/* They have ended; then the main thread goes on in ring 3. */
	long (*commit)(struct dune_thread *main, void *arg);
	void *arg;
	long answer; /* thread.c's own */
};
/* Returns in the main thread with the result of commit; in any with that of
 * prepare if it refuses, or -EAGAIN where another thread was first. */
long threads_single(struct dune_thread *t, struct single *want);
/* threads.c: what these are made of. threads_prepare() is threads_single() up to
 * the answer; then the others end, and the main thread commits. */
long threads_prepare(struct dune_thread *t, struct single *want);
long threads_be_single(struct dune_thread *main);
/* In the main thread, which is asked: true if it is to be the only one. */
bool threads_answer(struct dune_thread *main);
/* The main thread is over: wait until it is asked; false if it never will be. */
bool threads_main_wanted(void);
void threads_lock(void);
void threads_unlock(void);
/* In the child of a fork: only t is left, and becomes the main thread. */
void threads_forked(struct dune_thread *t);
/* robust.c: what robust_list and clear_tid promise of a thread that is over. */
void thread_release_futexes(struct dune_thread *t);
void robust_release(struct dune_thread *t); /* the list alone */

/* fork.c */
long fork_process(struct dune_thread *t, const struct clone_request *req);

/* exec.c: name and command line of the process; stack is the new image's */
void exec_names(const char *path, uint64_t stack);

#endif
