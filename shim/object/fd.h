/* SPDX-License-Identifier: MIT */
/*
 * fd.h - the descriptor table of a process, for the sockets' half
 *
 * An entry is 0, or an object with its kind in the low two bits, or (kind
 * FD_NONE) the reason why a socket stays in the kernel, in bits 8-15.
 */
#ifndef IX_SHIM_FD_H
#define IX_SHIM_FD_H

#include <pthread.h>

#include "shim/object/fdtab.h"
#include "shim/object/sock.h"

/*
 * Table of this process: what an fd number is. One load for a foreign fd.
 */
enum fd_kind { FD_NONE, FD_SOCK, FD_EPOLL, FD_KINDS };

/*
 * What an object of another kind than a socket does when a descriptor of it comes
 * or goes. It counts them in all processes, beginning with 1 at fd_install(); the
 * last one closes. Whoever has the kind sets it before the start.
 */
struct fd_ops {
	void (*ref)(void *obj);
	void (*unref)(void *obj);
};
extern struct fd_ops fd_ops[FD_KINDS];

struct fdent {
	void *obj; /* struct sock or struct epoll */
	enum fd_kind kind;
};

#define FD_KIND_MASK UINT64_C(3)
#define ENTRY_GIVEN UINT64_C(4) /* its reference was given up, see exec.c */
#define FD_OBJ_MASK (~UINT64_C(63))
#define FD_REASON(e) ((uint8_t)((e) >> 8))

/* The table of this process; limit 0 before an instance runs. */
struct fd_self {
	uint64_t *ent;
	uint32_t limit;
	uint32_t cancels; /* calls of pthread_cancel(); beside what all look at */
	struct fdtab *tab;
};
extern struct fd_self fd_self;

/* At the beginning of a call that is a cancellation point. */
static inline void cancel_point(void)
{
	if (__builtin_expect(fd_self.cancels, 0))
		pthread_testcancel();
}

static inline uint64_t fd_entry(int fd)
{
	if ((uint32_t)fd >= fd_self.limit)
		return 0;
	return __atomic_load_n(&fd_self.ent[fd], __ATOMIC_ACQUIRE);
}

static inline void *entry_obj(uint64_t e, enum fd_kind kind)
{
	return (e & FD_KIND_MASK) == kind ? (void *)(e & FD_OBJ_MASK) : NULL;
}

/* fd_sock(), without the call. */
static inline struct sock *fd_sock_fast(int fd)
{
	uint64_t e = fd_entry(fd);

	return __builtin_expect((e & FD_KIND_MASK) == FD_SOCK, 0) ?
		       (struct sock *)(e & FD_OBJ_MASK) :
		       NULL;
}

/* kind FD_NONE when fd is not ours (also out of range). */
struct fdent fd_lookup(int fd);
struct sock *fd_sock(int fd);	/* NULL: not ours */
struct epoll *fd_epoll(int fd); /* NULL: not ours */
/* fd is obj from now on, with the reference of the caller. */
void fd_install(int fd, enum fd_kind kind, void *obj);
void fd_clear(int fd);

/* Is fd one of the dataplane's own, which the program must not touch? */
bool fd_hidden(int fd);

/* Remember why a kernel socket is one. */
void fd_set_reason(int fd, uint8_t reason);
/* Empty the entry; what it was. The reference it held passes to the caller. */
uint64_t fd_take(int fd);
/* Close a descriptor that was installed and that nobody has seen yet. */
void fd_close(int fd);
/* One more reference to what e names; give one up (which may close it). */
void entry_ref(uint64_t e);
void entry_unref(uint64_t e);
/* Table locked (hold_lock(&fd_self.tab->lock)): replace an entry. */
uint64_t fd_swap(int fd, uint64_t e);
void fdtab_lock(void);
void fdtab_unlock(void);

#endif
