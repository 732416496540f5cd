// SPDX-License-Identifier: MIT
/*
 * icmp.c - ICMP (RFC 792, RFC 1122 3.2.2, RFC 1191, RFC 1812 4.3.2.8)
 *
 * Echo replies, destination and port unreachable, reassembly time exceeded;
 * errors about our packets go to TCP and UDP. Omitted: redirects (a host that
 * trusts its gateway), source quench (RFC 6633), timestamps, address masks.
 */
#include "base/units.h"
#include "net/ip/icmp.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "net/common/cksum.h"
#include "net/common/mbuf.h"
#include "net/flow/flow.h"
#include "net/ip/ip_deliver.h"
#include "net/ip/ip_output.h"
#include "net/ip/ip_state.h"

#define QUOTE_MAX 548	/* RFC 1812 4.3.2.3: 576 bytes in all */
#define MTU_MIN 68	/* RFC 791 */
#define RATE_PER_S 1000 /* errors, as Linux's icmp_msgs_per_sec */
#define RATE_BURST 50
#define NS_PER_TOKEN ((uint64_t)NSEC_PER_SEC / RATE_PER_S)

struct icmp_header {
	uint8_t type, code;
	uint16_t cksum;
	uint16_t unused;
	uint16_t mtu; /* frag needed; else of no meaning here */
};
_Static_assert(sizeof(struct icmp_header) == ICMP_HEADER, "RFC 792");

/* What each unreachable code means to the program, and whether it ends a UDP
 * exchange: as Linux's icmp_err_convert. */
static const struct {
	uint8_t err, fatal;
} unreachable[ICMP_UNREACH_MAX + 1] = {
	{ ENETUNREACH, 0 },  /* 0 net */
	{ EHOSTUNREACH, 0 }, /* 1 host */
	{ ENOPROTOOPT, 1 },  /* 2 protocol */
	{ ECONNREFUSED, 1 }, /* 3 port */
	{ EMSGSIZE, 0 },     /* 4 fragmentation needed */
	{ EOPNOTSUPP, 0 },   /* 5 source route */
	{ ENETUNREACH, 1 },  /* 6 net unknown */
	{ EHOSTDOWN, 1 },    /* 7 host unknown */
	{ ENONET, 1 },	     /* 8 source isolated */
	{ ENETUNREACH, 1 },  /* 9 net prohibited */
	{ EHOSTUNREACH, 1 }, /* 10 host prohibited */
	{ ENETUNREACH, 0 },  /* 11 net and TOS */
	{ EHOSTUNREACH, 0 }, /* 12 host and TOS */
	{ EHOSTUNREACH, 1 }, /* 13 filtered */
	{ EHOSTUNREACH, 1 }, /* 14 precedence violation */
	{ EHOSTUNREACH, 1 }, /* 15 precedence cut off */
};

/*
 * Errors that peers report
 */

/* Tell who sent it that a packet of ours (ip: at least its header and 8 bytes
 * of L4, len bytes in all) did not arrive. */
static void report(struct net *n, const struct rte_ipv4_hdr *ip, size_t len,
		   const struct ip_error *what)
{
	const struct ip_upper *u;
	struct ip_error e = *what;
	uint16_t hlen;

	if (len < sizeof(*ip))
		return;
	hlen = rte_ipv4_hdr_len(ip);
	if (hlen < sizeof(*ip) || len < hlen + 8u ||
	    (ip->fragment_offset & RTE_BE16(RTE_IPV4_HDR_OFFSET_MASK)))
		return;
	e.src = addr_from_v4(ip->src_addr);
	e.dst = addr_from_v4(ip->dst_addr);
	e.proto = ip->next_proto_id;
	e.l4 = (const uint8_t *)ip + hlen;
	e.l4_len = len - hlen;
	u = ip_upper(n, e.proto);
	if (u && u->error)
		u->error(n, &e);
}

/* RFC 1191 7.1: the MTU for a router that did not tell it. */
static uint16_t plateau(uint16_t total)
{
	static const uint16_t mtus[] = { 32000, 17914, 8166, 4352, 2002,
					 1492,	1006,  508,  296 };

	for (unsigned i = 0; i < RTE_DIM(mtus); i++)
		if (mtus[i] < total)
			return mtus[i];
	return 68;
}

static int decode(const struct icmp_header *h, const struct rte_ipv4_hdr *ip,
		  struct ip_error *e)
{
	uint16_t total = rte_be_to_cpu_16(ip->total_length);
	int tcp = ip->next_proto_id == IPPROTO_TCP;

	*e = (struct ip_error){ .err = EHOSTUNREACH,
				.hard = tcp != 0,
				.type = h->type,
				.code = h->code };
	if (h->type == ICMP_PARAMETER) {
		e->err = EPROTO;
		e->hard = 1;
	}
	if (h->type != ICMP_UNREACHABLE)
		return 1;
	if (h->code > ICMP_UNREACH_MAX)
		return 0;
	e->err = unreachable[h->code].err;
	e->hard = tcp || unreachable[h->code].fatal;
	if (h->code != ICMP_UNREACH_FRAG_NEEDED)
		return 1;
	e->hard = 0;
	e->mtu = rte_be_to_cpu_16(h->mtu);
	if (e->mtu == 0)
		e->mtu = plateau(total);
	if (e->mtu > total)
		e->mtu = total;
	if (e->mtu < MTU_MIN)
		e->mtu = MTU_MIN;
	return 1;
}

/* The quoted packet: ours, whole enough. NULL: not. */
static const struct rte_ipv4_hdr *
quoted(const struct net *n, const struct rte_mbuf *m, const struct ip_rx *rx)
{
	const struct rte_ipv4_hdr *ip;
	uint8_t local;

	if (m->data_len < ICMP_HEADER + sizeof(*ip) + 8)
		return NULL;
	ip = rte_pktmbuf_mtod_offset(m, const struct rte_ipv4_hdr *,
				     ICMP_HEADER);
	if (ip->version_ihl >> 4 != 4 ||
	    ip4_classify(n->sh, ip->src_addr, &local) != IP4_LOCAL ||
	    ip->src_addr != addr_v4(&rx->dst))
		return NULL;
	return ip;
}

/* Who sent the quoted packet; this elastic thread where nobody knows. */
static uint32_t sender(struct net *n, const struct rte_ipv4_hdr *ip,
		       uint32_t room)
{
	const struct ip_upper *u = ip_upper(n, ip->next_proto_id);
	struct ix_addr src = addr_from_v4(ip->src_addr);
	struct ix_addr dst = addr_from_v4(ip->dst_addr);
	uint32_t hlen = rte_ipv4_hdr_len(ip);
	uint16_t port[2];

	if (!u || !u->sender || hlen + sizeof(port) > room)
		return n->id;
	memcpy(port, (const char *)ip + hlen, sizeof(port));
	return u->sender(n, &src, rte_be_to_cpu_16(port[0]), &dst,
			 rte_be_to_cpu_16(port[1]));
}

/* Is the error for another elastic thread? Two hops at most: to the flow's
 * group, and to where the flow has moved. */
static int error_elsewhere(struct net *n, struct rte_mbuf *m,
			   const struct ip_rx *rx,
			   const struct rte_ipv4_hdr *ip)
{
	uint8_t hops = n->flow_flags & (FLOW_HANDED | FLOW_FORWARDED);
	uint32_t to = sender(n, ip, m->data_len - ICMP_HEADER);

	if (to == n->id || hops & FLOW_FORWARDED)
		return 0;
	flow_send(n, to, FLOW_L4, hops ? FLOW_FORWARDED : 0, rx, m);
	return 1;
}

/* 1: m was handed over. */
static int error_input(struct net *n, struct rte_mbuf *m,
		       const struct ip_rx *rx)
{
	const struct icmp_header *h = rte_pktmbuf_mtod(m, const void *);
	const struct rte_ipv4_hdr *ip = quoted(n, m, rx);
	struct ip_error e;

	if (!ip || !decode(h, ip, &e)) {
		STAT(n, icmp_drop_quote);
		return 0;
	}
	if (n->sh->flow && error_elsewhere(n, m, rx, ip))
		return 1;
	STAT(n, icmp_errors_rx);
	e.from = rx->src;
	e.ttl = rx->ttl;
	e.tos = rx->tos;
	report(n, ip, m->data_len - ICMP_HEADER, &e);
	return 0;
}

/*
 * Echo
 */

/* RFC 1122 3.2.2.6: all of the data goes back, in the mbufs it came in. */
static void echo(struct net *n, struct rte_mbuf *m, const struct ip_rx *rx)
{
	struct icmp_header *h = rte_pktmbuf_mtod(m, struct icmp_header *);
	struct ip_path p = {
		.src = rx->dst, .dst = rx->src, .tos = rx->tos, .answer = 1
	};

	STAT(n, icmp_echo);
	h->type = ICMP_ECHO_REPLY;
	h->cksum = 0;
	h->cksum = (uint16_t)~cksum_fold(cksum_add_mbuf(0, m));
	m->ol_flags &= RTE_MBUF_F_EXTERNAL | RTE_MBUF_F_INDIRECT;
	m->tx_offload = 0;
	ip_output(n, m, &p, IPPROTO_ICMP, 0);
}

void icmp_input(struct net *n, struct rte_mbuf *m, const struct ip_rx *rx)
{
	const struct icmp_header *h = rte_pktmbuf_mtod(m, const void *);

	STAT(n, icmp_rx);
	if (cksum_fold(cksum_add_mbuf(0, m)) != 0xffff) {
		mbuf_drop(m, &n->stats.icmp_drop_cksum);
		return;
	}
	switch (h->type) {
	case ICMP_ECHO:
		if (ip_is_unicast(n->sh, &rx->dst))
			echo(n, m, rx);
		else /* RFC 1122 3.2.2.6 leaves it to us; so does Linux */
			mbuf_drop(m, &n->stats.icmp_drop_bcast);
		return;
	case ICMP_UNREACHABLE:
	case ICMP_TIME_EXCEEDED:
	case ICMP_PARAMETER:
		if (error_input(n, m, rx))
			return;
		break;
	default:
		STAT(n, icmp_drop_type);
	}
	rte_pktmbuf_free(m);
}

/*
 * Errors that we report
 */

/* RFC 1122 3.2.2: no error about an ICMP error, a broadcast, a fragment that
 * is not the first, or a source that is not one host. */
static int may_report(const struct net *n, const struct rte_mbuf *m,
		      const struct rte_ipv4_hdr *ip)
{
	struct ix_addr src = addr_from_v4(ip->src_addr);
	uint8_t local;

	if (ip4_classify(n->sh, ip->dst_addr, &local) != IP4_LOCAL ||
	    !ip_is_unicast(n->sh, &src))
		return 0;
	if (ip->fragment_offset & RTE_BE16(RTE_IPV4_HDR_OFFSET_MASK))
		return 0;
	if (ip->next_proto_id == IPPROTO_ICMP) {
		const uint8_t *type =
			(const uint8_t *)ip + rte_ipv4_hdr_len(ip);

		return rte_ipv4_hdr_len(ip) < m->data_len && *type == ICMP_ECHO;
	}
	return 1;
}

static struct rte_mbuf *quote(struct net *n, const struct rte_mbuf *m,
			      uint8_t type, uint8_t code)
{
	uint16_t len = (uint16_t)RTE_MIN(m->pkt_len, (uint32_t)QUOTE_MAX);
	struct rte_mbuf *out = net_alloc(n);
	struct icmp_header *h;
	const void *from;

	if (!out)
		return NULL;
	h = (void *)rte_pktmbuf_append(out, (uint16_t)(ICMP_HEADER + len));
	if (!h) {
		rte_pktmbuf_free(out);
		return NULL;
	}
	*h = (struct icmp_header){ .type = type, .code = code };
	from = rte_pktmbuf_read(m, 0, len, h + 1);
	if (from != h + 1)
		memcpy(h + 1, from, len);
	h->cksum = (uint16_t)~cksum_fold(cksum_add_mbuf(0, out));
	return out;
}

void icmp_error(struct net *n, const struct rte_mbuf *m, uint8_t type,
		uint8_t code)
{
	const struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod(m, const void *);
	struct ip_path p = { .src = addr_from_v4(ip->dst_addr),
			     .dst = addr_from_v4(ip->src_addr),
			     .answer = 1 };
	struct rte_mbuf *out;
	uint8_t local;

	if (!may_report(n, m, ip)) {
		STAT(n, icmp_error_silent);
		return;
	}
	/* as in Linux, who asks himself is not limited */
	if (ip4_classify(n->sh, ip->src_addr, &local) != IP4_LOCAL &&
	    !token_take(&n->ip->icmp_errors, n->now, NS_PER_TOKEN,
			RATE_BURST)) {
		STAT(n, icmp_error_limited);
		return;
	}
	out = quote(n, m, type, code);
	if (!out)
		return;
	STAT(n, icmp_errors_tx);
	ip_output(n, out, &p, IPPROTO_ICMP, 0);
}

void icmp_refuse(struct net *n, struct rte_mbuf *m, const struct ip_rx *rx,
		 uint8_t code)
{
	rte_pktmbuf_prepend(m, rx->hlen);
	icmp_error(n, m, ICMP_UNREACHABLE, code);
	rte_pktmbuf_free(m);
}

void icmp_no_neighbour(struct net *n, const struct rte_mbuf *m)
{
	static const struct ip_error error = { .hard = 1,
					       .err = EHOSTUNREACH,
					       .type = ICMP_UNREACHABLE,
					       .code = ICMP_UNREACH_HOST };

	report(n, rte_pktmbuf_mtod(m, const void *), m->data_len, &error);
}
