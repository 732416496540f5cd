// SPDX-License-Identifier: MIT
/*
 * tcp_sendq.c - bytes to send, left in the program's memory
 *
 * A list of pieces {address, length}. A piece that continues the last one in
 * memory is merged into it. Two cursors (new data, retransmission) make the
 * walk from a sequence number to its piece O(1) for bulk transfers.
 */
#include "net/tcp/state/tcp_sendq.h"

#include <string.h>

static inline struct tcp_piece *piece_at(const struct tcp *t, uint32_t i1)
{
	return (struct tcp_piece *)t->pieces.base + (i1 - 1);
}

/* Append len bytes; 0 or -ENOBUFS. */
static inline int put(struct tcp *t, struct tcp_pcb *p, uint64_t base,
		      uint32_t len)
{
	struct tcp_piece *e;
	uint32_t i;

	if (p->sq_tail) {
		e = piece_at(t, p->sq_tail);
		if (e->base + e->len == base && e->len <= INT32_MAX) {
			e->len += len;
			return 0;
		}
	}
	i = pool_get(&t->pieces);
	if (i == POOL_NONE)
		return -ENOBUFS;
	e = piece_at(t, i + 1);
	*e = (struct tcp_piece){ .base = base, .len = len };
	if (p->sq_tail)
		piece_at(t, p->sq_tail)->next = i + 1;
	else
		p->sq_head = i + 1;
	p->sq_tail = i + 1;
	return 0;
}

/* Bytes queued, fewer than given where the queue is full; or -ENOBUFS. */
int64_t tcp_sq_put(struct net *n, struct tcp_pcb *p, const struct ix_sg *sg,
		   unsigned nsg)
{
	uint32_t room = tcp_sq_room(p), queued = 0;
	unsigned i;

	for (i = 0; i < nsg && room > 0; i++) {
		uint32_t len = sg[i].len < room ? (uint32_t)sg[i].len : room;

		if (len == 0)
			continue;
		if (put(n->tcp, p, sg[i].base, len) < 0) {
			STAT(n, tcp_no_sq);
			if (queued == 0)
				return -ENOBUFS;
			break;
		}
		p->sq_len += len;
		queued += len;
		room -= len;
	}
	return queued;
}

/* The piece in which seq lies, by the cursor where that helps. */
static struct tcp_piece *seek(const struct tcp *t, const struct tcp_pcb *p,
			      struct tcp_cursor *c, uint32_t seq)
{
	struct tcp_piece *e;

	if (!c->piece || seq_lt(seq, c->seq)) {
		c->piece = p->sq_head;
		c->seq = p->sq_seq - p->sq_off;
	}
	e = piece_at(t, c->piece);
	while (seq - c->seq >= e->len && e->next) {
		c->seq += e->len;
		c->piece = e->next;
		e = piece_at(t, c->piece);
	}
	return e;
}

/* Copy len queued bytes from sequence number seq on. */
void tcp_sq_copy(struct net *n, struct tcp_pcb *p, unsigned cursor,
		 uint32_t seq, uint32_t len, char *dst)
{
	struct tcp_cursor *c = &p->cur[cursor];

	while (len > 0) {
		struct tcp_piece *e = seek(n->tcp, p, c, seq);
		uint32_t off = seq - c->seq;
		uint32_t part = u32_min(len, e->len - off);

		memcpy(dst, (const char *)(uintptr_t)(e->base + off), part);
		dst += part;
		seq += part;
		len -= part;
	}
}

static void pop(struct tcp *t, struct tcp_pcb *p)
{
	uint32_t i = p->sq_head, c;

	for (c = 0; c < CUR_MAX; c++)
		if (p->cur[c].piece == i)
			p->cur[c].piece = 0;
	p->sq_head = piece_at(t, i)->next;
	if (!p->sq_head)
		p->sq_tail = 0;
	p->sq_off = 0;
	pool_put(&t->pieces, i - 1);
}

/* The first bytes are acknowledged: forget them. */
void tcp_sq_ack(struct net *n, struct tcp_pcb *p, uint32_t bytes)
{
	struct tcp *t = n->tcp;

	p->sq_seq += bytes;
	p->sq_len -= bytes;
	while (bytes > 0) {
		uint32_t left = piece_at(t, p->sq_head)->len - p->sq_off;

		if (bytes < left) {
			p->sq_off += bytes;
			return;
		}
		bytes -= left;
		pop(t, p);
	}
}

int tcp_sq_clone(struct net *to, struct tcp_pcb *q, const struct net *from,
		 const struct tcp_pcb *p)
{
	uint32_t i, off = p->sq_off;

	for (i = p->sq_head; i; i = piece_at(from->tcp, i)->next) {
		const struct tcp_piece *e = piece_at(from->tcp, i);

		if (put(to->tcp, q, e->base + off, e->len - off) < 0)
			return -ENOBUFS;
		off = 0;
	}
	q->sq_len = p->sq_len;
	return 0;
}

void tcp_sq_free(struct net *n, struct tcp_pcb *p)
{
	while (p->sq_head)
		pop(n->tcp, p);
	p->sq_len = 0;
}
