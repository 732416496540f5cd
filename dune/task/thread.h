/* SPDX-License-Identifier: MIT */
/*
 * thread.h - the life of program threads, each of which is a host thread with a
 * vCPU; the list of them is in threads.h
 */
#ifndef IX_DUNE_TASK_THREAD_H
#define IX_DUNE_TASK_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "dune/task/threads.h"

/* What clone and its relatives ask for. */
struct clone_request {
	uint64_t flags; /* without the exit signal */
	int exit_signal;
	uint64_t stack; /* rsp of the child; 0: the parent's */
	uint64_t tls;	/* FS base of the child, with CLONE_SETTLS */
	uint64_t parent_tid, child_tid, pidfd; /* the program's addresses */
};

/* Set the loop that each program thread runs; before the first one is made. */
void threads_start(void (*run)(struct dune_thread *t)
			   __attribute__((noreturn)));
/* Make a program thread as a child of t. Returns its thread id or -errno. */
long thread_create(struct dune_thread *t, const struct clone_request *req);
/* End the calling program thread. The host thread ends with it, unless it is
 * the main one, which waits for an exec or for the end of all others. */
void thread_end(struct dune_thread *t, int status) __attribute__((noreturn));
/* Do what threads_wanted() has reported: a thread that is not the main one ends
 * here; the main one answers. Returns true if t->regs are those of a new
 * program. */
bool threads_check(struct dune_thread *t);
/*
 * Make the main thread the only one, to do what *want says (an exec). On
 * success it returns in the main thread, with the result of commit(); the
 * calling thread ends if it is another one. It returns in the calling thread
 * with the result of prepare() if that refuses, or with -EAGAIN if another
 * thread was first.
 */
long threads_single(struct dune_thread *t, struct single *want);

long sys_exit(struct dune_thread *t, const uint64_t a[6]);
long sys_exit_group(struct dune_thread *t, const uint64_t a[6]);

#endif
