/* SPDX-License-Identifier: MIT */
/*
 * fd.h - the descriptor table of a process: what each number is in the shim
 *
 * An entry is 0, or an object's address with its kind in the low two bits, or
 * (kind FD_NONE) the reason why a socket stays in the kernel, in bits 8-15.
 */
#ifndef IX_SHIM_FD_H
#define IX_SHIM_FD_H

#include <pthread.h>

#include "shim/object/fdtab.h"
#include "shim/object/sock.h"

/*
 * What a descriptor refers to. FD_NONE: nothing of the shim's, which one load
 * from the table tells.
 */
enum fd_kind { FD_NONE, FD_SOCK, FD_EPOLL, FD_KINDS };

/*
 * Called for an object of another kind than FD_SOCK when a descriptor of it is
 * made or closed. The object counts the descriptors of all processes, beginning
 * with 1 at fd_install(), and is closed by the last unref(). The module that
 * implements the kind sets its row before the instance starts.
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
	uint32_t cancels; /* pthread_cancel() calls; on a line that all read */
	struct fdtab *tab;
};
extern struct fd_self fd_self;

/* To be called at the beginning of a call that is a cancellation point. */
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

/* fd_sock() as an inline function. */
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
/* Let fd refer to obj; the caller's reference passes to the entry. What fd
 * referred to before loses its reference. */
void fd_install(int fd, enum fd_kind kind, void *obj);

/* Is fd one of the dataplane's own, which the program must not touch? */
bool fd_hidden(int fd);

/* Note why (enum why) the socket fd is the kernel's, for ixcp fds. What fd
 * referred to before loses its reference. */
void fd_set_reason(int fd, uint8_t reason);
/* Empty the entry and return it; its reference passes to the caller. */
uint64_t fd_take(int fd);
/* Close a descriptor that was installed, but that the program has not seen yet,
 * and drop its reference. */
void fd_close(int fd);
/* Add a reference to the object of entry e; drop one, the last of which
 * closes. */
void entry_ref(uint64_t e);
void entry_unref(uint64_t e);
/* Under fdtab_lock(): replace the entry of fd and return the old one. */
uint64_t fd_swap(int fd, uint64_t e);
void fdtab_lock(void);
void fdtab_unlock(void);

#endif
