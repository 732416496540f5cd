/* SPDX-License-Identifier: MIT */
/*
 * thread.h - a thread of the program is a thread of the host with a vCPU
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
	uint64_t stack; /* rsp of the child; 0: as the parent's */
	uint64_t tls;
	uint64_t parent_tid, child_tid, pidfd; /* addresses */
};

/* Before the first thread: what each of them runs. */
void threads_start(void (*run)(struct dune_thread *t)
			   __attribute__((noreturn)));
long thread_create(struct dune_thread *t, const struct clone_request *req);
/* The calling thread's program thread is over. */
void thread_end(struct dune_thread *t, int status) __attribute__((noreturn));
/* Between a system call and ring 3: what threads_wanted() told of. Returns true
 * where t->regs are those of a new program. */
bool threads_check(struct dune_thread *t);
/* Returns in the main thread with the result of commit; in any with that of
 * prepare if it refuses, or -EAGAIN where another thread was first. */
long threads_single(struct dune_thread *t, struct single *want);

long sys_exit(struct dune_thread *t, const uint64_t a[6]);
long sys_exit_group(struct dune_thread *t, const uint64_t a[6]);

#endif
