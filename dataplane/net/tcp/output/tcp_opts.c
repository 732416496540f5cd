// SPDX-License-Identifier: MIT
/*
 * tcp_opts.c - header options
 *
 * RFC 9293 3.2 (MSS), RFC 7323 (window scale, timestamps), RFC 2018 and 2883
 * (SACK). Unknown options are skipped; not sent: MD5, AO, Fast Open.
 */
#include "net/tcp/output/tcp_opts.h"

#include <string.h>

#include "net/tcp/output/tcp_cookie.h"
#include "net/tcp/state/tcp_mss.h"
#include "net/tcp/state/tcp_ooo.h"

enum { OPT_END, OPT_NOP, OPT_MSS, OPT_WS, OPT_SACKOK, OPT_SACK, OPT_TS = 8 };

static uint16_t get16(const uint8_t *b)
{
	return (uint16_t)(b[0] << 8 | b[1]);
}

static uint32_t get32(const uint8_t *b)
{
	uint32_t v;

	memcpy(&v, b, sizeof(v));
	return rte_be_to_cpu_32(v);
}

static uint8_t *put16(uint8_t *b, uint16_t v)
{
	b[0] = (uint8_t)(v >> 8);
	b[1] = (uint8_t)v;
	return b + 2;
}

static uint8_t *put32(uint8_t *b, uint32_t v)
{
	v = rte_cpu_to_be_32(v);
	memcpy(b, &v, sizeof(v));
	return b + 4;
}

static void parse_sack(const uint8_t *b, unsigned len, struct tcp_opts *o)
{
	unsigned i;

	if (len < 8 || len % 8 || len > 32)
		return;
	o->nsack = (uint8_t)(len / 8);
	for (i = 0; i < o->nsack; i++) {
		o->sack[i].start = get32(b + 8 * i);
		o->sack[i].end = get32(b + 8 * i + 4);
	}
}

/* One option whose len bytes are all there. */
static void parse_one(uint8_t kind, const uint8_t *b, unsigned len,
		      struct tcp_opts *o)
{
	if (kind == OPT_MSS && len == 4) {
		o->has |= TO_MSS;
		o->mss = get16(b + 2);
	} else if (kind == OPT_WS && len == 3) {
		o->has |= TO_WS;
		o->wscale = b[2] > 14 ? 14 : b[2]; /* RFC 7323 2.3 */
	} else if (kind == OPT_SACKOK && len == 2) {
		o->has |= TO_SACKOK;
	} else if (kind == OPT_TS && len == 10) {
		o->has |= TO_TS;
		o->tsval = get32(b + 2);
		o->tsecr = get32(b + 6);
	} else if (kind == OPT_SACK) {
		parse_sack(b + 2, len - 2, o);
	}
}

/* What could be read before the end or the first malformed option. */
void tcp_opts_parse(const uint8_t *b, unsigned len, struct tcp_opts *o)
{
	o->has = 0;
	o->nsack = 0;
	while (len > 0) {
		uint8_t kind = b[0];
		unsigned l;

		if (kind == OPT_END)
			return;
		if (kind == OPT_NOP) {
			b++;
			len--;
			continue;
		}
		if (len < 2)
			return;
		l = b[1];
		if (l < 2 || l > len)
			return;
		parse_one(kind, b, l, o);
		b += l;
		len -= l;
	}
}

void tcp_opts_syn(struct net *n, struct tcp_pcb *p, const struct tcp_opts *o)
{
	if (o->has & TO_MSS)
		p->peer_mss = (uint16_t)u32_max(o->mss, TCP_MSS_MIN);
	if (o->has & TO_WS) {
		p->flags |= TF_WS;
		p->snd_wscale = o->wscale;
		p->rcv_wscale = TCP_WSCALE;
	}
	if (o->has & TO_SACKOK)
		p->flags |= TF_SACK;
	if (o->has & TO_TS) {
		p->flags |= TF_TS;
		p->ts_recent = o->tsval;
		p->ts_recent_tick = tcp_tick(n);
	}
	tcp_mss_update(n, p);
}

static uint32_t syn_tsval(const struct net *n, const struct tcp_pcb *p)
{
	if (unlikely(p->flags & TF_SYNCOOKIE))
		return tcp_syncookie_ts(n, p);
	return tcp_tick(n) + p->ts_off;
}

/*
 * A SYN offers all; a SYN-ACK what the peer offered too.
 */
static uint8_t *write_syn(const struct net *n, const struct tcp_pcb *p,
			  uint8_t flags, uint8_t *b)
{
	uint32_t with = flags & TH_ACK ? p->flags : TF_TS | TF_SACK | TF_WS;

	*b++ = OPT_MSS;
	*b++ = 4;
	b = put16(b, tcp_mss_own(n, p));
	if (with & TF_TS) {
		*b++ = with & TF_SACK ? OPT_SACKOK : OPT_NOP;
		*b++ = with & TF_SACK ? 2 : OPT_NOP;
		*b++ = OPT_TS;
		*b++ = 10;
		b = put32(b, syn_tsval(n, p));
		b = put32(b, flags & TH_ACK ? p->ts_recent : 0);
	} else if (with & TF_SACK) {
		*b++ = OPT_NOP;
		*b++ = OPT_NOP;
		*b++ = OPT_SACKOK;
		*b++ = 2;
	}
	if (with & TF_WS) {
		*b++ = OPT_NOP;
		*b++ = OPT_WS;
		*b++ = 3;
		*b++ = TCP_WSCALE;
	}
	return b;
}

static uint8_t *write_sack(const struct tcp_pcb *p, uint8_t *b)
{
	struct tcp_range r[4];
	unsigned max = p->flags & TF_TS ? 3 : 4;
	unsigned k = tcp_ooo_blocks(p, r, max), i;

	if (!k)
		return b;
	*b++ = OPT_NOP;
	*b++ = OPT_NOP;
	*b++ = OPT_SACK;
	*b++ = (uint8_t)(2 + 8 * k);
	for (i = 0; i < k; i++) {
		b = put32(b, r[i].start);
		b = put32(b, r[i].end);
	}
	return b;
}

/* Segments with payload carry no SACK blocks: their MSS is fixed. */
unsigned tcp_opts_write(const struct net *n, const struct tcp_pcb *p,
			uint8_t flags, uint32_t len, uint8_t *b)
{
	uint8_t *start = b;

	if (flags & TH_SYN)
		return (unsigned)(write_syn(n, p, flags, b) - start);
	if (p->flags & TF_TS) {
		b = put32(b, 0x0101080a);
		b = put32(b, tcp_tick(n) + p->ts_off);
		b = put32(b, p->ts_recent);
	}
	if (len == 0 && (p->flags & TF_SACK) &&
	    (p->ooo || (p->flags & TF_DSACK)))
		b = write_sack(p, b);
	return (unsigned)(b - start);
}
