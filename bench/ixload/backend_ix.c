// SPDX-License-Identifier: MIT
/*
 * backend_ix.c - load through libix, over any device
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ix/libix.h"
#include "load.h"

#define ET 0 /* one thread generates, one elastic thread serves it */

/* Call-backs run under the lock of a round; they only note what happened. */
struct link {
	struct ix_conn c; /* first: the cookie */
	struct conn *owner;
	struct link *next;
	unsigned what;
	bool queued, closed;
};

static struct link *first, **last = &first;
static struct ix_addr server;
static uint16_t server_port;

static void notify(struct ix_obj *o, unsigned what)
{
	struct link *l = (struct link *)o;

	l->what |= what;
	if (l->queued)
		return;
	l->queued = true;
	l->next = NULL;
	*last = l;
	last = &l->next;
}

static void knock(struct ix_listener *l, unsigned et, const struct ix_event *ev)
{
	(void)l;
	(void)et;
	(void)ev;
}

static const struct ix_handlers handlers = { .notify = notify, .knock = knock };

static int ix_backend_start(const struct load_opts *o, char *err,
			    size_t err_size)
{
	struct in_addr a;

	if (inet_pton(AF_INET, o->host, &a) != 1) {
		snprintf(err, err_size, "%s is not an IPv4 address", o->host);
		return -EINVAL;
	}
	server.b[10] = server.b[11] = 0xff;
	memcpy(server.b + 12, &a, 4);
	server_port = o->port;
	return ix_start(&handlers, err, err_size);
}

static int ix_backend_open(struct conn *c)
{
	struct link *l = aligned_alloc(64, (sizeof(*l) + 63) & ~(size_t)63);
	int rc;

	if (!l)
		return -ENOMEM;
	memset(l, 0, sizeof(*l));
	l->owner = c;
	c->link = l;
	ix_et_lock(ET);
	rc = ix_connect(&l->c, ET, &server, server_port, 0, 0, 0);
	if (rc == 0)
		rc = ix_setopt(&l->c.o, IX_OPT_NODELAY, 1);
	ix_et_unlock(ET);
	return rc;
}

static ssize_t ix_backend_send(struct conn *c, const char *buf, size_t len)
{
	struct link *l = c->link;
	struct iovec iov = { .iov_base = (void *)buf, .iov_len = len };
	ssize_t n;

	ix_et_lock(ET);
	n = ix_write(&l->c, &iov, 1, 0);
	ix_et_unlock(ET);
	return n ? n : -EAGAIN;
}

static ssize_t ix_backend_recv(struct conn *c, char *buf, size_t len)
{
	struct link *l = c->link;
	struct iovec iov = { .iov_base = buf, .iov_len = len };
	ssize_t n;

	ix_et_lock(ET);
	n = ix_read(&l->c, &iov, 1, false, 0);
	ix_et_unlock(ET);
	if (n)
		return n;
	if (l->c.o.flags & IX_O_DEAD)
		return l->c.err ? -(int)l->c.err : 0;
	return l->c.o.flags & IX_O_EOF ? 0 : -EAGAIN;
}

static void ix_backend_close(struct conn *c)
{
	struct link *l = c->link;

	if (!l || l->closed)
		return;
	l->closed = true;
	ix_et_lock(ET);
	ix_close(&l->c, false);
	ix_et_unlock(ET);
}

static void happened(struct link *l, unsigned what)
{
	struct conn *c = l->owner;

	if (c->failed || c->link != l)
		return;
	if (!c->up && what & (IX_N_CONNECTED | IX_N_DEAD)) {
		run_connected(c, what & IX_N_DEAD ? l->c.err : 0);
		return;
	}
	if (what & (IX_N_READ | IX_N_EOF | IX_N_DEAD))
		run_readable(c);
	if (what & IX_N_WRITE && !c->failed)
		run_writable(c);
}

static void spread(void)
{
	struct link *l, *list = first;

	first = NULL;
	last = &first;
	while ((l = list)) {
		unsigned what = l->what;

		list = l->next;
		l->queued = false;
		l->what = 0;
		happened(l, what);
	}
}

static void nap(uint64_t until)
{
	struct ix_sleeper s;
	uint64_t now = ix_now_ns();

	if (until <= now)
		return;
	ix_sleep_mark(&s);
	if (ix_sleep_begin(ET, &s) != IX_SLEEP_READY)
		ix_sleep(&s, NULL, 0, (int64_t)(until - now), NULL);
	ix_sleep_end(&s);
}

/* A generator is to be quick: it polls, and sleeps only in long waits. */
static int ix_backend_poll(int64_t wait_ns)
{
	uint64_t start = ix_now_ns(), until = start + (uint64_t)wait_ns;
	int n;

	do {
		ix_et_lock(ET);
		n = ix_drive(ET, IX_DRIVE_POLL);
		ix_et_unlock(ET);
		spread();
		if (!n && ix_now_ns() - start > ix_spin_ns())
			nap(until);
	} while (!n && ix_now_ns() < until);
	return n;
}

const struct backend backend_ix = {
	.name = "ix",
	.start = ix_backend_start,
	.open = ix_backend_open,
	.send = ix_backend_send,
	.recv = ix_backend_recv,
	.close = ix_backend_close,
	.poll = ix_backend_poll,
	.now_ns = ix_now_ns,
};
