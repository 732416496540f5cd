/* SPDX-License-Identifier: MIT */
/*
 * keeper.h - the keeper: in protected mode, a process in ring 3 that does the
 * owner's work on memory that the program writes
 */
#ifndef IX_HOST_KEEPER_H
#define IX_HOST_KEEPER_H

#include "control/host/owner/owner.h"

/* Start it, if it is asked for and does not run. */
void keeper_run(struct owner *o);
/* It has ended: close what the owner has of it. */
void keeper_gone(struct owner *o);
/* Kill it. */
void keeper_end(struct owner *o);
/* In the keeper, before ring 3 is entered: give up all privileges. Returns 0,
 * or -errno if ring 3 must not be entered. */
int keeper_ready(void);
/* Have the keeper do what struct ix_app_ops.describe_fds does in direct mode.
 * Returns 0, -ESRCH (pid is no process of the program), -ENOSYS (no keeper can
 * be started), -ETIMEDOUT after 2 s, or another -errno. */
int keeper_describe_fds(struct owner *o, int pid, int out_fd);

#endif
