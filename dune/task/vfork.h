/* SPDX-License-Identifier: MIT */
/*
 * vfork.h - what a vfork's parent and child have in common
 */
#ifndef IX_DUNE_TASK_VFORK_H
#define IX_DUNE_TASK_VFORK_H

#include <sys/types.h>

struct dune_thread;
struct vfork;

/* Before the fork, in the thread that calls; NULL: no memory. */
struct vfork *vfork_begin(const struct dune_thread *t);
/* The child has v until vfork_release(). */
void vfork_child(struct vfork *v);
/* The parent may go on: this process has its own image, or ends. */
void vfork_release(void);
/* The parent: wait for the child pid, if it has come to be, and give v back. */
void vfork_end(struct vfork *v, pid_t pid);

#endif
