/* SPDX-License-Identifier: MIT */
/*
 * fdtab.h - the tables of descriptors of all processes of an instance
 */
#ifndef IX_SHIM_FDTAB_H
#define IX_SHIM_FDTAB_H

#include <stdbool.h>

#include "ix/libix.h"
#include "libix/share/lock.h"

#define FDTABS_MAX 256	   /* processes of one instance */
#define FDTAB_HOLDS 1024   /* threads of a process that wait in a call */
#define FDS_MAX (1u << 20) /* descriptors of one process */

struct sock;

/* The descriptors of one process. */
struct fdtab {
	struct ix_lock lock; /* of changes; readers take none */
	uint32_t pid;	     /* 0: free; else with FDTAB_STATE */
	uint32_t high;	     /* no entry at or above was ever set */
	uint32_t pad[12];
	struct sock *held[FDTAB_HOLDS]; /* hold.c */
	uint64_t ent[];
};

/* fdtab.pid of a child that has not taken it over yet */
#define FDTAB_STATE 0xc0000000u
#define FDTAB_FORKING 0x80000000u /* and a number of the fork, not 0 */
#define FDTAB_TOLD 0x40000000u	  /* and its pid: orphans.c */
#define FDTAB_WATCHED 0xc0000000u /* and its pid */

/* Take the table of a process that just started the instance, or, in a guest,
 * that of the program which executed this one. */
int fdtab_start(void);
/* Is there one of such a program? Before the start. */
bool fdtab_inherited(void);

/*
 * fork: a copy of the table is made before, with a reference for each entry;
 * afterwards the child adopts it, or it is dropped if there is no child.
 */
struct fdtab *fdtab_copy(void);
void fdtab_adopt(struct fdtab *t);
void fdtab_drop(struct fdtab *t);
struct fdtab *fdtab_at(uint32_t i); /* below shim_root->tabs_max */
/* The table of a process; NULL: none. */
struct fdtab *fdtab_find(int pid);

#endif
