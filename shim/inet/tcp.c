// SPDX-License-Identifier: MIT
/*
 * tcp.c - stream sockets: connect, close, state and its changes
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"
#include "shim/host/addr.h"
#include "shim/host/host.h"
#include "shim/host/until.h"
#include "shim/inet/bound.h"
#include "shim/inet/tcp.h"
#include "shim/inet/tcp_end.h"
#include "shim/inet/tcp_urg.h"
#include "shim/inet/world.h"
#include "shim/object/fd.h"
#include "shim/object/hold.h"
#include "shim/object/sock.h"
#include "shim/option/priv.h"
#include "shim/wait/sock_wait.h"
#include "shim/wait/watch.h"

#define CONNECT_MADE 1 /* the attempt is over, and this call may say so */

/* The address to which it is bound, as ix_connect() takes it; 0: chosen. */
static unsigned own_source(const struct sock_priv *p)
{
	if (p->bound != BOUND_OWN)
		return 0;
	if (addr_is_loopback(&p->local.ip))
		return addr_number(&p->local.ip);
	return (unsigned)addr_own(ix_info(), &p->local.ip) + 1;
}

static int connect_start(int fd, struct sock *s, const struct endpoint *ep)
{
	struct sock_priv *p = s->priv;
	unsigned own = own_source(p);
	int rc = 0;

	if (s->world != WORLD_STACK)
		rc = sock_to_stack(fd, s);
	if (rc < 0)
		return rc;
	rc = ix_connect(&s->c, s->o.et, &ep->ip, ep->port, own, p->local.port,
			opts_hold(s));
	if (rc < 0) {
		s->o.kind = IX_KIND_NONE;
		return rc;
	}
	p->peer = *ep;
	if (!own)
		s->c.lip = (uint16_t)addr_source(ix_info(), &ep->ip);
	s->here = s->c.lip == IX_LIP_LOOPBACK ||
		  addr_own(ix_info(), &ep->ip) >= 0;
	s->state = SS_CONNECTING;
	s->so_error = 0;
	p->untold = 1;
	opts_apply(s);
	if (opts_share(&p->opts))
		opts_push_share(s);
	ix_drive(s->o.et, 0);
	sock_settle(s->o.et);
	return 0;
}

/*
 * Locked: what connect() finds on a socket that is not new; 0: it may begin.
 * How an attempt has ended is told once, by whichever connect() asks first.
 */
static int connect_state(struct sock *s)
{
	bool made;
	int err;

	if (s->state == SS_CONNECTING)
		sock_poll_once(s);
	if (s->state == SS_INIT)
		return 0;
	if (s->state == SS_CONNECTING)
		return -EALREADY;
	if (!s->priv->untold)
		return -EISCONN;
	made = s->state == SS_CONNECTED;
	s->priv->untold = 0;
	if (made)
		return CONNECT_MADE;
	err = sock_take_error(s);
	stream_forget(s);
	return -(err ? err : ECONNABORTED);
}

static int connect_ended(int fd, struct sock *s)
{
	int rc;

	if (!sock_lock(fd, s))
		return -EBADF;
	if (s->state == SS_INIT) /* another thread has broken it off */
		rc = -(sock_take_error(s) ?: ECONNABORTED);
	else
		rc = connect_state(s);
	sock_unlock(s);
	return rc;
}

/* Wait for the end of the attempt; -unless: it lasts beyond SO_SNDTIMEO. */
static int connect_wait(int fd, struct sock *s, int unless)
{
	int64_t limit = no_limit(s->sndtimeo_ns);
	struct sock_hold hold;
	int rc;

	if (!sock_hold(&hold, fd, s))
		return -EBADF;
	rc = sock_wait_held(&hold, POLLOUT, limit, false);
	if (rc == -EAGAIN)
		rc = -unless;
	else if (rc == 0)
		rc = connect_ended(sock_held_fd(&hold), s);
	sock_let_go(&hold);
	return rc;
}

/* rc: what is wrong with the name, which nobody asks for but who begins. */
static int connect_try(int fd, struct sock *s, const struct endpoint *ep,
		       int rc)
{
	int found;

	if (!sock_lock(fd, s))
		return -EBADF;
	found = connect_state(s);
	if (found == 0 && rc == 0)
		rc = connect_start(fd, s, ep);
	sock_unlock(s);
	return found ? found : rc;
}

/* A port that bind() was not asked for goes with the attempt that failed. */
static void give_port_back(struct sock *s)
{
	if (s->state != SS_INIT || s->priv->port_given || !s->priv->listed)
		return;
	bound_del(s);
	s->priv->local.port = 0;
}

static int connect_stack(int fd, struct sock *s, const struct endpoint *ep,
			 int bad)
{
	unsigned et;
	int rc;

	cancel_point();
	rc = connect_try(fd, s, ep, bad);
	/* from a port of the program's choice: where its answers arrive */
	for (et = 0; rc == -EXDEV && et < ix_info()->nethreads; et++) {
		sock_rehome(s, et);
		rc = connect_try(fd, s, ep, 0);
	}
	if (rc == 0)
		rc = s->nonblock ? -EINPROGRESS :
				   connect_wait(fd, s, EINPROGRESS);
	else if (rc == -EALREADY && !s->nonblock)
		rc = connect_wait(fd, s, EALREADY);
	if (rc < 0 && !bad)
		give_port_back(s);
	return rc == CONNECT_MADE ? 0 : rc;
}

/* An attempt that has failed at once leaves the socket without a world. */
static int connect_kernel(int fd, struct sock *s, const struct sockaddr *addr,
			  socklen_t len)
{
	int rc = host.connect(fd, addr, len) < 0 ? -errno : 0;

	if (rc == 0 || rc == -EINPROGRESS || rc == -EINTR)
		sock_to_kernel(fd, s, WHY_PEER);
	return rc;
}

int stream_connect(int fd, struct sock *s, const struct endpoint *ep, int bad,
		   const struct sockaddr *addr, socklen_t len)
{
	if (s->world != WORLD_FRESH)
		return connect_stack(fd, s, ep, bad);
	if (bad || sock_route(&ep->ip) <= 0 || !sock_reach(s, &ep->ip) ||
	    (s->v6only && addr_is_v4(&ep->ip)))
		return connect_kernel(fd, s, addr, len);
	return connect_stack(fd, s, ep, 0);
}

/*
 * Close
 */
void stream_close(struct sock *s)
{
	struct ix_conn *c = &s->c;

	/* what was read is reported first: else it counts as unread */
	if (c->rx_done && !(c->o.flags & IX_O_DEAD))
		ix_drive(s->o.et, 0);
	ix_close(c, s->priv->opts.linger == 0);
}

static bool all_acked(struct sock *s)
{
	bool done;

	sock_lock_own(s);
	done = s->c.tx_unsent + s->c.tx_unacked == 0 || s->o.flags & IX_O_DEAD;
	sock_unlock(s);
	return done;
}

void stream_linger(struct sock *s)
{
	struct until end;

	if (s->o.kind != IX_KIND_TCP || s->priv->opts.linger <= 0 ||
	    __atomic_load_n(&s->refs, __ATOMIC_RELAXED) > 1)
		return;
	end = until_ns(s->priv->opts.linger * NSEC_PER_SEC);
	sock_lock_own(s);
	ix_shutdown(&s->c);
	ix_drive(s->o.et, 0);
	sock_unlock(s);
	while (!all_acked(s) && until_left(&end) != 0)
		if (sock_wait(s, 0, LINGER_STEP_NS, -1) == -EINTR)
			break;
}

/*
 * State
 */
static unsigned conn_poll(const struct sock *s)
{
	const struct ix_conn *c = &s->c;
	bool dead = c->o.flags & IX_O_DEAD;
	bool eof = dead || c->o.flags & IX_O_EOF || s->shut & 1;
	uint32_t least = (uint32_t)opt_get(&s->priv->opts, OPT_RCVLOWAT);
	unsigned ev = 0;

	if (__builtin_expect(c->urg, 0)) {
		least += urg_is_hole(s);
		ev |= c->urg & IX_URG_VALID ? POLLPRI : 0;
	}
	if (c->o.rx_bytes >= least)
		ev |= POLLIN | POLLRDNORM;
	if (eof)
		ev |= POLLIN | POLLRDNORM | POLLRDHUP;
	if (dead || s->shut & 2 || ix_conn_writable(c))
		ev |= POLLOUT | POLLWRNORM;
	if (dead || (eof && s->shut & 2))
		ev |= POLLHUP;
	return ev;
}

unsigned stream_poll(const struct sock *s)
{
	unsigned ev = s->so_error || s->zc_pending ? POLLERR : 0;

	switch (s->state) {
	case SS_LISTEN:
		return s->priv->knock_head ? ev | POLLIN | POLLRDNORM : ev;
	case SS_CONNECTING:
		return ev;
	case SS_INIT:
		if (s->shut & 1)
			ev |= POLLIN | POLLRDNORM | POLLRDHUP;
		/* the kernel tells what it has alone */
		return s->world == WORLD_KERNEL ?
			       0 :
			       ev | POLLOUT | POLLWRNORM | POLLHUP;
	default:
		return ev | conn_poll(s);
	}
}

static void dead(struct sock *s)
{
	int err = s->c.err;

	if (!err && s->state == SS_CONNECTING)
		err = ECONNREFUSED;
	s->so_error = err;
	s->state = SS_DONE;
	watch_notify(s, POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM | POLLHUP |
				POLLRDHUP | (err ? POLLERR : 0));
}

void stream_notify(struct sock *s, unsigned what)
{
	unsigned ev = 0;

	if (what & IX_N_DEAD) {
		dead(s);
		return;
	}
	if (what & IX_N_CONNECTED) {
		s->state = SS_CONNECTED;
		ev |= POLLOUT | POLLWRNORM;
	}
	if (what & IX_N_READ) /* as Linux: who waits for urgent data looks */
		ev |= POLLIN | POLLRDNORM | POLLPRI;
	if (what & (IX_N_URG | IX_N_PRI))
		ev |= urg_notify(s, what);
	if (what & IX_N_WRITE)
		ev |= POLLOUT | POLLWRNORM;
	if (what & IX_N_EOF)
		ev |= POLLIN | POLLRDNORM | POLLRDHUP |
		      (s->shut & 2 ? POLLHUP : 0);
	watch_notify(s, ev);
}
