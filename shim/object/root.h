/* SPDX-License-Identifier: MIT */
/*
 * root.h - what the shim shares between all processes of an instance
 *
 * Mapped before the instance starts, so that its owner process, which is
 * forked meanwhile, has it at the same address. (In a guest: root_join().) Sparse: untouched pages cost
 * nothing.
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

/* A socket on its way in messages; relay/passed.c. */
struct passed_sock {
	struct sock *s; /* NULL: free */
	uint64_t ino;
	uint64_t at_ns; /* sent the last time */
	uint32_t count; /* descriptors, each with a reference */
};

struct shim_root {
	struct ix_lock lock; /* of the pools and of fdtab.pid */
	struct ix_pool socks, knocks, colds, filters, udp_errs;
	struct sock *bound[BOUND_BUCKETS]; /* bound.c */
	struct passed_sock passed[PASSED_MAX];
	uint32_t late_next;
	struct sock *late[LATE_SOCKS];
	uint32_t fds_max;  /* entries of a table */
	uint32_t tabs_max; /* tables */
	size_t tab_size;   /* bytes of one */
	size_t size;	   /* bytes of all this */
	char *tabs;
	/* waiting: watch.h, epoll_ready.h */
	struct ix_lock wait_lock; /* of its pools */
	struct ix_pool watches, epolls, epitems, epwaiters;
	struct ix_lock new_lock; /* one thread makes an epoll of an fd */
	struct epoll *nested;	 /* those whose fd is polled by others */
	uint32_t relay_rung;	 /* the owner has been told to look; relay.h */
	uint32_t forks;		 /* FDTAB_FORKING numbers given out */
	uint32_t children_told;	 /* look for FDTAB_TOLD; orphans.c */
	uint32_t kernel_written; /* changes when a kernel fd is written to */
};

extern struct shim_root *shim_root;

/* Tells the sizes of the pools: those who have them know. */
typedef void root_pools_fn(struct shim_root *r);
/* 0 or -errno. */
int root_map(root_pools_fn *pools);
void root_unmap(void);
/* In a guest, after the start: it lies in the memory of the instance, where
 * programs that are executed find it. */
int root_join(root_pools_fn *pools);

/* A lock that keeps signal handlers off while it is held. */
void hold_lock(struct ix_lock *l);
void hold_unlock(struct ix_lock *l);
/* An object of a pool that l is the lock of; NULL: there is none. */
void *hold_pool_get(struct ix_lock *l, struct ix_pool *p);
void hold_pool_put(struct ix_lock *l, struct ix_pool *p, void *obj);

#endif
