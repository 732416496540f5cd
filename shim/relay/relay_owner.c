// SPDX-License-Identifier: MIT
/*
 * relay_owner.c - the owner copies between connections and kernel streams
 *
 * Nothing is buffered here: bytes stay in the stack until the kernel's stream
 * takes them, so that the peer's window closes, and in the stream until the
 * connection has room. The stream is watched by its edges (kernel_in,
 * kernel_out remember them), the connection by the bell; idle relays cost
 * nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <unistd.h>

#include "base/raw.h"
#include "libix/share/memory.h"
#include "libix/share/self.h"
#include "shim/host/cmsg.h"
#include "shim/host/host.h"
#include "shim/inet/tcp_urg.h"
#include "shim/object/orphans.h"
#include "shim/object/owner.h"
#include "shim/object/root.h"
#include "shim/object/sock.h"
#include "shim/option/priv.h"
#include "shim/relay/relay.h"
#include "shim/relay/relay_owner.h"

#define EVENTS 64
#define PIECES 64 /* of received bytes, in one write */
#define BUFFER 65536
#define RX_DONE 65536 /* open the peer's window after this much */
#define ROUNDS 16     /* of all relays, before the owner's other duties */

struct relay {
	struct relay *next;
	struct sock *s;	   /* with a reference */
	int fd;		   /* our end of the stream */
	bool eager;	   /* takes bytes off the connection */
	bool kernel_in;	   /* the stream may have bytes */
	bool kernel_out;   /* the stream may have room */
	bool hung_up;	   /* the other end is closed */
	bool in_done;	   /* the peer's end of stream was passed on */
	bool out_done;	   /* nothing more goes to the peer */
	bool deaf;	   /* the other end takes no more */
	bool due;	   /* look at it */
	uint32_t answered; /* of s->relay_asked */
};

/* Of the owner process alone. */
static struct {
	int epfd;
	int count;
	struct relay *list;
	struct ix_pool pool;
} own;

/*
 * To the program
 */

/* Has s anything for the stream, should it take it? */
static bool may_take(const struct relay *r)
{
	return r->eager ||
	       __atomic_load_n(&r->s->refs, __ATOMIC_SEQ_CST) == r->s->relays;
}

/* Not beyond an urgent byte, which is not for the stream. */
static unsigned pieces(const struct ix_conn *c, struct iovec *iov)
{
	size_t off = c->rx_off, left = SIZE_MAX;
	const struct ix_rx *rx = c->rx_head;
	unsigned n;

	if (c->urg && !c->urg_inline)
		left = c->urg_left;
	for (n = 0; rx && left && n < PIECES; n++, rx = rx->next, off = 0) {
		iov[n].iov_base = (void *)(rx->data + off);
		iov[n].iov_len = rx->len - off < left ? rx->len - off : left;
		left -= iov[n].iov_len;
	}
	return n;
}

static void to_kernel(struct relay *r)
{
	struct ix_conn *c = &r->s->c;
	struct iovec iov[PIECES];
	struct msghdr m = { .msg_iov = iov };
	ssize_t n;

	while (c->rx_head && r->kernel_out && !r->deaf && may_take(r)) {
		if (urg_is_hole(r->s)) {
			ix_skip(c, 1);
			continue;
		}
		m.msg_iovlen = pieces(c, iov);
		n = host.sendmsg(r->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN)
			r->kernel_out = false;
		else if (n < 0)
			r->deaf = true;
		else
			ix_skip(c, (size_t)n);
		if (c->rx_done >= RX_DONE)
			ix_drive(c->o.et, IX_DRIVE_OWNER);
	}
	if (!c->rx_head && !r->in_done &&
	    (c->o.flags & (IX_O_EOF | IX_O_DEAD) || r->s->shut & 1)) {
		host.shutdown(r->fd, SHUT_WR);
		r->in_done = true;
	}
}

/*
 * To the peer
 */
static bool is_closed(int fd)
{
	struct pollfd p = { .fd = fd };

	return host.poll(&p, 1, 0) == 1 && p.revents & POLLHUP;
}

/* Bytes that the connection takes; be told when it does. */
static uint32_t room(struct ix_conn *c)
{
	uint32_t n = ix_conn_room(c);

	if (n && n >= c->tx_limit / 3)
		return n;
	c->o.flags |= IX_O_FULL;
	return 0;
}

/* The stream is empty; n as recv() returned it. false: the relay ends. */
static bool drained(struct relay *r, ssize_t n)
{
	r->kernel_in = false;
	if (n < 0 && errno == EAGAIN)
		return true;
	if (n < 0) {
		/* closed before all of it was read: RFC 2525 2.17 */
		if (errno == ECONNRESET && r->s->refs == 1)
			r->s->priv->opts.linger = 0;
		return false;
	}
	if (is_closed(r->fd))
		return false;
	r->out_done = true;
	r->s->shut |= 2;
	ix_shutdown(&r->s->c);
	return true;
}

/* false: the relay ends. */
static bool to_stack(struct relay *r)
{
	static char buf[BUFFER];
	struct ix_conn *c = &r->s->c;
	struct iovec iov = { .iov_base = buf };
	uint32_t most;
	ssize_t n;

	if (!(c->o.flags & IX_O_CONNECTED))
		return true;
	if (c->o.flags & IX_O_SHUT && !r->out_done) {
		host.shutdown(r->fd, SHUT_RD);
		r->out_done = true;
	}
	while (r->kernel_in && !r->out_done) {
		most = room(c);
		if (!most)
			return true;
		n = host.recv(r->fd, buf, most < BUFFER ? most : BUFFER,
			      MSG_DONTWAIT);
		if (n <= 0)
			return drained(r, n);
		r->eager = true;
		iov.iov_len = (size_t)n;
		if (ix_write(c, &iov, 1, 0) != n) {
			/* out of memory: a hole must not stay unnoticed */
			ix_close(c, true);
			return false;
		}
	}
	return true;
}

/* Locked. false: it is over. */
static bool copy(struct relay *r)
{
	struct ix_conn *c = &r->s->c;

	to_kernel(r);
	if (c->o.flags & IX_O_DEAD)
		return c->rx_head && !r->deaf && !r->hung_up;
	if (!to_stack(r))
		return false;
	return !(r->hung_up && r->out_done);
}

/*
 * Life
 */
static void end(struct relay *r)
{
	host.close(r->fd);
	sock_unref(r->s);
	own.count--;
	ix_pool_put(&own.pool, r);
}

/* Locked. Who waits in owner_settle() waits for all relays of s. */
static void answer(struct sock *s, uint32_t ask)
{
	const struct relay *r;

	for (r = own.list; r; r = r->next)
		if (r->s == s && r->answered != ask)
			return;
	__atomic_store_n(&s->relay_answered, ask, __ATOMIC_RELEASE);
	raw_call(SYS_futex, &s->relay_answered, FUTEX_WAKE, INT_MAX, NULL, NULL,
		 0);
}

static bool pump(struct relay *r)
{
	struct sock *s = r->s;
	uint32_t ask = __atomic_load_n(&s->relay_asked, __ATOMIC_SEQ_CST);
	bool lives;

	r->due = false;
	sock_lock_own(s);
	if (r->answered != ask)
		r->kernel_in = true;
	lives = copy(r);
	if (r->answered != ask && (!lives || !r->kernel_in || r->out_done)) {
		r->answered = ask;
		answer(s, ask);
	}
	if (!lives)
		s->relays--;
	if (s->o.dirty)
		ix_drive(s->o.et, IX_DRIVE_OWNER);
	sock_unlock(s);
	return lives;
}

static void pump_all(bool all)
{
	struct relay **p = &own.list, *r;

	while ((r = *p) != NULL) {
		if ((all || r->due) && !pump(r)) {
			*p = r->next;
			end(r);
		} else {
			p = &r->next;
		}
	}
}

static bool begin(const struct handover *h, int fd)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP |
					    EPOLLET };
	struct relay *r = ix_pool_get(&own.pool);

	if (!r)
		return false;
	*r = (struct relay){ .s = h->s,
			     .fd = fd,
			     .eager = h->eager,
			     .kernel_in = true,
			     .kernel_out = true,
			     .due = true,
			     .answered = h->s->relay_asked - 1,
			     .next = own.list };
	ev.data.ptr = r;
	if (host.epoll_ctl(own.epfd, EPOLL_CTL_ADD, fd, &ev) < 0) {
		ix_pool_put(&own.pool, r);
		return false;
	}
	own.list = r;
	own.count++;
	return true;
}

/* One message. false: there was none. */
static bool receive(void)
{
	struct handover h;
	struct iovec iov = { .iov_base = &h, .iov_len = sizeof(h) };
	union cmsg_fd u;
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = u.buf,
			    .msg_controllen = sizeof(u.buf) };
	ssize_t n = host.recvmsg(ix_fds()->relay[1], &m,
				 MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	int fd;

	if (n <= 0)
		return false;
	if (n != sizeof(h))
		return true; /* the bell */
	fd = cmsg_get_fd(&m);
	if (fd >= 0 && begin(&h, fd))
		return true;
	/* no descriptors or no memory: the program sees the end of stream */
	if (fd >= 0)
		host.close(fd);
	sock_lock_own(h.s);
	h.s->relays--;
	sock_unlock(h.s);
	sock_unref(h.s);
	return true;
}

static void note(const struct epoll_event *ev)
{
	struct relay *r = ev->data.ptr;

	if (orphans_gone(ev->data.u64))
		return;
	if (!r) {
		while (receive())
			;
		return;
	}
	if (ev->events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
		r->kernel_in = true;
	if (ev->events & EPOLLOUT)
		r->kernel_out = true;
	if (ev->events & EPOLLHUP)
		r->hung_up = true;
	r->due = true;
}

int relay_work(int readable)
{
	struct epoll_event ev[EVENTS];
	int i, n = 0, round = 0;
	bool rung;

	if (readable)
		n = host.epoll_wait(own.epfd, ev, EVENTS, 0);
	for (i = 0; i < n; i++)
		note(&ev[i]);
	orphans_watch(own.epfd);
	for (;;) {
		rung = __atomic_exchange_n(&shim_root->relay_rung, 0,
					   __ATOMIC_SEQ_CST);
		if (!rung && n <= 0)
			return own.count;
		pump_all(rung);
		n = 0;
		if (++round == ROUNDS)
			break;
	}
	owner_wake(); /* rung again: come back */
	return own.count;
}

/* Each relay is a descriptor of ours: as many as may be. */
static void raise_limit(void)
{
	struct rlimit lim;

	if (getrlimit(RLIMIT_NOFILE, &lim) < 0)
		return;
	lim.rlim_cur = lim.rlim_max;
	host.setrlimit(RLIMIT_NOFILE, &lim);
}

int relay_work_fd(void)
{
	struct epoll_event ev = { .events = EPOLLIN };

	own.pool.size = sizeof(struct relay);
	own.epfd = epoll_create1(EPOLL_CLOEXEC);
	if (own.epfd < 0 || host.epoll_ctl(own.epfd, EPOLL_CTL_ADD,
					   ix_fds()->relay[1], &ev) < 0)
		return -errno;
	raise_limit();
	owner_silent = true;
	return own.epfd;
}
