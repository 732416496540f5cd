// SPDX-License-Identifier: MIT
/*
 * ctl.c - fcntl and ioctl of sockets
 *
 * Placeholders share one kernel description: its flags must stay as they are,
 * so O_NONBLOCK lives in struct sock.
 */
#include <asm/ioctls.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <string.h>

#include "shim/calls.h"
#include "shim/fd.h"
#include "shim/numbers.h"
#include "shim/priv.h"

/*
 * fcntl
 */

/* F_DUPFD: a new number for what fd is. */
static int duplicate(int fd, int cmd, void *arg)
{
	uint64_t e, old = 0;
	int n;

	fdtab_lock();
	e = fd_entry(fd);
	n = real_fcntl(fd, cmd, arg);
	if (n >= 0) {
		entry_ref(e);
		old = fd_swap(n, e);
	}
	fdtab_unlock();
	if (n >= 0)
		entry_unref(old);
	return n;
}

/* Is O_NONBLOCK of this socket kept here and not in the kernel? */
static bool flags_kept(const struct sock *s)
{
	return s->world == SOCK_STACK ||
	       (s->world == SOCK_BOTH && s->type == SOCK_STREAM);
}

static int get_flags(int fd, const struct sock *s)
{
	int flags = real_fcntl(fd, F_GETFL, NULL);

	if (flags < 0 || !flags_kept(s))
		return flags;
	flags = (flags & ~(O_NONBLOCK | O_ACCMODE)) | O_RDWR;
	return s->nonblock ? flags | O_NONBLOCK : flags;
}

static int set_flags(int fd, struct sock *s, void *arg)
{
	long flags = (long)arg;
	int rc = 0;

	if (!flags_kept(s))
		rc = real_fcntl(fd, F_SETFL, arg);
	if (rc == 0)
		s->nonblock = (flags & O_NONBLOCK) != 0;
	return rc;
}

int call_fcntl(int fd, int cmd, void *arg)
{
	struct sock *s;
	bool dup = cmd == F_DUPFD || cmd == F_DUPFD_CLOEXEC;
	int rc;

	if (__builtin_expect(!fd_entry(fd), 1)) {
		if (fd_hidden(fd))
			return (int)ret_errno(-EBADF);
		rc = real_fcntl(fd, cmd, arg);
		if (dup)
			number_made(rc);
		return rc;
	}
	if (dup)
		return duplicate(fd, cmd, arg);
	s = fd_sock_fast(fd);
	if (!s)
		return real_fcntl(fd, cmd, arg);
	if (cmd == F_GETFL)
		return get_flags(fd, s);
	if (cmd == F_SETFL)
		return set_flags(fd, s, arg);
	return real_fcntl(fd, cmd, arg);
}

int call_fcntl64(int fd, int cmd, void *arg)
{
	return call_fcntl(fd, cmd, arg);
}

/*
 * ioctl
 */
static int readable_bytes(struct sock *s)
{
	const struct ix_rx *r;
	int n = 0;

	if (s->type == SOCK_STREAM)
		return (int)s->o.rx_bytes;
	if (s->o.kind != IX_KIND_UDP || !s->u.rx_count)
		return 0;
	for (r = s->u.rx_head; r; r = r->more ? r->next : NULL)
		n += (int)r->len;
	return n;
}

static int queued_bytes(const struct sock *s, bool unsent_only)
{
	if (s->o.kind != IX_KIND_TCP)
		return 0;
	return (int)(s->c.tx_unsent + (unsent_only ? 0 : s->c.tx_unacked));
}

/* Locked. 0, -errno, or 1: not a request about the stream. */
static int stream_ioctl(struct sock *s, unsigned long cmd, void *arg)
{
	switch (cmd) {
	case FIONREAD:
		if (s->state == SS_LISTEN)
			return -EINVAL;
		*(int *)arg = readable_bytes(s);
		return 0;
	case SIOCOUTQ:
		if (s->state == SS_LISTEN)
			return -EINVAL;
		*(int *)arg = queued_bytes(s, false);
		return 0;
	case SIOCOUTQNSD:
		*(int *)arg = queued_bytes(s, true);
		return 0;
	case SIOCATMARK:
		*(int *)arg = 0;
		return 0;
	case FIOASYNC: /* no SIGIO: see CAVEATS */
		return 0;
	default:
		return 1;
	}
}

/* About interfaces and the like: any socket of the kernel will do. */
static int other_ioctl(const struct sock *s, unsigned long cmd, void *arg)
{
	int fd = real_socket(s->family, s->type | SOCK_CLOEXEC, 0);
	int rc;

	if (fd < 0)
		return -ENOTTY;
	rc = real_ioctl(fd, cmd, arg);
	if (rc < 0)
		rc = -errno;
	real_close(fd);
	return rc;
}

static int stack_ioctl(int fd, struct sock *s, unsigned long cmd, void *arg)
{
	int rc;

	if (cmd == FIOCLEX || cmd == FIONCLEX)
		return real_ioctl(fd, cmd, arg) < 0 ? -errno : 0;
	if (!sock_lock(fd, s))
		return -EBADF;
	sock_poll_once(s);
	rc = stream_ioctl(s, cmd, arg);
	sock_unlock(s);
	return rc == 1 ? other_ioctl(s, cmd, arg) : rc;
}

/* A UDP socket of both worlds: what the stack has comes first. */
static bool stack_has_bytes(int fd, struct sock *s, int *out)
{
	int n = 0;

	if (sock_lock(fd, s)) {
		sock_poll_once(s);
		n = readable_bytes(s);
		sock_unlock(s);
	}
	if (n)
		*out = n;
	return n != 0;
}

int call_ioctl(int fd, unsigned long cmd, void *arg)
{
	struct sock *s = fd_sock_fast(fd);

	if (__builtin_expect(!s || s->world == SOCK_KERNEL, 1))
		return real_ioctl(fd, cmd, arg);
	if (cmd == FIONBIO) {
		if (!flags_kept(s) && real_ioctl(fd, cmd, arg) < 0)
			return -1;
		s->nonblock = *(int *)arg != 0;
		return 0;
	}
	if (s->world == SOCK_STACK)
		return (int)ret_errno(stack_ioctl(fd, s, cmd, arg));
	if (cmd == FIONREAD && s->world == SOCK_BOTH && s->type == SOCK_DGRAM &&
	    stack_has_bytes(fd, s, arg))
		return 0;
	return real_ioctl(fd, cmd, arg);
}
