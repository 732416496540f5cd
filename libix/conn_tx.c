// SPDX-License-Identifier: MIT
/*
 * conn_tx.c - what a connection has to send: chunks, coalesced writes
 */
#include "libix/conn_tx.h"

#include <errno.h>
#include <string.h>

#include "libix/share/app.h"
#include "libix/share/usermem.h"

uint32_t ix_conn_room(const struct ix_conn *c)
{
	uint32_t used = c->tx_unsent + c->tx_unacked;

	return used < c->tx_limit ? c->tx_limit - used : 0;
}

static struct ix_chunk *chunk_new(struct ix_conn *c, size_t want)
{
	struct ix_et *e = ix_et(c->o.et);
	bool small = want <= IX_CHUNK_SMALL - sizeof(struct ix_chunk);
	struct ix_chunk *k = ix_pool_get(small ? &e->small : &e->big);

	if (!k)
		return NULL;
	memset(k, 0, sizeof(*k));
	k->cap = (small ? IX_CHUNK_SMALL : IX_CHUNK_BIG) - (uint32_t)sizeof(*k);
	if (c->tx_tail)
		c->tx_tail->next = k;
	else
		c->tx_head = k;
	c->tx_tail = k;
	if (!c->tx_next)
		c->tx_next = k;
	return k;
}

static void chunk_free(struct ix_conn *c, struct ix_chunk *k)
{
	struct ix_et *e = ix_et(c->o.et);

	ix_pool_put(k->cap < IX_CHUNK_SMALL ? &e->small : &e->big, k);
}

void conn_tx_drop(struct ix_conn *c)
{
	struct ix_chunk *k, *next;

	for (k = c->tx_head; k; k = next) {
		next = k->next;
		chunk_free(c, k);
	}
	c->tx_head = c->tx_tail = c->tx_next = NULL;
	c->tx_unsent = c->tx_unacked = c->tx_urg = 0;
}

size_t conn_tx_append(struct ix_conn *c, const char *p, size_t len,
		      int *why_out)
{
	size_t left = len, n;

	while (left) {
		struct ix_chunk *k = c->tx_tail;

		if (!k || k->fill == k->cap) {
			k = chunk_new(c, left);
			if (!k) {
				*why_out = -ENOBUFS;
				break;
			}
		}
		n = k->cap - k->fill;
		if (n > left)
			n = left;
		if (ix_user_copy(k->data + k->fill, p, n) < 0) {
			*why_out = -EFAULT;
			break;
		}
		k->fill += (uint32_t)n;
		if (!c->tx_next)
			c->tx_next = k;
		p += n;
		left -= n;
	}
	return len - left;
}

/* There may be room again where a write found none. */
void conn_tx_tell(struct ix_conn *c)
{
	if (!(c->o.flags & IX_O_FULL) || !ix_conn_writable(c))
		return;
	c->o.flags &= (uint8_t)~IX_O_FULL;
	if (!(c->o.flags & IX_O_CLOSE))
		ix_self.h->notify(&c->o, IX_N_WRITE);
}

/* Of all unsent bytes, or of those up to the last urgent one. */
void conn_tx_sendv(struct ix_et *e, struct ix_conn *c, struct ix_bsys *b)
{
	struct ix_sg *sg = &e->sg[e->nsg];
	struct ix_chunk *k;
	uint32_t bytes = 0, left = c->tx_urg ? c->tx_urg : c->tx_unsent;
	uint16_t n = 0;

	for (k = c->tx_next; k && n < IX_MAX_SG && bytes < left; k = k->next) {
		if (k->fill == k->sent)
			continue;
		sg[n].base = (uint64_t)(k->data + k->sent);
		sg[n].len = k->fill - k->sent;
		bytes += (uint32_t)sg[n++].len;
	}
	if (__builtin_expect(bytes > left, 0)) {
		sg[n - 1].len -= bytes - left;
		bytes = left;
	}
	b->addr = (uint64_t)sg;
	b->count = n;
	b->len = bytes;
	if (c->o.flags & IX_O_MORE)
		b->flags |= IX_SENDV_MORE;
	if (bytes && bytes == c->tx_urg)
		b->flags |= IX_SENDV_URG;
	if (c->o.pending & (IX_P_SHUT | IX_P_CLOSE) && bytes == c->tx_unsent)
		b->flags |= IX_SENDV_FIN;
	e->nsg += n;
}

void conn_tx_sent(struct ix_conn *c, const struct ix_bsys *b)
{
	uint32_t n = (uint32_t)b->result, left = n;

	c->tx_unsent -= n;
	c->tx_urg -= n < c->tx_urg ? n : c->tx_urg;
	c->tx_unacked += n;
	while (left) {
		struct ix_chunk *k = c->tx_next;
		uint32_t m = k->fill - k->sent;

		if (m > left)
			m = left;
		k->sent += m;
		left -= m;
		if (k->sent < k->fill)
			break;
		if (!k->next)
			break;
		c->tx_next = k->next;
	}
	if (n == b->len && b->flags & IX_SENDV_FIN)
		c->o.pending &= (uint8_t)~IX_P_SHUT;
	/* what was refused goes out after the next SENT, if one is to come */
	if (n == b->len ? c->tx_unsent || c->o.pending : !c->tx_unacked)
		ix_mark(&c->o);
}

void conn_tx_acked(struct ix_conn *c, const struct ix_event *ev)
{
	uint32_t left = ev->len;

	c->tx_unacked -= left < c->tx_unacked ? left : c->tx_unacked;
	while (left && c->tx_head) {
		struct ix_chunk *k = c->tx_head;
		uint32_t n = k->sent - k->acked;

		if (n > left)
			n = left;
		k->acked += n;
		left -= n;
		if (k->acked < k->fill)
			break;
		c->tx_head = k->next;
		if (c->tx_next == k)
			c->tx_next = k->next;
		if (c->tx_tail == k)
			c->tx_tail = NULL;
		chunk_free(c, k);
	}
	c->tx_limit = ev->window + c->tx_unacked;
	if (c->tx_unsent)
		ix_mark(&c->o);
	conn_tx_tell(c);
}
