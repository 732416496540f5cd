// SPDX-License-Identifier: MIT
/*
 * ip4_output.c - IPv4 output (RFC 791 3.2, RFC 6864)
 *
 * Fragments are copies, each one linear mbuf: what rte_ip_frag makes (a
 * header mbuf and an indirect one) some drivers cannot send.
 * Omitted: options, multicast loopback.
 */
#include "net/ip/ip4_output.h"

#include <errno.h>
#include <netinet/in.h>
#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "net/common/cksum.h"
#include "net/eth/eth.h"
#include "net/ip/ip_ident.h"
#include "net/ip/ip_loop.h"
#include "net/ip/ip_output.h"
#include "net/neigh/neigh_wait.h"

#define IP4_TTL 64 /* where the path says nothing else */
#define IP4_HLEN ((uint16_t)sizeof(struct rte_ipv4_hdr))

struct l4_cksum {
	uint16_t offset;  /* of the field; UINT16_MAX: none of ours */
	uint64_t offload; /* NET_CKSUM_* */
	uint64_t flag;	  /* RTE_MBUF_F_TX_* */
};

static struct l4_cksum l4_cksum(uint8_t proto)
{
	if (proto == IPPROTO_TCP)
		return (struct l4_cksum){ offsetof(struct rte_tcp_hdr, cksum),
					  NET_CKSUM_TCP,
					  RTE_MBUF_F_TX_TCP_CKSUM };
	if (proto == IPPROTO_UDP)
		return (struct l4_cksum){
			offsetof(struct rte_udp_hdr, dgram_cksum),
			NET_CKSUM_UDP, RTE_MBUF_F_TX_UDP_CKSUM
		};
	return (struct l4_cksum){ UINT16_MAX, 0, 0 };
}

/* Payload of IP in the largest frame that leaves the device. */
static uint32_t wire_len(const struct net *n, const struct rte_mbuf *m,
			 const struct ip_path *p)
{
	if (!(m->ol_flags & RTE_MBUF_F_TX_TCP_SEG) ||
	    !n->sh->dev[p->dev].tso_max)
		return m->pkt_len;
	return (uint32_t)m->l4_len + m->tso_segsz;
}

/* Identifications that m takes: one for each frame. */
static uint16_t frames(const struct rte_mbuf *m)
{
	uint32_t payload = m->pkt_len - m->l4_len;

	if (likely(!(m->ol_flags & RTE_MBUF_F_TX_TCP_SEG)))
		return 1;
	return (uint16_t)((payload + m->tso_segsz - 1) / m->tso_segsz);
}

/* m's data begins at L4. Computes the checksum, or leaves it to the device,
 * which wants the pseudo header without its length to make segments. */
static void finish_l4(struct rte_mbuf *m, const struct ip_path *p,
		      uint8_t proto, uint64_t offloads)
{
	struct l4_cksum c = l4_cksum(proto);
	int tso = (m->ol_flags & RTE_MBUF_F_TX_TCP_SEG) != 0;
	uint64_t sum;
	uint16_t v;

	if (c.offset == UINT16_MAX)
		return;
	sum = cksum_pseudo4(addr_v4(&p->src), addr_v4(&p->dst), proto,
			    tso ? 0 : m->pkt_len);
	if (tso) {
		m->ol_flags |= RTE_MBUF_F_TX_IPV4; /* implies the checksum's */
		v = cksum_fold(sum);
	} else if (offloads & c.offload) {
		m->ol_flags |= c.flag | RTE_MBUF_F_TX_IPV4;
		v = cksum_fold(sum);
	} else {
		v = (uint16_t)~cksum_fold(cksum_add_mbuf(sum, m));
		if (v == 0 && proto == IPPROTO_UDP)
			v = 0xffff; /* RFC 768: 0 says none */
	}
	*rte_pktmbuf_mtod_offset(m, uint16_t *, c.offset) = v;
}

/* Prepend the IPv4 header. NULL: no headroom, m is freed and counted. */
static struct rte_ipv4_hdr *put_header(struct net *n, struct rte_mbuf *m,
				       const struct ip_path *p, uint8_t proto)
{
	struct rte_ipv4_hdr *ip = (void *)rte_pktmbuf_prepend(m, IP4_HLEN);

	if (unlikely(!ip)) {
		STAT(n, nobuf);
		rte_pktmbuf_free(m);
		return NULL;
	}
	ip->version_ihl = RTE_IPV4_VHL_DEF;
	ip->type_of_service = p->tos;
	ip->total_length = rte_cpu_to_be_16((uint16_t)m->pkt_len);
	ip->packet_id = 0;
	ip->fragment_offset = 0;
	ip->time_to_live = p->ttl ? p->ttl : IP4_TTL;
	ip->next_proto_id = proto;
	ip->hdr_checksum = 0;
	ip->src_addr = addr_v4(&p->src);
	ip->dst_addr = addr_v4(&p->dst);
	return ip;
}

static void finish_header(struct rte_mbuf *m, struct rte_ipv4_hdr *ip,
			  uint64_t offloads)
{
	if (offloads & NET_CKSUM_IPV4)
		m->ol_flags |= RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM;
	else
		ip->hdr_checksum =
			(uint16_t)~cksum_fold(cksum_add(0, ip, IP4_HLEN));
	m->l2_len = sizeof(struct rte_ether_hdr);
	m->l3_len = IP4_HLEN;
}

/* m's data begins at its finished IP header. */
static void send_packet(struct net *n, struct rte_mbuf *m,
			const struct ip_path *p, int unresolved)
{
	STAT(n, ip_tx);
	if (unlikely(unresolved))
		neigh_wait_for(n, m, p);
	else
		eth_output(n, m, p->dev, &p->mac, RTE_ETHER_TYPE_IPV4);
}

/* One fragment: len bytes of m from off. */
static struct rte_mbuf *copy_fragment(struct net *n, const struct rte_mbuf *m,
				      uint32_t off, uint16_t len)
{
	struct rte_mbuf *f = net_alloc(n);
	const void *from;
	char *to;

	if (!f)
		return NULL;
	to = rte_pktmbuf_append(f, len);
	if (!to) {
		rte_pktmbuf_free(f);
		return NULL;
	}
	from = rte_pktmbuf_read(m, off, len, to);
	if (from != to)
		rte_memcpy(to, from, len);
	return f;
}

/* Bytes of payload in each fragment but the last: what the link and one mbuf
 * take, a multiple of 8. */
static uint16_t fragment_size(const struct net *n, uint16_t mtu)
{
	uint32_t room = rte_pktmbuf_data_room_size(n->pool) - NET_HEADROOM;
	uint32_t size = (uint32_t)(mtu - IP4_HLEN);

	return (uint16_t)(RTE_MIN(size, room) & ~7u);
}

/* m's data begins at L4, complete with its checksum. */
static int send_fragments(struct net *n, struct rte_mbuf *m,
			  const struct ip_path *p, uint8_t proto, uint16_t mtu,
			  int unresolved)
{
	uint16_t size = fragment_size(n, mtu), len;
	uint16_t ident = ip_ident(n, p, proto);
	uint32_t left = m->pkt_len;
	int rc = 0;

	STAT(n, ip_fragmented);
	for (uint32_t off = 0; left; off += len, left -= len) {
		struct rte_ipv4_hdr *ip;
		struct rte_mbuf *f;
		uint32_t field;

		len = (uint16_t)RTE_MIN(left, size);
		f = copy_fragment(n, m, off, len);
		ip = f ? put_header(n, f, p, proto) : NULL;
		if (!ip) {
			rc = -ENOBUFS;
			break;
		}
		field = off / 8 | (left > len ? RTE_IPV4_HDR_MF_FLAG : 0u);
		ip->fragment_offset = rte_cpu_to_be_16((uint16_t)field);
		ip->packet_id = rte_cpu_to_be_16(ident);
		finish_header(f, ip, n->sh->dev[p->dev].tx_cksum);
		STAT(n, ip_fragments_tx);
		send_packet(n, f, p, unresolved);
	}
	rte_pktmbuf_free(m);
	return rc;
}

int ip4_output_loop(struct net *n, struct rte_mbuf *m, const struct ip_path *p,
		    uint8_t proto)
{
	struct rte_ipv4_hdr *ip = put_header(n, m, p, proto);

	if (!ip)
		return -ENOBUFS;
	ip->fragment_offset = RTE_BE16(RTE_IPV4_HDR_DF_FLAG);
	m->ol_flags |= RTE_MBUF_F_RX_IP_CKSUM_GOOD |
		       RTE_MBUF_F_RX_L4_CKSUM_GOOD;
	m->port = p->dev;
	STAT(n, ip_loop);
	return ip_loop(n, m);
}

int ip4_output(struct net *n, struct rte_mbuf *m, struct ip_path *p,
	       uint8_t proto, unsigned flags, int unresolved)
{
	const struct net_dev *dev = &n->sh->dev[p->dev];
	uint16_t mtu = flags & IP_OUT_DEV_MTU ? dev->mtu : ip_mtu(n, p);
	struct rte_ipv4_hdr *ip;
	uint16_t ident;

	if (unlikely(wire_len(n, m, p) + IP4_HLEN > mtu)) {
		if (flags & (IP_OUT_DF | IP_OUT_WHOLE) ||
		    m->pkt_len + IP4_HLEN > UINT16_MAX ||
		    fragment_size(n, mtu) == 0) {
			STAT(n, ip_drop_mtu);
			rte_pktmbuf_free(m);
			return -EMSGSIZE;
		}
		finish_l4(m, p, flags & IP_OUT_NO_CKSUM ? 0 : proto, 0);
		return send_fragments(n, m, p, proto, mtu, unresolved);
	}
	finish_l4(m, p, flags & IP_OUT_NO_CKSUM ? 0 : proto, dev->tx_cksum);
	ident = flags & IP_OUT_DF ? p->ident : ip_ident(n, p, proto);
	ip = put_header(n, m, p, proto);
	if (unlikely(!ip))
		return -ENOBUFS;
	ip->packet_id = rte_cpu_to_be_16(ident);
	if (flags & IP_OUT_DF) {
		ip->fragment_offset = RTE_BE16(RTE_IPV4_HDR_DF_FLAG);
		p->ident = (uint16_t)(p->ident + frames(m));
	}
	finish_header(m, ip, dev->tx_cksum);
	send_packet(n, m, p, unresolved);
	return 0;
}
