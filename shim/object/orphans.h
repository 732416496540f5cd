/* SPDX-License-Identifier: MIT */
/*
 * orphans.h - processes that die without having given up their table
 */
#ifndef IX_SHIM_ORPHANS_H
#define IX_SHIM_ORPHANS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct fdtab;

/* In the parent, after fork(): ask the owner to watch child until it has taken
 * over t. forking: what t->pid was at the fork. */
void orphans_tell(struct fdtab *t, uint32_t forking, pid_t child);

/* In the owner: add the pidfds of the children that parents have told of to the
 * epoll instance epfd. */
void orphans_watch(int epfd);
/* Handle an event of epfd by its data: the process has ended, and its table is
 * given up. false: the event is not about a process. */
bool orphans_gone(uint64_t data);
/* In the keeper, which learns of no process's end otherwise: have
 * orphans_watch() watch all that have a table. */
void orphans_watch_all(void);

#endif
