// SPDX-License-Identifier: MIT
/*
 * ctl.c - fcntl and ioctl of sockets
 *
 * Placeholders share one kernel description: its flags must stay as they are,
 * so O_NONBLOCK lives in struct sock.
 */
#include <asm/ioctls.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/sockios.h>
#include <signal.h>
#include <string.h>

#include "base/raw.h"
#include "libix/share/usermem.h"
#include "shim/front/calls.h"
#include "shim/front/numbers.h"
#include "shim/host/host.h"
#include "shim/inet/tcp_urg.h"
#include "shim/inet/udp_cmsg.h"
#include "shim/object/fd.h"
#include "shim/object/sock.h"
#include "shim/option/priv.h"

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
	n = host.fcntl(fd, cmd, arg);
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
	return s->world == WORLD_STACK ||
	       (s->world == WORLD_BOTH && s->type == SOCK_STREAM);
}

/* What F_SETFL can change of a socket. */
#define SET_FLAGS (O_APPEND | O_ASYNC | O_NONBLOCK | O_DIRECT | O_NOATIME)

static int get_flags(int fd, const struct sock *s)
{
	int flags = host.fcntl(fd, F_GETFL, NULL);

	if (flags < 0 || !flags_kept(s))
		return flags;
	flags = (flags & ~(SET_FLAGS | O_ACCMODE)) | O_RDWR | s->priv->flags;
	return s->nonblock ? flags | O_NONBLOCK : flags;
}

static int set_flags(int fd, struct sock *s, int flags)
{
	/* a socket has no direct I/O */
	if (flags & O_DIRECT)
		return (int)ret_errno(-EINVAL);
	if (!flags_kept(s) && host.fcntl(fd, F_SETFL, (void *)(long)flags) < 0)
		return -1;
	s->nonblock = (flags & O_NONBLOCK) != 0;
	s->priv->flags = flags & SET_FLAGS & ~O_NONBLOCK;
	return 0;
}

/*
 * Who is to have SIGURG, and as what signal SIGIO: kept, as the description that
 * the kernel would keep it in is shared by all. (There is no SIGIO: see CAVEATS.)
 */
static int keep_owner(struct sock *s, int who, bool thread)
{
	int rc = !who	? 0 :
		 thread ? (int)raw_call(SYS_tkill, who, 0) :
			  (int)raw_call(SYS_kill, who, 0);

	if (rc < 0 && errno == ESRCH)
		return -ESRCH;
	s->priv->owner = who;
	s->priv->owner_thread = thread;
	/* Whoever sends the signal then may be allowed more than this process. */
	s->priv->owner_ours = rc == 0;
	return 0;
}

/* A group is negative. To kill() -1 is no group, but everybody. */
static int set_owner(struct sock *s, int who)
{
	if (who == INT_MIN)
		return -EINVAL;
	return who == -1 ? -ESRCH : keep_owner(s, who, false);
}

static int set_owner_ex(struct sock *s, const struct f_owner_ex *arg)
{
	struct f_owner_ex o;

	if (ix_user_get(&o, arg, sizeof(o)) < 0)
		return -EFAULT;
	if (o.type != F_OWNER_PID && o.type != F_OWNER_PGRP &&
	    o.type != F_OWNER_TID)
		return -EINVAL;
	if (o.pid < 0)
		return -ESRCH;
	if (o.type == F_OWNER_PGRP)
		return set_owner(s, -o.pid);
	return keep_owner(s, o.pid, o.type == F_OWNER_TID);
}

static int get_owner_ex(const struct sock *s, struct f_owner_ex *arg)
{
	int who = s->priv->owner;
	struct f_owner_ex o = {
		.type = who < 0		      ? F_OWNER_PGRP :
			s->priv->owner_thread ? F_OWNER_TID :
						F_OWNER_PID,
		.pid = who < 0 ? -who : who,
	};

	return ix_user_put(arg, &o, sizeof(o));
}

static int set_signal(struct sock *s, long sig)
{
	if (sig < 0 || sig > SIGRTMAX)
		return -EINVAL;
	s->priv->owner_sig = (uint8_t)sig;
	return 0;
}

/* NOT_KEPT: not about what is kept here. */
#define NOT_KEPT 1

static int kept_fcntl(struct sock *s, int cmd, void *arg)
{
	switch (cmd) {
	case F_SETOWN:
		return set_owner(s, (int)(long)arg);
	case F_SETOWN_EX:
		return set_owner_ex(s, arg);
	case F_SETSIG:
		return set_signal(s, (long)arg);
	default:
		return NOT_KEPT;
	}
}

static int socket_fcntl(int fd, struct sock *s, int cmd, void *arg)
{
	int rc;

	if (cmd == F_GETFL)
		return get_flags(fd, s);
	if (cmd == F_SETFL)
		return set_flags(fd, s, (int)(long)arg);
	if (s->world != WORLD_STACK) {
		rc = host.fcntl(fd, cmd, arg);
		if (rc >= 0) /* for the time when it is the stack's */
			kept_fcntl(s, cmd, arg);
		return rc;
	}
	if (cmd == F_GETOWN)
		return s->priv->owner;
	if (cmd == F_GETOWN_EX)
		return (int)ret_errno(get_owner_ex(s, arg));
	if (cmd == F_GETSIG)
		return s->priv->owner_sig;
	rc = kept_fcntl(s, cmd, arg);
	return rc == NOT_KEPT ? host.fcntl(fd, cmd, arg) : (int)ret_errno(rc);
}

int call_fcntl(int fd, int cmd, void *arg)
{
	struct sock *s;
	bool dup = cmd == F_DUPFD || cmd == F_DUPFD_CLOEXEC;
	int rc;

	if (__builtin_expect(!fd_entry(fd), 1)) {
		if (fd_hidden(fd))
			return (int)ret_errno(-EBADF);
		rc = host.fcntl(fd, cmd, arg);
		if (dup)
			number_made(rc);
		return rc;
	}
	if (dup)
		return duplicate(fd, cmd, arg);
	s = fd_sock_fast(fd);
	return s ? socket_fcntl(fd, s, cmd, arg) : host.fcntl(fd, cmd, arg);
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
		return (int)urg_readable(s);
	if (s->o.kind != IX_KIND_UDP || !s->u.rx_count)
		return 0;
	for (r = s->u.rx_head; r; r = r->more ? r->next : NULL)
		n += (int)r->len;
	return n;
}

static int queued_bytes(const struct sock *s)
{
	if (s->o.kind != IX_KIND_TCP)
		return 0;
	return (int)(s->c.tx_unsent + s->c.tx_unacked);
}

/* What the dataplane has taken need not have left, the window permitting. */
static int unsent_bytes(const struct sock *s)
{
	struct ix_conn_info ci;

	if (s->o.kind != IX_KIND_TCP || s->o.flags & IX_O_DEAD ||
	    ix_gate()->conn_info(s->o.et, s->o.handle, &ci) < 0)
		return 0;
	return (int)(s->c.tx_unsent + ci.unsent);
}

static int give_int(void *arg, int n)
{
	return ix_user_put(arg, &n, sizeof(n));
}

/* Locked. 0, -errno, or NOT_KEPT: not a request about the stream. */
static int stream_ioctl(struct sock *s, unsigned long cmd, void *arg)
{
	bool tcp = s->type == SOCK_STREAM;

	if (s->state == SS_LISTEN &&
	    (cmd == FIONREAD || cmd == SIOCOUTQ || cmd == SIOCOUTQNSD))
		return -EINVAL;
	if (cmd == FIONREAD)
		return give_int(arg, readable_bytes(s));
	if (cmd == SIOCOUTQ)
		return give_int(arg, queued_bytes(s));
	if (cmd == SIOCOUTQNSD && tcp)
		return give_int(arg, unsent_bytes(s));
	if (cmd == SIOCATMARK && tcp)
		return give_int(arg, urg_next(s));
	return NOT_KEPT;
}

/* As fcntl() does it, by the names of two families. */
static int owner_ioctl(struct sock *s, unsigned long cmd, void *arg)
{
	int who;

	if (cmd == FIOGETOWN || cmd == SIOCGPGRP)
		return give_int(arg, s->priv->owner);
	if (cmd != FIOSETOWN && cmd != SIOCSPGRP)
		return NOT_KEPT;
	if (ix_user_get(&who, arg, sizeof(who)) < 0)
		return -EFAULT;
	return set_owner(s, who);
}

/* About interfaces and the like: any socket of the kernel will do. */
static int other_ioctl(const struct sock *s, unsigned long cmd, void *arg)
{
	int fd = host.socket(s->family, s->type | SOCK_CLOEXEC, 0);
	int rc;

	if (fd < 0)
		return -ENOTTY;
	rc = host.ioctl(fd, cmd, arg);
	if (rc < 0)
		rc = -errno;
	own_close(fd);
	return rc;
}

/* SIOCGSTAMP and its like: when what was read last had come. NOT_KEPT: another
 * request, or nothing was read, or from the kernel's side, which knows. */
static int stamp_ioctl(const struct sock *s, unsigned long cmd, void *arg)
{
	uint64_t at = s->type == SOCK_DGRAM ? s->priv->udp.last_ns : 0;
	struct timespec ts;

	if (!at || (cmd != SIOCGSTAMP_OLD && cmd != SIOCGSTAMPNS_OLD &&
		    cmd != SIOCGSTAMP_NEW && cmd != SIOCGSTAMPNS_NEW))
		return NOT_KEPT;
	ts = udp_day_time(at);
	if (cmd == SIOCGSTAMP_OLD || cmd == SIOCGSTAMP_NEW)
		ts.tv_nsec /= 1000; /* a timeval has the same members */
	return ix_user_put(arg, &ts, sizeof(ts));
}

static int stack_ioctl(int fd, struct sock *s, unsigned long cmd, void *arg)
{
	int rc;

	if (cmd == FIOCLEX || cmd == FIONCLEX)
		return host.ioctl(fd, cmd, arg) < 0 ? -errno : 0;
	rc = owner_ioctl(s, cmd, arg);
	if (rc != NOT_KEPT)
		return rc;
	if (!sock_lock(fd, s))
		return -EBADF;
	sock_poll_once(s);
	rc = stream_ioctl(s, cmd, arg);
	sock_unlock(s);
	return rc == NOT_KEPT ? other_ioctl(s, cmd, arg) : rc;
}

/* A UDP socket of both worlds: what the stack has comes first. */
static int stack_bytes(int fd, struct sock *s)
{
	int n = 0;

	if (sock_lock(fd, s)) {
		sock_poll_once(s);
		n = readable_bytes(s);
		sock_unlock(s);
	}
	return n;
}

static int switch_flag(int fd, struct sock *s, int flag, int on)
{
	int flags = get_flags(fd, s);

	if (flags < 0)
		return flags;
	return set_flags(fd, s, on ? flags | flag : flags & ~flag);
}

int call_sockatmark(int fd)
{
	int at;

	return call_ioctl(fd, SIOCATMARK, &at) < 0 ? -1 : at;
}

int call_ioctl(int fd, unsigned long cmd, void *arg)
{
	struct sock *s = fd_sock_fast(fd);
	int on, rc;

	if (__builtin_expect(!s || s->world == WORLD_KERNEL, 1))
		return host.ioctl(fd, cmd, arg);
	if (cmd == FIONBIO || cmd == FIOASYNC) {
		if (ix_user_get(&on, arg, sizeof(on)) < 0)
			return (int)ret_errno(-EFAULT);
		return switch_flag(fd, s, cmd == FIONBIO ? O_NONBLOCK : O_ASYNC,
				   on);
	}
	rc = stamp_ioctl(s, cmd, arg);
	if (rc != NOT_KEPT)
		return (int)ret_errno(rc);
	if (s->world == WORLD_STACK)
		return (int)ret_errno(stack_ioctl(fd, s, cmd, arg));
	if (cmd == FIONREAD && s->world == WORLD_BOTH &&
	    s->type == SOCK_DGRAM) {
		on = stack_bytes(fd, s);
		if (on)
			return (int)ret_errno(give_int(arg, on));
	}
	rc = host.ioctl(fd, cmd, arg);
	/* for the time when it is the stack's */
	if (rc >= 0 && (cmd == FIOSETOWN || cmd == SIOCSPGRP))
		owner_ioctl(s, cmd, arg);
	return rc;
}
