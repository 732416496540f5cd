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

/* In the parent: the table's pid was this at the fork, of this child. */
void orphans_tell(struct fdtab *t, uint32_t forking, pid_t child);

/* In the owner: watch, by epfd, the children that were told of. */
void orphans_watch(int epfd);
/* ... what epoll gave back; false: it is not about a child. */
bool orphans_gone(uint64_t data);
/* In the keeper, which hears of no process otherwise: watch them all. */
void orphans_watch_all(void);

#endif
