// SPDX-License-Identifier: MIT
/*
 * sock.c - life of a socket: made fresh, closed by its last descriptor
 */
#include <string.h>

#include "libix/share/self.h"
#include "shim/object/fd.h"
#include "shim/object/hold.h"
#include "shim/object/owner.h"
#include "shim/object/root.h"
#include "shim/object/round.h"
#include "shim/object/sock.h"

/* A non-blocking call that finds nothing polls the dataplane this often. */
#define POLL_AGAIN_NS 20000
/* SYN, its answers and what follows; a close on both sides has fewer. */
#define SETTLE_ROUNDS 16

const struct sock_ops *sock_ops[SOCK_DGRAM + 1];

/* As the pool holds it; the pool's link must not overwrite o.et, which a thread
 * that lost a race with close() may still read. What is priv comes behind. */
struct box {
	void *link;
	struct sock s __attribute__((aligned(64)));
};

size_t sock_size(size_t priv_size)
{
	size_t line = _Alignof(struct box);

	return sizeof(struct box) + (priv_size + line - 1) / line * line;
}

struct sock *sock_new(int type, int family)
{
	struct box *box = hold_pool_get(&shim_root->lock, &shim_root->socks);
	struct sock_priv *priv = box ? (struct sock_priv *)(box + 1) : NULL;

	if (!box)
		return NULL;
	/* priv is always the same: who looks without a lock may follow it */
	memset(&box->s, 0, offsetof(struct sock, priv));
	memset(priv, 0, shim_root->socks.size - sizeof(*box));
	box->s.o.et = (uint8_t)ix_home();
	box->s.refs = 1;
	box->s.type = (uint8_t)type;
	box->s.family = (uint8_t)family;
	box->s.world = WORLD_FRESH;
	box->s.priv = priv;
	sock_ops_of(&box->s)->init(&box->s);
	return &box->s;
}

static void put(struct sock *s)
{
	struct box *box = (struct box *)((char *)s - offsetof(struct box, s));

	sock_ops_of(s)->drop(s);
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

int sock_placeholder(const struct sock *s)
{
	return ix_fds()->placeholder[s->type == SOCK_DGRAM];
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

bool sock_try_ref(struct sock *s)
{
	uint32_t n = __atomic_load_n(&s->refs, __ATOMIC_RELAXED);

	while (n > 0)
		if (__atomic_compare_exchange_n(&s->refs, &n, n + 1, false,
						__ATOMIC_ACQ_REL,
						__ATOMIC_RELAXED))
			return true;
	return false;
}

void sock_unref(struct sock *s)
{
	unsigned et;
	uint16_t port;
	bool here;

	if (__atomic_sub_fetch(&s->refs, 1, __ATOMIC_ACQ_REL)) {
		owner_note(s); /* it may be the last one now */
		return;
	}
	sock_lock_own(s);
	et = s->o.et;
	here = sock_peer_here(s);
	port = sock_ops_of(s)->close(s);
	flush_unlock(et, here);
	if (port)
		ix_port_free(port);
}
