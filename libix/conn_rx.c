// SPDX-License-Identifier: MIT
/*
 * conn_rx.c - what a connection has received: pieces, and where urgent bytes are
 */
#include "libix/conn_rx.h"

#include <errno.h>

#include "libix/share/app.h"
#include "libix/share/usermem.h"

static void piece_free(struct ix_conn *c)
{
	struct ix_rx *r = c->rx_head;

	c->rx_head = r->next;
	if (!r->next)
		c->rx_tail = NULL;
	ix_pool_put(&ix_et(c->o.et)->rx, r);
	c->rx_off = 0;
}

/* len bytes are read. */
static void near_mark(struct ix_conn *c, size_t len)
{
	if (len > c->urg_left)
		c->urg = 0;
	else
		c->urg_left -= (uint32_t)len;
}

static void consume(struct ix_conn *c, size_t len)
{
	if (__builtin_expect(c->urg, 0))
		near_mark(c, len);
	c->o.rx_bytes -= (uint32_t)len;
	c->rx_done += (uint32_t)len;
	while (len) {
		size_t n = c->rx_head->len - c->rx_off;

		if (n > len) {
			c->rx_off += (uint32_t)len;
			break;
		}
		len -= n;
		piece_free(c);
	}
	ix_mark(&c->o);
}

/*
 * Copy out of the queue, beginning skip bytes behind its head: up to the first
 * piece that does not reach the program.
 */
static ssize_t copy_out(const struct ix_conn *c, const struct iovec *iov,
			int iovcnt, size_t skip)
{
	const struct ix_rx *r = c->rx_head;
	size_t off = c->rx_off + skip, done = 0;
	int i;

	for (; r && off >= r->len; r = r->next)
		off -= r->len;
	for (i = 0; i < iovcnt && r; i++) {
		char *to = iov[i].iov_base;
		size_t want = iov[i].iov_len;

		while (want && r) {
			size_t n = r->len - off;

			if (n > want)
				n = want;
			if (ix_user_copy(to, r->data + off, n) < 0)
				return done ? (ssize_t)done : -EFAULT;
			to += n;
			want -= n;
			done += n;
			off += n;
			if (off == r->len) {
				r = r->next;
				off = 0;
			}
		}
	}
	return (ssize_t)done;
}

ssize_t ix_read(struct ix_conn *c, const struct iovec *iov, int iovcnt,
		bool peek, size_t skip)
{
	ssize_t n = copy_out(c, iov, iovcnt, skip);

	if (n > 0 && !peek)
		consume(c, (size_t)n);
	return n;
}

void ix_skip(struct ix_conn *c, size_t n)
{
	if (n)
		consume(c, n);
}

void conn_rx_drop(struct ix_conn *c)
{
	while (c->rx_head)
		piece_free(c);
	c->o.rx_bytes = 0;
}

/* Bytes of marks that were replaced when the program had read up to them: those
 * that are here go, others will when they come. */
static void vanish(struct ix_conn *c)
{
	uint32_t n = c->urg_vanish < c->o.rx_bytes ? c->urg_vanish :
						     c->o.rx_bytes;

	c->urg_vanish -= n;
	if (n)
		consume(c, n);
}

/* How many bytes, from where the program has read up to, are no more for it to
 * find: see IX_EV_URG in abi.h. */
static uint32_t replaced(const struct ix_conn *c, const struct ix_event *ev)
{
	uint32_t n = c->urg_vanish;

	if (c->urg_inline)
		return n;
	if (ev->detail & IX_URG_CAME && c->urg && c->urg_left == n)
		n++;
	if (c->o.rx_bytes + ev->window == n)
		n += (uint32_t)ev->data;
	return n;
}

unsigned conn_rx_urgent(struct ix_conn *c, const struct ix_event *ev)
{
	unsigned what = 0;

	if (ev->detail & IX_URG_NEW) {
		c->urg_vanish = replaced(c, ev);
		c->urg_left = c->o.rx_bytes + ev->len;
		/* who reads without the lock sees where it is, if it sees it */
		__atomic_store_n(&c->urg, IX_URG_NOTYET, __ATOMIC_RELEASE);
		vanish(c);
		what |= IX_N_URG;
	}
	if (ev->detail & IX_URG_BYTE) {
		c->urg = IX_URG_VALID | (uint8_t)ev->detail;
		what |= IX_N_PRI;
	}
	return what;
}

bool conn_rx_add(struct ix_et *e, struct ix_conn *c, const struct ix_event *ev)
{
	struct ix_rx *r = ix_pool_get(&e->rx);

	if (!r)
		return false;
	r->next = NULL;
	r->data = (const uint8_t *)ev->data;
	r->len = ev->len;
	if (c->rx_tail)
		c->rx_tail->next = r;
	else
		c->rx_head = r;
	c->rx_tail = r;
	c->o.rx_bytes += ev->len;
	c->o.prompt = ev->detail & IX_RECV_PROMPT;
	if (__builtin_expect(c->urg_vanish, 0))
		vanish(c);
	return true;
}
