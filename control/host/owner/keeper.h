/* SPDX-License-Identifier: MIT */
/*
 * keeper.h - the process that has descriptors for others
 */
#ifndef IX_HOST_KEEPER_H
#define IX_HOST_KEEPER_H

#include "control/host/owner/owner.h"

/* Start it if it is wanted; it is gone; end it. */
void keeper_run(struct owner *o);
void keeper_gone(struct owner *o);
void keeper_end(struct owner *o);
/* In it, before ring 3 is entered: give up all privileges. 0 or -errno. */
int keeper_ready(void);
/* struct ix_app_ops.describe_fds, of the keeper. */
int keeper_describe_fds(struct owner *o, int pid, int out_fd);

#endif
