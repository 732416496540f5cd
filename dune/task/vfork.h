/* SPDX-License-Identifier: MIT */
/*
 * vfork.h - what a vfork()'s parent and child share: the parent waits, and gets
 * what the child wrote on the parent's stack
 */
#ifndef IX_DUNE_TASK_VFORK_H
#define IX_DUNE_TASK_VFORK_H

#include <sys/types.h>

struct dune_thread;
struct vfork;

/* Before the fork, in the thread that calls it. NULL: there is no memory. */
struct vfork *vfork_begin(const struct dune_thread *t);
/* In the child: keep v (or NULL, for a fork) until vfork_release(). */
void vfork_child(struct vfork *v);
/* In the child, when it executes a program or ends: let the parent go on. Does
 * nothing in a process that is no child of a vfork(). */
void vfork_release(void);
/* In the parent: wait until child `pid` releases v or dies, and free v. With a
 * pid below 1 (the fork failed) it only frees v. */
void vfork_end(struct vfork *v, pid_t pid);

#endif
