/* SPDX-License-Identifier: MIT */
/*
 * mediate_msg.c - sendmsg, recvmsg and their vectors
 *
 * A message names further memory: its header, its vector and what it sends
 * besides (ancillary data) are copied, checked, and the copies are passed. What
 * is received of data goes straight to the program's memory, by the checked
 * vector; a name and ancillary data, whose lengths the kernel finds, come to
 * memory of ours first.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "dune/host/blocking.h"
#include "dune/host/fds.h"
#include "dune/host/host.h"
#include "dune/host/self.h"
#include "dune/mem/user.h"
#include "dune/sys/mediate.h"
#include "dune/sys/mediate_io.h"

/* More ancillary data than Linux takes by default (net.core.optmem_max). */
#define CONTROL_MAX 20480

struct message {
	struct msghdr hdr;
	struct sockaddr_storage name;
	struct iovec iov[IOV_MAX];
	_Alignas(struct cmsghdr) char control[CONTROL_MAX];
	bool has_fds;
};

static long take_header(struct message *m, uint64_t at)
{
	if (user_get(&m->hdr, at, sizeof(m->hdr)))
		return -EFAULT;
	m->has_fds = false;
	if (m->hdr.msg_iovlen > IOV_MAX)
		return -EMSGSIZE;
	if ((int)m->hdr.msg_namelen < 0)
		return -EINVAL;
	if (m->hdr.msg_namelen > sizeof(m->name))
		m->hdr.msg_namelen = sizeof(m->name);
	return 0;
}

/* The header cannot be read: the kernel says EFAULT, unless fd is no socket. */
static long no_header(long nr, int fd)
{
	return host(nr, fd, 0, MSG_DONTWAIT);
}

static long take_name(struct message *m)
{
	if (!m->hdr.msg_name)
		return 0;
	if (user_get(&m->name, (uint64_t)m->hdr.msg_name, m->hdr.msg_namelen))
		return -EFAULT;
	m->hdr.msg_name = &m->name;
	return 0;
}

static long take_vector(struct message *m, bool receive)
{
	long ret = iov_take(m->iov, (uint64_t)m->hdr.msg_iov, m->hdr.msg_iovlen,
			    receive);

	m->hdr.msg_iov = m->iov;
	return ret;
}

/* The descriptors of one ancillary message have to be the program's. */
static int check_rights(const struct cmsghdr *c)
{
	size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int), i;

	for (i = 0; i < n; i++) {
		int fd;

		memcpy(&fd, CMSG_DATA(c) + i * sizeof(fd), sizeof(fd));
		if (fd >= 0 && !fd_allowed(fd, DUNE_FD_DUP))
			return -EBADF;
	}
	return 0;
}

/* What is sent besides. The walk is the kernel's, to the byte: a message that is
 * only seen there would not have been checked. (CMSG_NXTHDR of some libcs ends
 * before one whose padding is missing.) Lengths that are wrong it refuses. */
static long take_control(struct message *m)
{
	size_t len = m->hdr.msg_controllen, at;
	const struct cmsghdr *c;

	if (!m->hdr.msg_control)
		return 0;
	if (len > CONTROL_MAX)
		return -ENOBUFS;
	if (user_get(m->control, (uint64_t)m->hdr.msg_control, len))
		return -EFAULT;
	m->hdr.msg_control = m->control;
	for (at = 0; at + sizeof(*c) <= len; at += CMSG_ALIGN(c->cmsg_len)) {
		c = (const struct cmsghdr *)(m->control + at);
		if (c->cmsg_len < sizeof(*c) || c->cmsg_len > len - at)
			return -EINVAL;
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		m->has_fds = true;
		if (check_rights(c))
			return -EBADF;
	}
	return 0;
}

static bool blocking(int fd, int flags)
{
	return !(flags & MSG_DONTWAIT) &&
	       !(host(SYS_fcntl, fd, F_GETFL) & O_NONBLOCK);
}

/* Descriptors are sent while none of ours is visible: without waiting then. */
static long send_fds(int fd, const struct message *m, int flags)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	long ret;

	for (;;) {
		fds_use_begin();
		ret = host(SYS_sendmsg, fd, &m->hdr, flags | MSG_DONTWAIT);
		fds_use_end();
		if (ret != -EAGAIN || !blocking(fd, flags))
			return ret;
		ret = dune_native(SYS_poll, (uint64_t)&p, 1, (uint64_t)-1, 0, 0,
				  0);
		if (ret < 0)
			return ret;
	}
}

static long send_one(int fd, uint64_t at, int flags)
{
	struct message m;
	long ret = take_header(&m, at);

	if (ret == -EFAULT)
		return no_header(SYS_sendmsg, fd);
	if (!ret)
		ret = take_name(&m);
	if (!ret)
		ret = take_vector(&m, false);
	if (!ret)
		ret = take_control(&m);
	if (ret)
		return ret;
	if (m.has_fds)
		return send_fds(fd, &m, flags);
	return dune_native(SYS_sendmsg, (uint64_t)fd, (uint64_t)&m.hdr,
			   (uint64_t)flags, 0, 0, 0);
}

/* Where the program wants the name and the ancillary data: room for them
 * here. More of these than is sent at once there cannot be. */
static long room_for_results(struct message *m, const struct msghdr *want)
{
	if (check_out((uint64_t)want->msg_name, want->msg_namelen) ||
	    check_out((uint64_t)want->msg_control, want->msg_controllen))
		return -EFAULT;
	memset(&m->name, 0, sizeof(m->name));
	if (m->hdr.msg_name)
		m->hdr.msg_name = &m->name;
	if (!m->hdr.msg_control)
		return 0;
	m->hdr.msg_control = m->control;
	if (m->hdr.msg_controllen > CONTROL_MAX)
		m->hdr.msg_controllen = CONTROL_MAX;
	memset(m->control, 0, m->hdr.msg_controllen);
	return 0;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The kernel's results, to where the program wanted them. */
static long put_results(const struct message *m, uint64_t at,
			const struct msghdr *want)
{
	if (m->hdr.msg_name &&
	    (user_put((uint64_t)want->msg_name, &m->name,
		      least(want->msg_namelen, m->hdr.msg_namelen)) ||
	     user_put(at + offsetof(struct msghdr, msg_namelen),
		      &m->hdr.msg_namelen, sizeof(m->hdr.msg_namelen))))
		return -EFAULT;
	if (m->hdr.msg_control &&
	    user_put((uint64_t)want->msg_control, m->control,
		     least(want->msg_controllen, m->hdr.msg_controllen)))
		return -EFAULT;
	if (user_put(at + offsetof(struct msghdr, msg_controllen),
		     &m->hdr.msg_controllen, sizeof(m->hdr.msg_controllen)) ||
	    user_put(at + offsetof(struct msghdr, msg_flags), &m->hdr.msg_flags,
		     sizeof(m->hdr.msg_flags)))
		return -EFAULT;
	return 0;
}

static long receive_one(int fd, uint64_t at, int flags)
{
	struct msghdr want;
	struct message m;
	long ret = take_header(&m, at), put;

	if (ret == -EFAULT)
		return no_header(SYS_recvmsg, fd);
	if (ret)
		return ret;
	want = m.hdr;
	if (!user_range_writable(at, sizeof(want)))
		return -EFAULT;
	ret = take_vector(&m, true);
	if (!ret)
		ret = room_for_results(&m, &want);
	if (ret)
		return ret;
	ret = dune_native(SYS_recvmsg, (uint64_t)fd, (uint64_t)&m.hdr,
			  (uint64_t)flags, 0, 0, 0);
	put = ret < 0 ? 0 : put_results(&m, at, &want);
	return put ? put : ret;
}

long sys_sendmsg(struct dune_thread *t, const uint64_t a[6])
{
	(void)t;
	return send_one((int)a[0], a[1], (int)a[2]);
}

long sys_recvmsg(struct dune_thread *t, const uint64_t a[6])
{
	(void)t;
	return receive_one((int)a[0], a[1], (int)a[2]);
}

/* --- vectors of messages: one after the other, as the kernel does --- */

static uint64_t slot(uint64_t vector, unsigned i)
{
	return vector + i * sizeof(struct mmsghdr);
}

static int put_length(uint64_t message, long len)
{
	unsigned n = (unsigned)len;

	return user_put(message + offsetof(struct mmsghdr, msg_len), &n,
			sizeof(n));
}

long sys_sendmmsg(struct dune_thread *t, const uint64_t a[6])
{
	unsigned n = (unsigned)a[2] < IOV_MAX ? (unsigned)a[2] : IOV_MAX, i;
	long ret = 0;

	(void)t;
	for (i = 0; i < n; i++) {
		ret = send_one((int)a[0], slot(a[1], i), (int)a[3]);
		if (ret >= 0)
			ret = put_length(slot(a[1], i), ret);
		if (ret < 0)
			break;
	}
	return i ? (long)i : ret;
}

/* What is left until the deadline; false: nothing. */
static bool time_left(const struct timespec *deadline, struct timespec *out)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	out->tv_sec = deadline->tv_sec - now.tv_sec;
	out->tv_nsec = deadline->tv_nsec - now.tv_nsec;
	if (out->tv_nsec < 0) {
		out->tv_nsec += 1000000000;
		out->tv_sec--;
	}
	if (out->tv_sec >= 0)
		return out->tv_sec || out->tv_nsec;
	*out = (struct timespec){ 0, 0 };
	return false;
}

static int take_deadline(const struct timespec *timeout, struct timespec *out)
{
	if (timeout->tv_sec < 0 || timeout->tv_nsec < 0 ||
	    timeout->tv_nsec > 999999999)
		return -EINVAL;
	clock_gettime(CLOCK_MONOTONIC, out);
	/* so far ahead is never: the sum must not overflow */
	out->tv_sec += timeout->tv_sec < INT_MAX ? timeout->tv_sec : INT_MAX;
	out->tv_nsec += timeout->tv_nsec;
	if (out->tv_nsec > 999999999) {
		out->tv_nsec -= 1000000000;
		out->tv_sec++;
	}
	return 0;
}

long sys_recvmmsg(struct dune_thread *t, const uint64_t a[6])
{
	unsigned n = (unsigned)a[2] < IOV_MAX ? (unsigned)a[2] : IOV_MAX, i;
	struct timespec *timeout = (struct timespec *)a[4];
	struct timespec deadline = { 0, 0 };
	int flags = (int)a[3];
	long ret = timeout ? take_deadline(timeout, &deadline) : 0;

	(void)t;
	if (ret)
		return ret;
	for (i = 0; i < n; i++) {
		ret = receive_one((int)a[0], slot(a[1], i),
				  flags & ~MSG_WAITFORONE);
		if (ret >= 0)
			ret = put_length(slot(a[1], i), ret);
		if (ret < 0)
			break;
		if (flags & MSG_WAITFORONE)
			flags |= MSG_DONTWAIT;
		/* as Linux: looked at after a message only */
		if (timeout && !time_left(&deadline, timeout))
			return i + 1;
	}
	return i ? (long)i : ret;
}
