// SPDX-License-Identifier: MIT
/*
 * relay.c - handing connections to the owner, see relay.h
 *
 * The program's side. It runs in children of a fork too: nothing is allocated.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/raw.h"
#include "libix/share/self.h"
#include "shim/host/cmsg.h"
#include "shim/host/host.h"
#include "shim/object/fd.h"
#include "shim/object/sock.h"
#include "shim/option/opts.h"
#include "shim/relay/passed.h"
#include "shim/relay/relay.h"
#include "shim/relay/relay_name.h"

#define CONTROL_MAX 4096 /* more than the kernel takes of descriptors */

static bool is_connection(const struct sock *s)
{
	return s && s->world == WORLD_STACK && s->o.kind == IX_KIND_TCP;
}

/*
 * For the connection fd; pair[0] is for the program. The file status is what the
 * program set: it passes on over exec.
 */
static int make_pair(int fd, struct sock *s, int pair[2])
{
	int type = SOCK_STREAM | SOCK_CLOEXEC;

	if (s->nonblock)
		type |= SOCK_NONBLOCK;
	if (socketpair(AF_UNIX, type, 0, pair) < 0)
		return -errno;
	relay_name_pair(fd, s, pair);
	return 0;
}

static void count(struct sock *s, int change)
{
	sock_lock_own(s);
	s->relays += (uint32_t)change;
	sock_unlock(s);
}

/* Send end to the owner, with a reference of s; 0 or -errno. */
static int hand_over(struct sock *s, int end, bool eager)
{
	struct handover what = { .s = s, .eager = eager };
	struct iovec iov = { .iov_base = &what, .iov_len = sizeof(what) };
	union cmsg_fd u = { 0 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t rc;

	cmsg_put_fd(&m, &u, end);
	__atomic_add_fetch(&s->refs, 1, __ATOMIC_RELAXED);
	count(s, 1);
	ix_gate()->keeper(IX_KEEPER_NOW);
	do
		/* of ours: no cancellation point */
		rc = raw_call(SYS_sendmsg, ix_fds()->relay[0], &m,
			      MSG_NOSIGNAL);
	while (rc < 0 && errno == EINTR);
	if (rc == sizeof(what))
		return 0;
	rc = -errno;
	count(s, -1);
	sock_unref(s);
	return (int)rc;
}

/*
 * exec
 */
static bool survives(int fd)
{
	int flags = host.fcntl(fd, F_GETFD, NULL);

	return flags >= 0 && !(flags & FD_CLOEXEC);
}

/* All descriptors of the entry become end: they stay one description. */
static void replace(uint64_t e, int end)
{
	unsigned n = 0;
	uint32_t i;

	fdtab_lock();
	for (i = 0; i < fd_self.tab->high; i++) {
		if (fd_self.ent[i] != e ||
		    host.dup3(end, (int)i, survives((int)i) ? 0 : O_CLOEXEC) <
			    0)
			continue;
		fd_swap((int)i, (uint64_t)WHY_RELAYED << 8);
		n++;
	}
	fdtab_unlock();
	while (n-- > 0)
		entry_unref(e);
}

/*
 * A server's child that executes something inherits the connections of all
 * clients, and only the standard descriptors are meant to be used. Bytes of
 * the others stay where they are for as long as somebody else has them.
 */
static void inherit(int fd, uint64_t e, struct sock *s, bool eager)
{
	int pair[2];

	if (make_pair(fd, s, pair) < 0)
		return;
	if (hand_over(s, pair[1], eager) == 0)
		replace(e, pair[0]);
	own_close(pair[0]);
	own_close(pair[1]);
}

void relay_inherited(uint32_t below)
{
	uint32_t i;

	for (i = 0; i < fd_self.tab->high && i < below; i++) {
		uint64_t e = fd_self.ent[i];
		struct sock *s = entry_obj(e, FD_SOCK);

		if (is_connection(s) && survives((int)i))
			inherit((int)i, e, s, i <= STDERR_FILENO);
	}
}

void relay_fd(int fd)
{
	uint64_t e = fd_entry(fd);
	struct sock *s = entry_obj(e, FD_SOCK);

	if (is_connection(s))
		inherit(fd, e, s, true);
}

/*
 * SCM_RIGHTS
 */
struct passed {
	struct sock *s;
	int pair[2]; /* of no connection: what stands for it, and -1 */
	bool own;    /* that is the program's descriptor itself */
	unsigned count;
};

struct passing {
	unsigned n;
	int err;
	struct passed p[CMSG_FDS_MAX];
};

static struct sock *passed_sock(int fd)
{
	struct sock *s = fd_sock_fast(fd);

	return s && s->world != WORLD_KERNEL ? s : NULL;
}

static void look(int *fd, void *arg)
{
	if (passed_sock(*fd))
		*(bool *)arg = true;
}

bool relay_passes(const struct msghdr *m)
{
	bool found = false;

	if (fd_self.limit && m && m->msg_control &&
	    m->msg_controllen <= CONTROL_MAX)
		cmsg_each_fd((struct msghdr *)m, look, &found);
	return found;
}

/* A connection that is passed twice has one relay. */
static struct passed *find(struct passing *all, const struct sock *s)
{
	unsigned i;

	for (i = 0; i < all->n; i++)
		if (all->p[i].s == s)
			return &all->p[i];
	return NULL;
}

static int prepare(int fd, struct sock *s, struct passed *p)
{
	int token;

	*p = (struct passed){ .s = s, .count = 1 };
	if (is_connection(s)) {
		token = make_pair(fd, s, p->pair);
		if (token == 0)
			opts_copy(s, p->pair[0]);
		return token;
	}
	token = passed_out(fd, s);
	p->pair[0] = token;
	p->pair[1] = -1;
	p->own = token == fd;
	return token < 0 ? token : 0;
}

static void exchange(int *fd, void *arg)
{
	struct sock *s = passed_sock(*fd);
	struct passing *all = arg;
	struct passed *p;

	if (!s || all->err)
		return;
	p = find(all, s);
	if (p) {
		p->count++;
		if (!is_connection(s))
			passed_again(p->pair[0], s);
	} else if (all->n < CMSG_FDS_MAX) {
		p = &all->p[all->n];
		all->err = prepare(*fd, s, p);
		if (all->err)
			return;
		all->n++;
	}
	if (p)
		*fd = p->pair[0];
}

/* The owner begins when the message is on its way: else bytes could be lost. */
static void settle_one(struct passed *p, bool sent)
{
	if (p->pair[1] >= 0) {
		if (sent)
			hand_over(p->s, p->pair[1], true);
		own_close(p->pair[1]);
	} else if (!sent) {
		while (p->count--)
			passed_not(p->pair[0]);
	}
	if (!p->own)
		own_close(p->pair[0]);
}

static void settle(struct passing *all, bool sent)
{
	unsigned i;

	for (i = 0; i < all->n; i++)
		settle_one(&all->p[i], sent);
}

/* Not on the stack, which may be smaller. */
struct outgoing {
	char control[CONTROL_MAX] __attribute__((aligned(16)));
	struct passing all;
};

ssize_t relay_sendmsg(int fd, const struct msghdr *m, int flags)
{
	struct outgoing *o = malloc(sizeof(*o));
	struct msghdr copy = *m;
	ssize_t rc;

	if (!o)
		return -ENOMEM;
	o->all.n = 0;
	o->all.err = 0;
	memcpy(o->control, m->msg_control, m->msg_controllen);
	copy.msg_control = o->control;
	cmsg_each_fd(&copy, exchange, &o->all);
	rc = o->all.err;
	if (!rc)
		rc = host.sendmsg(fd, &copy, flags);
	if (rc < 0 && !o->all.err)
		rc = -errno;
	settle(&o->all, rc >= 0);
	free(o);
	return rc;
}
