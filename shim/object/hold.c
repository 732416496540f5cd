// SPDX-License-Identifier: MIT
/*
 * hold.c - a socket that a call waits for outlives close() by another thread
 *
 * As on Linux: the call goes on with it, and the last one who lets go closes. A
 * hold counts as a descriptor. It is noted in the table of the process, which
 * gives it up should the process be killed. A thread has one hold: where a
 * handler left the call by siglongjmp, or itself waits for a socket, the next one
 * or close() takes the place, and a call that went on without its hold goes by
 * the descriptor's number.
 */
#include "shim/object/fd.h"
#include "shim/object/fdtab.h"
#include "shim/object/hold.h"
#include "shim/object/sock.h"

static __thread struct {
	struct sock *s;
	uint32_t at;   /* place in the table */
	uint32_t turn; /* of the thread's holds */
} mine;

/* A place for s, or FDTAB_HOLDS. */
static uint32_t note(struct sock *s)
{
	struct sock **held = fd_self.tab->held;
	uint32_t i, at = mine.at;

	for (i = 0; i < FDTAB_HOLDS; i++, at = (at + 1) % FDTAB_HOLDS) {
		struct sock *none = NULL;

		if (__atomic_compare_exchange_n(&held[at], &none, s, false,
						__ATOMIC_ACQ_REL,
						__ATOMIC_RELAXED))
			return at;
	}
	return FDTAB_HOLDS;
}

void sock_hold_end(void)
{
	struct sock *s = mine.s;

	if (!s)
		return;
	mine.s = NULL;
	/* unless the table has been given up meanwhile */
	if (__atomic_compare_exchange_n(&fd_self.tab->held[mine.at], &s, NULL,
					false, __ATOMIC_ACQ_REL,
					__ATOMIC_RELAXED))
		sock_unref(s);
}

bool sock_hold(struct sock_hold *h, int fd, struct sock *s)
{
	uint32_t at;

	sock_hold_end();
	*h = (struct sock_hold){ .s = s, .fd = fd };
	if (!sock_try_ref(s))
		return false;
	at = note(s);
	if (fd_sock_fast(fd) != s || at == FDTAB_HOLDS) {
		if (at < FDTAB_HOLDS)
			fd_self.tab->held[at] = NULL;
		sock_unref(s);
		return fd_sock_fast(fd) == s;
	}
	mine.s = s;
	mine.at = at;
	h->turn = ++mine.turn;
	return true;
}

static bool held(const struct sock_hold *h)
{
	return h->turn && mine.s == h->s && mine.turn == h->turn;
}

int sock_held_fd(const struct sock_hold *h)
{
	return held(h) ? FD_HELD : h->fd;
}

int sock_held_kernel_fd(const struct sock_hold *h)
{
	return fd_sock_fast(h->fd) == h->s ? h->fd : -1;
}

void sock_let_go(struct sock_hold *h)
{
	if (held(h))
		sock_hold_end();
}

void sock_hold_close(const struct sock *s)
{
	if (__builtin_expect(mine.s == s, 0))
		sock_hold_end();
}

void sock_hold_after_fork(void)
{
	mine.s = NULL;
}
