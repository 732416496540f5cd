/* SPDX-License-Identifier: MIT */
/*
 * io.h - reading and writing of a socket of the stack, either type
 */
#ifndef IX_SHIM_IO_H
#define IX_SHIM_IO_H

#include <errno.h>
#include <sys/uio.h>

#include "libix/share/usermem.h"
#include "shim/object/fd.h"
#include "shim/object/sock.h"
#include "shim/wait/wait.h"

#define IOV_LIMIT 1024 /* IOV_MAX, which limits.h hides */

/*
 * Check an array of iovecs that a call was given: 0, -EINVAL for their number
 * or a length, -EFAULT. The memory that they name is looked at when it is
 * copied.
 */
static inline int iov_check(const struct iovec *iov, int cnt)
{
	int i;

	if (cnt < 0 || cnt > IOV_LIMIT)
		return -EINVAL;
	if (!ix_user_readable(iov, (size_t)cnt * sizeof(*iov)))
		return -EFAULT;
	for (i = 0; i < cnt; i++)
		if ((ssize_t)iov[i].iov_len < 0)
			return -EINVAL;
	for (i = 0; i < cnt; i++)
		if (!ix_user_range(iov[i].iov_base, iov[i].iov_len))
			return -EFAULT;
	return 0;
}

/* The socket behind fd, if what is read from it may come from the stack; or
 * NULL. */
static inline struct sock *io_receives(int fd)
{
	struct sock *s = fd_sock_fast(fd);

	if (__builtin_expect(!s, 1))
		return NULL;
	if (s->world == WORLD_STACK ||
	    (s->world == WORLD_BOTH && s->type == SOCK_DGRAM))
		return s;
	return NULL;
}

/* May a datagram or bytes given to s go to the stack? A fresh UDP socket is
 * decided by its first destination. */
static inline bool sends(const struct sock *s)
{
	return s->world == WORLD_STACK ||
	       (s->type == SOCK_DGRAM && s->world != WORLD_KERNEL);
}

/* To be called with the result of a call that wrote to a descriptor of the
 * kernel: a thread of the program may wait for what was written. Returns rc. */
static inline ssize_t io_foreign(ssize_t rc)
{
	wait_kernel_written();
	return rc;
}

/* Before a send with MSG_FASTOPEN: connect s, if it is not connected. 0, or -1
 * with errno, as connect(). No data go with the SYN. */
int fastopen(int fd, const struct sock *s, const struct sockaddr *addr,
	     socklen_t len);

#endif
