// SPDX-License-Identifier: MIT
/*
 * tcp_cookie.c - what a SYN cookie says, and what it says when it comes back
 *
 * RFC 4987 3.6. Our initial sequence number is a keyed hash of the four-tuple,
 * of the peer's number and of a clock, plus which of a few segment sizes the
 * peer announced. With timestamps (RFC 7323) the low bits of ours carry its
 * window scale and SACK, and a guess must hit the timestamp's secret offset as
 * well; without them the connection does without both. Omitted: ECN, which
 * this TCP does not speak.
 */
#include "net/tcp/output/tcp_cookie.h"

#include "net/tcp/state/tcp_secret.h"

/* A cookie holds for the epoch it was made in and the next: 69 to 137 s. */
#define EPOCH_SHIFT 36 /* ns: 69 s */
#define EPOCHS 2
#define LIFE_TICKS (EPOCHS << (EPOCH_SHIFT - TIMER_TICK_SHIFT))

/* Timestamps: the peer's window scale, or none; SACK; a bit that is 0. */
#define TS_BITS 0x3fu
#define TS_WS 0x0fu
#define TS_NO_WS 15u
#define TS_SACK 0x10u
#define TS_ZERO 0x20u

/* Two small ones, the default, tunnels, PPPoE, Ethernet, jumbo frames. */
static const uint16_t mss_table[] = { TCP_MSS_MIN, 256,	 TCP_MSS_DEFAULT,
				      1240,	   1360, 1440,
				      1460,	   8960 };
#define NMSS (sizeof(mss_table) / sizeof(mss_table[0]))

static uint32_t epoch(const struct net *n)
{
	return (uint32_t)(n->now >> EPOCH_SHIFT);
}

/* The largest size that the peer takes. */
static uint32_t mss_index(const struct tcp_seg *s)
{
	uint32_t i = NMSS - 1;
	uint32_t mss = s->o.has & TO_MSS ? s->o.mss : TCP_MSS_DEFAULT;

	while (i && mss_table[i] > mss)
		i--;
	return i;
}

uint32_t tcp_syncookie_isn(struct net *n, struct tcp_pcb *p,
			   const struct tcp_seg *s)
{
	struct tcp *t = n->tcp;

	p->flags |= TF_SYNCOOKIE;
	t->syncookies = 1;
	t->syncookie_tick = tcp_tick(n);
	return tcp_syncookie_hash(n, p, s->seq, epoch(n)) + mss_index(s);
}

int tcp_syncookie_recent(const struct net *n)
{
	return n->tcp->syncookies &&
	       tcp_tick(n) - n->tcp->syncookie_tick <= LIFE_TICKS;
}

/* Our timestamp in a SYN-ACK: at most 64 ticks old, that it can tell. */
uint32_t tcp_syncookie_ts(const struct net *n, const struct tcp_pcb *p)
{
	uint32_t now = tcp_tick(n);
	uint32_t ts = now & ~TS_BITS;

	ts |= p->flags & TF_WS ? p->snd_wscale : TS_NO_WS;
	ts |= p->flags & TF_SACK ? TS_SACK : 0;
	if (seq_gt(ts, now))
		ts -= TS_BITS + 1;
	return ts + p->ts_off;
}

void tcp_syncookie_opts(struct tcp_opts *o)
{
	if (!(o->has & TO_TS))
		o->has &= TO_MSS;
}

/* The index of the segment size that the cookie tells, or -1. */
static int decode_isn(const struct net *n, const struct tcp_pcb *p,
		      const struct tcp_seg *s)
{
	uint32_t age, index;

	for (age = 0; age < EPOCHS; age++) {
		index = s->ack - 1 -
			tcp_syncookie_hash(n, p, s->seq - 1, epoch(n) - age);
		if (index < NMSS)
			return (int)index;
	}
	return -1;
}

/* 0, or -1: we never sent that timestamp. */
static int decode_ts(const struct net *n, const struct tcp_pcb *p,
		     const struct tcp_seg *s, struct tcp_opts *o)
{
	uint32_t ts = s->o.tsecr - tcp_ts_offset(n, p);

	if (!(s->o.has & TO_TS))
		return 0;
	if (tcp_tick(n) - ts > LIFE_TICKS || (ts & TS_ZERO))
		return -1;
	o->has |= TO_TS;
	o->tsval = s->o.tsval;
	if (ts & TS_SACK)
		o->has |= TO_SACKOK;
	if ((ts & TS_WS) != TS_NO_WS) {
		o->has |= TO_WS;
		o->wscale = ts & TS_WS;
	}
	return 0;
}

int tcp_syncookie_decode(struct net *n, const struct tcp_seg *s,
			 struct tcp_opts *o)
{
	struct tcp_pcb who;
	int index;

	tcp_seg_name(s, &who);
	index = decode_isn(n, &who, s);
	if (index < 0) {
		STAT(n, tcp_syncookie_bad);
		return -1;
	}
	*o = (struct tcp_opts){ .has = TO_MSS, .mss = mss_table[index] };
	if (decode_ts(n, &who, s, o) < 0) {
		STAT(n, tcp_syncookie_bad_ts);
		return -1;
	}
	return 0;
}
