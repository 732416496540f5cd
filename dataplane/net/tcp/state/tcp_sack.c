// SPDX-License-Identifier: MIT
/*
 * tcp_sack.c - what the peer has beyond the acknowledgement
 *
 * RFC 2018, RFC 6675 (scoreboard, IsLost, Pipe), RFC 2883 (D-SACK: noticed,
 * otherwise ignored). The scoreboard is a short sorted array of ranges, so
 * that one pass over it answers each question, however large the window.
 */
#include "net/tcp/state/tcp_sack.h"

#include <string.h>

static struct tcp_sb *sb_get(struct net *n, struct tcp_pcb *p)
{
	uint32_t i;

	if (p->sb)
		return p->sb;
	i = pool_get(&n->tcp->sbs);
	if (i == POOL_NONE) {
		STAT(n, tcp_no_sb);
		return NULL;
	}
	p->sb = pool_at(&n->tcp->sbs, i);
	p->sb->n = 0;
	p->sb->bytes = 0;
	return p->sb;
}

int tcp_sack_clone(struct net *to, struct tcp_pcb *q, const struct tcp_pcb *p)
{
	if (!p->sb)
		return 0;
	if (!sb_get(to, q))
		return -ENOBUFS;
	*q->sb = *p->sb;
	return 0;
}

void tcp_sack_free(struct net *n, struct tcp_pcb *p)
{
	if (!p->sb)
		return;
	pool_put(&n->tcp->sbs, pool_index(&n->tcp->sbs, p->sb));
	p->sb = NULL;
}

/* Add [start, end) to the ranges; bytes that were not there before. */
static uint32_t add(struct net *n, struct tcp_sb *sb, uint32_t start,
		    uint32_t end)
{
	uint32_t i = sb->n, j, had = 0;

	/* blocks are near the end, as a rule */
	while (i > 0 && seq_geq(sb->r[i - 1].end, start))
		i--;
	for (j = i; j < sb->n && seq_leq(sb->r[j].start, end); j++) {
		had += sb->r[j].end - sb->r[j].start;
		start = seq_min(start, sb->r[j].start);
		end = seq_max(end, sb->r[j].end);
	}
	if (j == i && sb->n == TCP_SB_RANGES) {
		STAT(n, tcp_sack_full);
		return 0;
	}
	memmove(&sb->r[i + 1], &sb->r[j], (sb->n - j) * sizeof(sb->r[0]));
	sb->n = sb->n - (j - i) + 1;
	sb->r[i] = (struct tcp_range){ start, end };
	sb->bytes += end - start - had;
	return end - start - had;
}

/* RFC 2883 4: a block at or below the ACK, or inside the second one */
static int is_dsack(const struct tcp_opts *o, uint32_t ack)
{
	if (seq_leq(o->sack[0].end, ack))
		return 1;
	return o->nsack > 1 && seq_geq(o->sack[0].start, o->sack[1].start) &&
	       seq_leq(o->sack[0].end, o->sack[1].end);
}

void tcp_sack_update(struct net *n, struct tcp_pcb *p, const struct tcp_seg *s,
		     struct tcp_ackinfo *a)
{
	const struct tcp_opts *o = &s->o;
	struct tcp_sb *sb;
	unsigned i = 0;

	if (is_dsack(o, s->ack)) {
		STAT(n, tcp_sack_dup);
		a->dsack = 1;
		i = 1;
	}
	for (; i < o->nsack; i++) {
		uint32_t start = o->sack[i].start, end = o->sack[i].end;

		if (seq_leq(end, s->ack))
			continue;
		if (seq_geq(start, end) || seq_lt(start, s->ack) ||
		    seq_gt(end, p->snd_nxt)) {
			STAT(n, tcp_sack_bad);
			continue;
		}
		sb = sb_get(n, p);
		if (sb)
			a->sacked += add(n, sb, start, end);
	}
}

/* snd_una has moved: forget what is below. */
void tcp_sack_trim(struct net *n, struct tcp_pcb *p)
{
	struct tcp_sb *sb = p->sb;
	uint32_t i = 0;

	if (!sb)
		return;
	for (; i < sb->n && seq_leq(sb->r[i].end, p->snd_una); i++)
		sb->bytes -= sb->r[i].end - sb->r[i].start;
	if (i > 0) {
		sb->n -= i;
		memmove(&sb->r[0], &sb->r[i], sb->n * sizeof(sb->r[0]));
	}
	if (sb->n == 0) {
		tcp_sack_free(n, p);
		return;
	}
	if (seq_lt(sb->r[0].start, p->snd_una)) {
		sb->bytes -= p->snd_una - sb->r[0].start;
		sb->r[0].start = p->snd_una;
	}
}

/*
 * RFC 6675 IsLost: what is not SACKed below the result is lost, since
 * DupThresh ranges, or more than DupThresh - 1 segments, lie above it.
 */
uint32_t tcp_sack_lost(const struct tcp_pcb *p)
{
	const struct tcp_sb *sb = p->sb;
	uint32_t bytes = 0, ranges = 0, i;

	if (!sb)
		return p->snd_una;
	for (i = sb->n; i > 0; i--) {
		bytes += sb->r[i - 1].end - sb->r[i - 1].start;
		if (++ranges >= TCP_DUPTHRESH ||
		    bytes > (TCP_DUPTHRESH - 1) * (uint32_t)p->mss)
			return sb->r[i - 1].start;
	}
	return p->snd_una;
}

uint32_t tcp_sack_hole(const struct tcp_pcb *p, uint32_t from, uint32_t to,
		       uint32_t *start_out)
{
	const struct tcp_sb *sb = p->sb;
	uint32_t i;

	for (i = 0; sb && i < sb->n && seq_lt(from, to); i++) {
		if (seq_lt(from, sb->r[i].start)) {
			to = seq_min(to, sb->r[i].start);
			break;
		}
		from = seq_max(from, sb->r[i].end);
	}
	if (seq_geq(from, to))
		return 0;
	*start_out = from;
	return to - from;
}

/* Bytes of [from, to) that are SACKed. */
static uint32_t sacked_in(const struct tcp_sb *sb, uint32_t from, uint32_t to)
{
	uint32_t i, bytes = 0;

	for (i = 0; sb && i < sb->n; i++) {
		uint32_t start = seq_max(from, sb->r[i].start);
		uint32_t end = seq_min(to, sb->r[i].end);

		if (seq_lt(start, end))
			bytes += end - start;
	}
	return bytes;
}

/*
 * RFC 6675 Pipe: bytes that are on their way. Without SACK each duplicate
 * acknowledgement stands for one segment that has left the network.
 */
uint32_t tcp_pipe(const struct tcp_pcb *p)
{
	uint32_t flight = tcp_flight(p), gone;

	if (likely(p->ca_state == CA_OPEN && !p->sb && !p->dupacks))
		return flight;
	gone = p->sb ? p->sb->bytes : p->dupacks * (uint32_t)p->mss;
	if (p->ca_state != CA_OPEN && seq_lt(p->rtx_nxt, p->lost))
		gone += p->lost - p->rtx_nxt -
			sacked_in(p->sb, p->rtx_nxt, p->lost);
	return flight > gone ? flight - gone : 0;
}
