// SPDX-License-Identifier: MIT
/*
 * sock.c - life of a socket: made fresh, joins a world, closed by its last fd
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "shim/inet/bound.h"
#include "shim/host/host.h"
#include "shim/option/cold.h"
#include "shim/object/fd.h"
#include "shim/option/filter.h"
#include "shim/object/hold.h"
#include "shim/option/priv.h"
#include "shim/relay/relay.h"
#include "shim/inet/tcp.h"
#include "shim/inet/udp.h"
#include "shim/wait/watch.h"

#define FIRST_FREE_PORT 1024 /* below: who binds needs a privilege */
/* A non-blocking call that finds nothing polls the dataplane this often. */
#define POLL_AGAIN_NS 20000
/* SYN, its answers and what follows; a close on both sides has fewer. */
#define SETTLE_ROUNDS 16

struct sock *sock_new(int type, int family)
{
	struct sock_box *box =
		hold_pool_get(&shim_root->lock, &shim_root->socks);

	if (!box)
		return NULL;
	/* priv is always the same: who looks without a lock may follow it */
	memset(&box->s, 0, offsetof(struct sock, priv));
	memset(&box->p, 0, sizeof(box->p));
	box->s.o.et = (uint8_t)ix_home();
	box->s.refs = 1;
	box->s.type = (uint8_t)type;
	box->s.family = (uint8_t)family;
	box->s.world = SOCK_FRESH;
	box->s.priv = &box->p;
	box->p.local.ip = addr_any(family);
	opts_init(&box->p.opts);
	udp_opts_init(&box->p.udp);
	return &box->s;
}

static void put(struct sock *s)
{
	struct sock_box *box =
		(struct sock_box *)((char *)s - offsetof(struct sock_box, s));

	cold_drop(s);
	filter_drop(s);
	hold_pool_put(&shim_root->lock, &shim_root->socks, box);
}

/*
 * Events of a listener or a UDP port may still be on their way when it is
 * gone; its memory becomes a connection only after many others.
 */
static void put_late(struct sock *s)
{
	struct shim_root *r = shim_root;
	struct sock *old;
	uint32_t at;

	hold_lock(&r->lock);
	at = r->late_next++ % LATE_SOCKS;
	old = r->late[at];
	r->late[at] = s;
	hold_unlock(&r->lock);
	if (old)
		put(old);
}

void sock_free(struct sock *s)
{
	if (s->o.kind == IX_KIND_LISTENER || s->o.kind == IX_KIND_UDP)
		put_late(s);
	else
		put(s);
}

bool sock_lock(int fd, struct sock *s)
{
	if (__builtin_expect(fd == FD_HELD, 0)) {
		sock_lock_own(s);
		return true;
	}
	for (;;) {
		unsigned et = s->o.et;

		ix_et_lock(et);
		if (__builtin_expect(fd_sock_fast(fd) == s && s->o.et == et, 1))
			return true;
		ix_et_unlock(et);
		if (fd_sock_fast(fd) != s)
			return false;
	}
}

void sock_lock_own(struct sock *s)
{
	for (;;) {
		unsigned et = s->o.et;

		ix_et_lock(et);
		if (s->o.et == et)
			return;
		ix_et_unlock(et);
	}
}

void sock_rehome(struct sock *s, unsigned et)
{
	unsigned was;

	sock_lock_own(s);
	was = s->o.et;
	if (s->o.kind == IX_KIND_NONE)
		s->o.et = (uint8_t)et;
	ix_et_unlock(was);
}

void sock_settle(unsigned et)
{
	unsigned i;

	for (i = 0; i < SETTLE_ROUNDS && ix_unsettled(et); i++)
		ix_drive(et, 0);
}

bool sock_peer_here(const struct sock *s)
{
	const struct ix_conn *c = &s->c;

	return s->o.kind == IX_KIND_TCP &&
	       (c->lip == IX_LIP_LOOPBACK || addr_own(ix_info(), &c->rip) >= 0);
}

/* Calls were queued: they are made now, or in the next round; what comes of them
 * on this host is there for whoever looks. */
static void flush_unlock(unsigned et, bool here)
{
	if (!round_active()) {
		ix_drive(et, 0);
		sock_settle(et);
	} else if (here) {
		ix_unsettle(et);
	}
	ix_et_unlock(et);
}

void sock_flush_unlock(struct sock *s)
{
	flush_unlock(s->o.et, round_active() && sock_peer_here(s));
}

bool sock_poll_once(struct sock *s)
{
	static __thread uint64_t last_poll;
	bool here = ix_unsettled(s->o.et) || sock_peer_here(s);
	uint64_t now;
	int work;

	if (round_active() && !here)
		return false;
	now = ix_now_ns();
	if (now - last_poll < POLL_AGAIN_NS && !here)
		return false;
	last_poll = now;
	work = ix_drive(s->o.et, IX_DRIVE_POLL);
	sock_settle(s->o.et);
	return work > 0 || here;
}

/* Locked; unlocks. */
static void last_close(struct sock *s)
{
	unsigned et = s->o.et;
	bool here = sock_peer_here(s);

	watch_closed(s);
	udp_err_purge(s);
	switch (s->o.kind) {
	case IX_KIND_TCP:
		tcp_close(s);
		break;
	case IX_KIND_LISTENER:
		tcp_unlisten(s);
		sock_free(s);
		break;
	case IX_KIND_UDP:
		ix_udp_close(&s->u);
		break;
	default:
		sock_free(s);
		break;
	}
	flush_unlock(et, here);
}

void sock_unref(struct sock *s)
{
	uint16_t port;

	if (__atomic_sub_fetch(&s->refs, 1, __ATOMIC_ACQ_REL)) {
		relay_note(s); /* it may be the last one now */
		return;
	}
	sock_lock_own(s);
	port = bound_unlist(s);
	last_close(s);
	if (port)
		ix_port_free(port);
}

/*
 * Worlds
 */
int sock_route(const struct ix_addr *ip)
{
	if (addr_is_any(ip))
		return 0;
	/* ::1 is the kernel's for as long as IPv6 is */
	if (addr_is_loopback(ip) && !(ix_info()->loopback && addr_is_v4(ip)))
		return 0;
	return ix_gate()->route(ip);
}

/*
 * Capabilities and settings are the kernel's to judge, which it does before it
 * looks who has the port: on an address that nobody is likely to use.
 */
bool sock_port_allowed(uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons(port),
				 .sin_addr.s_addr = htonl(0x7ffffffe) };
	bool allowed;
	int fd;

	if (!port || port >= FIRST_FREE_PORT)
		return true;
	fd = host.socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	allowed = host.bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0 ||
		  errno != EACCES;
	own_close(fd);
	return allowed;
}

void sock_here(const struct sock *s, struct endpoint *to)
{
	const struct ix_addr *own = &s->priv->local.ip;
	bool v4 = addr_is_v4(own);

	if (!addr_is_any(&to->ip))
		return;
	if (addr_is_v4(&to->ip) && v4 && !addr_is_any(own))
		to->ip = *own;
	else
		to->ip = addr_loopback(v4 || addr_is_v4(&to->ip));
}

/* The descriptor fd of s becomes one of kfd's description. */
static int become(int fd, int kfd)
{
	int flags = host.fcntl(fd, F_GETFD, NULL);

	if (flags < 0 ||
	    host.dup3(kfd, fd, flags & FD_CLOEXEC ? O_CLOEXEC : 0) < 0)
		return -errno;
	return 0;
}

static int all_become(int fd, struct sock *s, int kfd)
{
	uint64_t e;
	uint32_t i;
	int rc;

	epoll_leave_kernel(s);
	fdtab_lock();
	e = fd_entry(fd);
	rc = entry_obj(e, FD_SOCK) == s ? become(fd, kfd) : -EBADF;
	if (rc == 0 && __atomic_load_n(&s->refs, __ATOMIC_RELAXED) > 1)
		for (i = 0; i < fd_self.tab->high; i++)
			if (fd_self.ent[i] == e && (int)i != fd)
				become((int)i, kfd);
	fdtab_unlock();
	return rc;
}

int sock_to_stack(int fd, struct sock *s)
{
	int rc = all_become(fd, s, ix_info()->placeholder_fd);

	if (rc == 0)
		s->world = SOCK_STACK;
	return rc;
}

int sock_leave_kernel(int fd, struct sock *s)
{
	int rc;

	sock_lock_own(s);
	rc = sock_to_stack(fd, s);
	sock_unlock(s);
	return rc;
}

int sock_to_fresh(int fd, struct sock *s)
{
	int type = s->type | SOCK_CLOEXEC | (s->nonblock ? SOCK_NONBLOCK : 0);
	int kfd = host.socket(s->family, type, 0), rc;

	if (kfd < 0)
		return -errno;
	opts_copy(s, kfd);
	sock_lock_own(s);
	epoll_leave_kernel(s);
	rc = all_become(fd, s, kfd);
	if (rc == 0)
		s->world = SOCK_FRESH;
	epoll_follow(s);
	sock_unlock(s);
	own_close(kfd);
	return rc;
}

void sock_to_kernel(int fd, struct sock *s, enum why why)
{
	bound_del(s);
	sock_lock_own(s);
	s->world = SOCK_KERNEL;
	s->reason = (uint8_t)why;
	epoll_follow(s);
	sock_unlock(s);
	if (!s->watches && __atomic_load_n(&s->refs, __ATOMIC_RELAXED) == 1)
		fd_set_reason(fd, (uint8_t)why);
}

/*
 * What libix calls
 */
static void notify(struct ix_obj *o, unsigned what)
{
	struct sock *s = (struct sock *)o;

	if (what & IX_N_CLOSED) {
		if (__atomic_load_n(&s->refs, __ATOMIC_ACQUIRE))
			o->kind = IX_KIND_NONE; /* gives up the world only */
		else
			sock_free(s);
	} else if (o->kind == IX_KIND_UDP) {
		udp_notify(s, what);
	} else {
		tcp_notify(s, what);
	}
}

static void knock(struct ix_listener *l, unsigned et, const struct ix_event *ev)
{
	tcp_knock((struct sock *)l, et, ev);
}

/* In the owner: the kernel has closed what pid had open; so do we. */
static void process_gone(int slot, int pid)
{
	struct fdtab *t;

	(void)slot;
	while ((t = fdtab_find(pid)))
		fdtab_drop(t);
}

unsigned sock_poll(const struct sock *s)
{
	return s->type == SOCK_DGRAM ? udp_poll(s) : tcp_poll(s);
}

const struct ix_handlers sock_handlers = {
	.notify = notify,
	.knock = knock,
	.admit = filter_admit,
	.process_gone = process_gone,
	.describe_fds = fds_describe,
	.work_fd = relay_work_fd,
	.work = relay_work,
};
