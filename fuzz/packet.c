// SPDX-License-Identifier: MIT
/*
 * packet.c - frames from the peer, made so that they get far
 *
 * The input chooses: a connection of those that are there, numbers near its
 * own, options, what of the frame is spoilt afterwards, and whether checksums
 * are put right after that.
 */
#include "fuzz/packet.h"

#include <netinet/in.h>
#include <rte_arp.h>
#include <rte_ether.h>
#include <rte_icmp.h>
#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "net/tcp/state/tcp_stack.h"

#define ETH sizeof(struct rte_ether_hdr)
#define IP sizeof(struct rte_ipv4_hdr)
#define L4 (ETH + IP)
#define PAYLOAD_MAX 1400u

static void put_eth(uint8_t *buf, uint16_t type)
{
	struct rte_ether_hdr *eth = (void *)buf;

	memset(buf, 0, WORLD_FRAME);
	eth->dst_addr = world.core->net.dev[0].mac;
	eth->src_addr = (struct rte_ether_addr){ { 2, 0, 0, 0, 0, 1 } };
	eth->ether_type = rte_cpu_to_be_16(type);
}

/* Headers for len bytes of L4. */
static unsigned put_ip(uint8_t *buf, uint8_t proto, uint32_t src, uint32_t dst,
		       unsigned len)
{
	struct rte_ipv4_hdr *ip = (void *)(buf + ETH);

	put_eth(buf, RTE_ETHER_TYPE_IPV4);
	ip->version_ihl = 0x45;
	ip->total_length = rte_cpu_to_be_16((uint16_t)(IP + len));
	ip->time_to_live = 64;
	ip->next_proto_id = proto;
	ip->src_addr = src;
	ip->dst_addr = dst;
	return (unsigned)(L4 + len);
}

/* Checksums of what a frame says that it is, where it is long enough. */
static void fix(uint8_t *buf, unsigned len)
{
	struct rte_ipv4_hdr *ip = (void *)(buf + ETH);
	unsigned hdr = (ip->version_ihl & 15u) * 4, l4;
	uint8_t *p = buf + ETH + hdr;

	if (len < L4 || hdr < IP || ETH + hdr > len)
		return;
	ip->hdr_checksum = 0;
	ip->hdr_checksum = (uint16_t)~rte_raw_cksum(ip, hdr);
	l4 = rte_be_to_cpu_16(ip->total_length) - hdr;
	if (l4 > len - ETH - hdr || (ip->fragment_offset & RTE_BE16(0x3fff)))
		return;
	if (ip->next_proto_id == IPPROTO_TCP && l4 >= 20) {
		memset(p + 16, 0, 2);
		((struct rte_tcp_hdr *)p)->cksum = rte_ipv4_udptcp_cksum(ip, p);
	} else if (ip->next_proto_id == IPPROTO_UDP && l4 >= 8) {
		memset(p + 6, 0, 2);
		((struct rte_udp_hdr *)p)->dgram_cksum =
			rte_ipv4_udptcp_cksum(ip, p);
	} else if (ip->next_proto_id == IPPROTO_ICMP && l4 >= 8) {
		memset(p + 2, 0, 2);
		((struct rte_icmp_hdr *)p)->icmp_cksum =
			(uint16_t)~rte_raw_cksum(p, l4);
	}
}

unsigned packet_tcp(uint8_t *buf, const struct packet_tcp *t)
{
	unsigned hdr = 20u + t->nopts, i;
	unsigned len = put_ip(buf, IPPROTO_TCP, t->src, t->dst, hdr + t->len);
	struct rte_tcp_hdr *th = (void *)(buf + L4);

	*th = (struct rte_tcp_hdr){
		.src_port = rte_cpu_to_be_16(t->sport),
		.dst_port = rte_cpu_to_be_16(t->dport),
		.sent_seq = rte_cpu_to_be_32(t->seq),
		.recv_ack = rte_cpu_to_be_32(t->ack),
		.data_off = (uint8_t)(hdr / 4 << 4),
		.tcp_flags = t->flags,
		.rx_win = rte_cpu_to_be_16(t->wnd),
	};
	memcpy(th + 1, t->opts, t->nopts);
	for (i = 0; i < t->len; i++)
		buf[L4 + hdr + i] = (uint8_t)(t->seq + i);
	fix(buf, len);
	return len;
}

unsigned packet_udp(uint8_t *buf, const struct packet_udp *u)
{
	unsigned len = (unsigned)sizeof(struct rte_udp_hdr) + u->len;
	unsigned all = put_ip(buf, IPPROTO_UDP, u->src, u->dst, len);
	struct rte_udp_hdr *h = (void *)(buf + L4);

	h->src_port = rte_cpu_to_be_16(u->sport);
	h->dst_port = rte_cpu_to_be_16(u->dport);
	h->dgram_len = rte_cpu_to_be_16((uint16_t)len);
	fix(buf, all);
	return all;
}

/*
 * Such as the input wants
 */

/* One of the connections that there are, or NULL. */
static const struct tcp_pcb *pick_pcb(struct input *in)
{
	const struct net *n = &world.core->et[in_pick(in, WORLD_THREADS)]->net;
	uint32_t i = in_pick(in, n->tcp->pcbs.hi);

	if (!n->tcp->pcbs.hi)
		return NULL;
	return tcp_pcb_at(n->tcp, i);
}

/* Near v: it, or a little or a lot beside it. */
static uint32_t near(struct input *in, uint32_t v, uint32_t other)
{
	switch (in_pick(in, 6)) {
	case 0:
		return other;
	case 1:
		return v + (uint32_t)(int8_t)in_u8(in);
	case 2:
		return v + (uint32_t)(int16_t)in_u16(in);
	case 3:
		return in_u32(in);
	default:
		return v;
	}
}

static unsigned put32(uint8_t *to, uint32_t v)
{
	v = rte_cpu_to_be_32(v);
	memcpy(to, &v, sizeof(v));
	return sizeof(v);
}

static unsigned opt_ts(struct input *in, const struct tcp_pcb *p, uint8_t *o)
{
	uint32_t now = (uint32_t)(world.now >> TIMER_TICK_SHIFT);

	o[0] = o[1] = 1;
	o[2] = 8;
	o[3] = 10;
	put32(o + 4, near(in, p->ts_recent, p->ts_recent + 1));
	put32(o + 8, near(in, now + p->ts_off, 0));
	return 12;
}

static unsigned opt_sack(struct input *in, const struct tcp_pcb *p, uint8_t *o)
{
	unsigned k, blocks = 1 + in_pick(in, 3), at = 4;

	o[0] = o[1] = 1;
	o[2] = 5;
	o[3] = (uint8_t)(2 + 8 * blocks);
	for (k = 0; k < blocks; k++) {
		uint32_t start = near(in, p->snd_una + in_u16(in), p->snd_una);

		at += put32(o + at, start);
		at += put32(o + at, near(in, start + in_u16(in), p->snd_nxt));
	}
	return at;
}

static unsigned opt_syn(struct input *in, uint8_t *o)
{
	uint16_t mss = rte_cpu_to_be_16(in_u16(in));

	o[0] = 2;
	o[1] = 4;
	memcpy(o + 2, &mss, sizeof(mss));
	memcpy(o + 4, (uint8_t[]){ 3, 3, in_u8(in), 1, 4, 2, 1, 1 }, 8);
	return 12;
}

static void put_opts(struct input *in, struct packet_tcp *t,
		     const struct tcp_pcb *p)
{
	unsigned what = in_u8(in), n = 0;

	if (t->flags & RTE_TCP_SYN_FLAG && what & 1)
		n += opt_syn(in, t->opts);
	if (p && what & 2)
		n += opt_ts(in, p, t->opts + n);
	if (p && what & 4 && n <= 12)
		n += opt_sack(in, p, t->opts + n);
	if ((what & 0x18) == 0x18 && n <= 24) {
		in_bytes(in, t->opts + n, 8);
		n += 8;
	}
	t->nopts = (uint8_t)(n <= 40 ? n : 40);
}

static uint16_t pick_port(struct input *in)
{
	static const uint16_t ports[] = { 80, 81, 53, 5000, 5001, 40000, 0 };

	return (uint16_t)(ports[in_pick(in, RTE_DIM(ports))] + in_pick(in, 4));
}

static uint32_t pick_ip(struct input *in)
{
	switch (in_pick(in, 10)) {
	case 0:
		return WORLD_IP(10, 0, 0, 3);
	case 1:
		return WORLD_IP(10, 0, 0, 255);
	case 2:
		return WORLD_IP(192, 168, 7, 7);
	case 3:
		return WORLD_US;
	case 4:
		return in_u32(in);
	default:
		return WORLD_PEER;
	}
}

static unsigned tcp_frame(struct input *in, uint8_t *buf)
{
	const struct tcp_pcb *p = pick_pcb(in);
	struct packet_tcp t = { .src = WORLD_PEER, .dst = WORLD_US };
	uint8_t len = in_u8(in);

	t.flags = in_u8(in);
	t.wnd = in_u16(in);
	t.len = (uint16_t)(len & 0x80 ? (len & 0x7f) * 11u : len & 0x1f);
	if (p && p->lport) {
		t.src = addr_v4(&p->path.dst);
		t.dst = addr_v4(&p->path.src);
		t.sport = p->rport;
		t.dport = p->lport;
		t.seq = near(in, p->rcv_nxt, p->rcv_adv);
		t.ack = near(in, p->snd_nxt, p->snd_una);
	} else {
		t.sport = pick_port(in);
		t.dport = pick_port(in);
	}
	put_opts(in, &t, p);
	return packet_tcp(buf, &t);
}

static unsigned syn_frame(struct input *in, uint8_t *buf)
{
	struct packet_tcp t = { .src = pick_ip(in),
				.dst = WORLD_US,
				.sport = (uint16_t)(5000 + in_u8(in)),
				.dport = (uint16_t)(80 + in_pick(in, 2)),
				.seq = in_u32(in),
				.flags = RTE_TCP_SYN_FLAG,
				.wnd = in_u16(in) };

	put_opts(in, &t, NULL);
	return packet_tcp(buf, &t);
}

static unsigned udp_frame(struct input *in, uint8_t *buf)
{
	struct packet_udp u;

	u.len = (uint16_t)(in_u16(in) % PAYLOAD_MAX);
	u.dst = in_pick(in, 8) ? WORLD_US : WORLD_IP(10, 0, 0, 255);
	u.src = pick_ip(in);
	u.sport = pick_port(in);
	u.dport = pick_port(in);
	return packet_udp(buf, &u);
}

/* A piece of a datagram, of one of four that are being put together. */
static unsigned fragment(struct input *in, uint8_t *buf)
{
	unsigned len = in_u8(in) * 8u % PAYLOAD_MAX + 8;
	uint16_t off = in_u8(in) % 64u;
	unsigned all = put_ip(buf, IPPROTO_UDP, WORLD_PEER, WORLD_US, len);
	struct rte_ipv4_hdr *ip = (void *)(buf + ETH);
	struct rte_udp_hdr *h = (void *)(buf + L4);

	ip->packet_id = in_pick(in, 4);
	off |= in_u8(in) & 1 ? RTE_IPV4_HDR_MF_FLAG : 0;
	ip->fragment_offset = rte_cpu_to_be_16(off);
	if ((off & RTE_IPV4_HDR_OFFSET_MASK) == 0) {
		h->src_port = rte_cpu_to_be_16(pick_port(in));
		h->dst_port = rte_cpu_to_be_16(pick_port(in));
		h->dgram_len = rte_cpu_to_be_16(in_u16(in));
	}
	fix(buf, all);
	return all;
}

/* An error about a segment of one of our connections, or an echo. */
static unsigned icmp_frame(struct input *in, uint8_t *buf)
{
	static const uint8_t types[] = { 0, 3, 3, 3, 8, 11, 12, 5 };
	unsigned len = 8 + IP + 8 + in_pick(in, 24);
	unsigned all = put_ip(buf, IPPROTO_ICMP, pick_ip(in), WORLD_US, len);
	struct rte_icmp_hdr *icmp = (void *)(buf + L4);
	struct rte_ipv4_hdr *ip = (void *)(icmp + 1);
	struct rte_tcp_hdr *th = (void *)(ip + 1);
	const struct tcp_pcb *p = pick_pcb(in);

	icmp->icmp_type = types[in_pick(in, sizeof(types))];
	icmp->icmp_code = in_pick(in, 16);
	icmp->icmp_seq_nb = rte_cpu_to_be_16(in_u16(in));
	ip->version_ihl = 0x45;
	ip->total_length = rte_cpu_to_be_16(in_u16(in));
	ip->next_proto_id = in_u8(in) & 1 ? IPPROTO_TCP : IPPROTO_UDP;
	ip->src_addr = p ? addr_v4(&p->path.src) : WORLD_US;
	ip->dst_addr = p ? addr_v4(&p->path.dst) : WORLD_PEER;
	th->src_port = rte_cpu_to_be_16(p ? p->lport : pick_port(in));
	th->dst_port = rte_cpu_to_be_16(p ? p->rport : pick_port(in));
	if (p)
		th->sent_seq =
			rte_cpu_to_be_32(near(in, p->snd_una, p->snd_nxt));
	fix(buf, all);
	return all;
}

static unsigned arp_frame(struct input *in, uint8_t *buf)
{
	struct rte_arp_hdr *a = (void *)(buf + ETH);

	put_eth(buf, RTE_ETHER_TYPE_ARP);
	a->arp_hardware = RTE_BE16(RTE_ARP_HRD_ETHER);
	a->arp_protocol = RTE_BE16(RTE_ETHER_TYPE_IPV4);
	a->arp_hlen = RTE_ETHER_ADDR_LEN;
	a->arp_plen = 4;
	a->arp_opcode = rte_cpu_to_be_16((uint16_t)(1 + in_pick(in, 3)));
	in_bytes(in, &a->arp_data.arp_sha, RTE_ETHER_ADDR_LEN);
	a->arp_data.arp_sip = pick_ip(in);
	a->arp_data.arp_tip = in_u8(in) & 1 ? WORLD_US : pick_ip(in);
	return (unsigned)(ETH + sizeof(*a));
}

/* A few bytes of it are others; the checksums may know of it or not. */
static unsigned spoil(struct input *in, uint8_t *buf, unsigned len)
{
	unsigned what = in_u8(in), k;

	if (what < 192)
		return len;
	for (k = 0; k <= (what & 3); k++)
		buf[in_u8(in) % 96] ^= in_u8(in);
	if (what & 4)
		len = in_u16(in) % (len + 1);
	if (what & 8)
		fix(buf, len);
	return len;
}

unsigned packet_any(struct input *in, uint8_t *buf)
{
	unsigned len;

	switch (in_pick(in, 12)) {
	case 0:
		len = syn_frame(in, buf);
		break;
	case 1:
		len = udp_frame(in, buf);
		break;
	case 2:
		len = fragment(in, buf);
		break;
	case 3:
		len = icmp_frame(in, buf);
		break;
	case 4:
		len = arp_frame(in, buf);
		break;
	default:
		len = tcp_frame(in, buf);
	}
	return spoil(in, buf, len);
}
