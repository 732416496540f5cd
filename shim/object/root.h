/* SPDX-License-Identifier: MIT */
/*
 * root.h - what the shim shares between all processes of an instance
 *
 * It is mapped before the instance starts, so that the owner process, which the
 * start forks, has it at the same address. (In a guest: root_join().) It is
 * sparse: pages that are not touched cost nothing.
 */
#ifndef IX_SHIM_ROOT_H
#define IX_SHIM_ROOT_H

#include "ix/libix.h"
#include "libix/share/lock.h"
#include "libix/share/memory.h"

#define LATE_SOCKS 256 /* see put_late() in sock.c */
#define BOUND_BUCKETS 256
#define PASSED_MAX 64

struct sock;
struct epoll;

/* A socket that is on its way in messages of SCM_RIGHTS; relay/passed.c. */
struct passed_sock {
	struct sock *s; /* NULL: free */
	uint64_t ino;	/* of the kernel's socket that is sent for it */
	uint64_t at_ns; /* when it was last sent, ns */
	uint32_t count; /* descriptors on their way; each has a reference */
};

struct shim_root {
	struct ix_lock lock; /* of these pools and of fdtab.pid */
	struct ix_pool socks, knocks, colds, filters, udp_errs;
	struct sock *bound[BOUND_BUCKETS]; /* by port; inet/bound.c */
	struct passed_sock passed[PASSED_MAX];
	uint32_t late_next;
	struct sock *late[LATE_SOCKS];
	uint32_t fds_max;  /* entries of a descriptor table */
	uint32_t tabs_max; /* descriptor tables */
	size_t tab_size;   /* bytes of one table */
	size_t size;	   /* bytes of the whole mapping */
	char *tabs;
	/* waiting: watch.h, epoll_ready.h */
	struct ix_lock wait_lock; /* of the next four pools and of nested */
	struct ix_pool watches, epolls, epitems, epwaiters;
	struct ix_lock new_lock; /* while an instance is made for an epoll fd */
	struct epoll *nested;	 /* instances whose own fd is polled */
	uint32_t relay_rung;	 /* the owner has been told to look; owner.h */
	uint32_t forks;		 /* numbers given out for FDTAB_FORKING */
	uint32_t children_told;	 /* orphans_watch() has something to do */
	uint32_t kernel_written; /* changes when a kernel fd is written to */
};

extern struct shim_root *shim_root;

/* Sets the object sizes of the pools, which their users know and root.c does
 * not. */
typedef void root_pools_fn(struct shim_root *r);
/* Map shim_root: 0 or -ENOMEM. */
int root_map(root_pools_fn *pools);
void root_unmap(void);
/* In a guest, after the start and in place of root_map(): shim_root lies in the
 * instance's shared memory, where the images that are executed later find it.
 * Use what is there, or make it. 0 or -ENOMEM. */
int root_join(root_pools_fn *pools);

/* Take and release a lock; the program's signal handlers are put off
 * meanwhile. */
void hold_lock(struct ix_lock *l);
void hold_unlock(struct ix_lock *l);
/* Get an object from a pool, of which l is the lock, and put it back. NULL: out
 * of memory. */
void *hold_pool_get(struct ix_lock *l, struct ix_pool *p);
void hold_pool_put(struct ix_lock *l, struct ix_pool *p, void *obj);

#endif
