/* SPDX-License-Identifier: MIT */
/*
 * fdtab.h - the tables of descriptors of all processes of an instance
 */
#ifndef IX_SHIM_FDTAB_H
#define IX_SHIM_FDTAB_H

#include <stdbool.h>

#include "ix/libix.h"
#include "libix/share/lock.h"

#define FDTABS_MAX 256	 /* processes of one instance */
#define FDTAB_HOLDS 1024 /* sockets that calls of one process hold at a time */
#define FDS_MAX (1u << 20) /* descriptors of one process */

struct sock;

/* The descriptors of one process. */
struct fdtab {
	struct ix_lock lock; /* for changes; readers do not take it */
	uint32_t pid;	     /* whose it is, with FDTAB_STATE; 0: free */
	uint32_t high;	     /* no entry from this number on was ever set */
	uint32_t pad[12];
	struct sock *held[FDTAB_HOLDS]; /* by calls that wait: hold.c */
	uint64_t ent[];
};

/* State bits in fdtab.pid, for a child that has not taken its table over yet */
#define FDTAB_STATE 0xc0000000u
#define FDTAB_FORKING 0x80000000u /* with a number of the fork, not 0 */
#define FDTAB_TOLD 0x40000000u	  /* with the pid: the owner shall watch */
#define FDTAB_WATCHED 0xc0000000u /* with the pid: the owner watches */

/* Get a table for this process, which has just started the instance, or, in a
 * guest, take over the table that the image before the last execve() left.
 * 0, or -EMFILE: all tables are taken. */
int fdtab_start(void);
/* In a guest: did an earlier image of this process leave a table? May be asked
 * before the start. */
bool fdtab_inherited(void);

/*
 * fork: a copy of the table is made before, with a reference for each entry
 * (NULL: all tables are taken); afterwards the child adopts it, or it is
 * dropped if there is no child.
 */
struct fdtab *fdtab_copy(void);
void fdtab_adopt(struct fdtab *t);
void fdtab_drop(struct fdtab *t);
struct fdtab *fdtab_at(uint32_t i); /* i < shim_root->tabs_max */
/* The table of a process; NULL: none. */
struct fdtab *fdtab_find(int pid);

#endif
