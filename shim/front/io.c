// SPDX-License-Identifier: MIT
/*
 * io.c - the calls that read and write, for one buffer or several
 *
 * A foreign descriptor costs one look at the table, then the C library's call.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "libix/share/usermem.h"
#include "shim/front/calls.h"
#include "shim/front/io.h"
#include "shim/host/host.h"
#include "shim/host/name.h"
#include "shim/host/until.h"
#include "shim/object/fd.h"

/*
 * Read
 */
static ssize_t recv_buf(int fd, struct sock *s, void *buf, size_t n, int flags)
{
	struct iovec iov = { .iov_base = buf, .iov_len = n };

	if (!ix_user_range(buf, n))
		return ret_errno(-EFAULT);
	return ret_errno(sock_ops_of(s)->recv(fd, s, &iov, 1, flags));
}

ssize_t call_read(int fd, void *buf, size_t n)
{
	struct sock *s = io_receives(fd);

	if (__builtin_expect(!s, 1))
		return host.read(fd, buf, n);
	/* read(2) of nothing does not look at the socket */
	if (!n && ix_user_range(buf, n))
		return 0;
	return recv_buf(fd, s, buf, n, 0);
}

static ssize_t read_vec(int fd, struct sock *s, const struct iovec *iov,
			int cnt, int flags)
{
	int rc = iov_check(iov, cnt);

	if (rc < 0 || !iov_bytes(iov, cnt))
		return ret_errno(rc);
	return ret_errno(sock_ops_of(s)->recv(fd, s, iov, cnt, flags));
}

ssize_t call_readv(int fd, const struct iovec *iov, int cnt)
{
	struct sock *s = io_receives(fd);

	if (__builtin_expect(!s, 1))
		return host.readv(fd, iov, cnt);
	return read_vec(fd, s, iov, cnt, 0);
}

/* Flags that Linux knows, as far as they may be those of a socket. */
#define RWF_KNOWN (RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_NOWAIT | RWF_APPEND)

ssize_t call_preadv2(int fd, const struct iovec *iov, int cnt, off_t off,
		     int flags)
{
	struct sock *s = io_receives(fd);

	if (!s || off != -1)
		return host.preadv2(fd, iov, cnt, off, flags);
	if (flags & ~RWF_KNOWN)
		return ret_errno(-EOPNOTSUPP);
	return read_vec(fd, s, iov, cnt, flags & RWF_NOWAIT ? MSG_DONTWAIT : 0);
}

ssize_t call_preadv64v2(int fd, const struct iovec *iov, int cnt, off64_t off,
			int flags)
{
	return call_preadv2(fd, iov, cnt, off, flags);
}

ssize_t call_recv(int fd, void *buf, size_t n, int flags)
{
	struct sock *s = io_receives(fd);

	if (__builtin_expect(!s, 1))
		return host.recv(fd, buf, n, flags);
	return recv_buf(fd, s, buf, n, flags);
}

static ssize_t recv_from(int fd, struct sock *s, struct iovec *iov, int flags,
			 struct sockaddr *addr, socklen_t *len)
{
	struct sockaddr_storage name;
	struct msghdr m = { .msg_name = &name,
			    .msg_namelen = sizeof(name),
			    .msg_iov = iov,
			    .msg_iovlen = 1 };
	ssize_t n = sock_ops_of(s)->recvmsg(fd, s, &m, flags);
	int rc;

	if (n < 0 || !addr)
		return n;
	rc = name_put(&name, m.msg_namelen, addr, len);
	return rc < 0 ? rc : n;
}

ssize_t call_recvfrom(int fd, void *buf, size_t n, int flags,
		      struct sockaddr *addr, socklen_t *len)
{
	struct iovec iov = { .iov_base = buf, .iov_len = n };
	struct sock *s = io_receives(fd);

	if (__builtin_expect(!s, 1))
		return host.recvfrom(fd, buf, n, flags, addr, len);
	if (!ix_user_range(buf, n))
		return ret_errno(-EFAULT);
	return ret_errno(recv_from(fd, s, &iov, flags, addr, len));
}

/* The fortified twins: the buffer must hold what is asked for. */
static void fortify(size_t n, size_t size)
{
	if (__builtin_expect(n > size, 0))
		abort();
}

ssize_t call___read_chk(int fd, void *buf, size_t n, size_t size)
{
	fortify(n, size);
	return call_read(fd, buf, n);
}

ssize_t call___recv_chk(int fd, void *buf, size_t n, size_t size, int flags)
{
	fortify(n, size);
	return call_recv(fd, buf, n, flags);
}

ssize_t call___recvfrom_chk(int fd, void *buf, size_t n, size_t size, int flags,
			    struct sockaddr *addr, socklen_t *len)
{
	fortify(n, size);
	return call_recvfrom(fd, buf, n, flags, addr, len);
}

/*
 * Write
 */
int fastopen(int fd, const struct sock *s, const struct sockaddr *addr,
	     socklen_t len)
{
	if (!addr || s->type != SOCK_STREAM || s->state != SS_INIT ||
	    s->world == WORLD_KERNEL)
		return 0;
	return call_connect(fd, addr, len);
}

static ssize_t send_buf(int fd, struct sock *s, const void *buf, size_t n,
			int flags)
{
	struct iovec iov = { .iov_base = (void *)buf, .iov_len = n };

	if (!ix_user_range(buf, n))
		return ret_errno(-EFAULT);
	return ret_errno(sock_ops_of(s)->send(fd, s, &iov, 1, flags));
}

ssize_t call_write(int fd, const void *buf, size_t n)
{
	struct sock *s = io_receives(fd);

	if (__builtin_expect(!s, 1))
		return io_foreign(host.write(fd, buf, n));
	return send_buf(fd, s, buf, n, 0);
}

static ssize_t write_vec(int fd, struct sock *s, const struct iovec *iov,
			 int cnt, int flags)
{
	int rc = iov_check(iov, cnt);

	/* vectors of nothing are no datagram */
	if (rc < 0 || !iov_bytes(iov, cnt))
		return ret_errno(rc);
	return ret_errno(sock_ops_of(s)->send(fd, s, iov, cnt, flags));
}

ssize_t call_writev(int fd, const struct iovec *iov, int cnt)
{
	struct sock *s = io_receives(fd);

	if (__builtin_expect(!s, 1))
		return io_foreign(host.writev(fd, iov, cnt));
	return write_vec(fd, s, iov, cnt, 0);
}

ssize_t call_pwritev2(int fd, const struct iovec *iov, int cnt, off_t off,
		      int flags)
{
	struct sock *s = io_receives(fd);

	if (!s || off != -1)
		return host.pwritev2(fd, iov, cnt, off, flags);
	if (flags & ~RWF_KNOWN)
		return ret_errno(-EOPNOTSUPP);
	return write_vec(fd, s, iov, cnt,
			 flags & RWF_NOWAIT ? MSG_DONTWAIT : 0);
}

ssize_t call_pwritev64v2(int fd, const struct iovec *iov, int cnt, off64_t off,
			 int flags)
{
	return call_pwritev2(fd, iov, cnt, off, flags);
}

ssize_t call_send(int fd, const void *buf, size_t n, int flags)
{
	struct sock *s = io_receives(fd);

	if (__builtin_expect(!s, 1))
		return io_foreign(host.send(fd, buf, n, flags));
	return send_buf(fd, s, buf, n, flags);
}

ssize_t call_sendto(int fd, const void *buf, size_t n, int flags,
		    const struct sockaddr *addr, socklen_t len)
{
	struct iovec iov = { .iov_base = (void *)buf, .iov_len = n };
	struct sockaddr_storage name;
	struct msghdr m = { .msg_name = addr ? &name : NULL,
			    .msg_namelen = addr ? len : 0,
			    .msg_iov = &iov,
			    .msg_iovlen = 1 };
	struct sock *s = fd_sock_fast(fd);
	int rc = 0;

	if (s && flags & MSG_FASTOPEN && fastopen(fd, s, addr, len) < 0)
		return -1;
	if (__builtin_expect(!s || !sends(s), 1))
		return host.sendto(fd, buf, n, flags, addr, len);
	if (!ix_user_range(buf, n))
		rc = -EFAULT;
	else if (addr)
		rc = name_take(&name, addr, len);
	if (rc < 0)
		return ret_errno(rc);
	return ret_errno(sock_ops_of(s)->sendmsg(fd, s, &m, flags));
}
