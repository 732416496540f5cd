// SPDX-License-Identifier: MIT
/*
 * peer.c - the machine at the other end of a wire that loses nothing
 */
#include "bench/replay/peer.h"

#include <arpa/inet.h>
#include <net/ethernet.h>
#include <netinet/if_ether.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <string.h>

#define FIRST_PORT 20000 /* of connection 0 */
#define FIRST_SEQ 0xffffff00u
#define WINDOW 65535
#define MSS 1460
#define SYN_PAUSE 64 /* calls: the server does not listen yet */
#define ETH sizeof(struct ether_header)
#define HEADERS (ETH + sizeof(struct iphdr) + sizeof(struct tcphdr))

size_t peer_size(uint32_t nconns)
{
	return sizeof(struct peer) + nconns * sizeof(struct peer_conn);
}

void peer_init(struct peer *p)
{
	static const uint8_t mac[6] = { 2, 'i', 'x', 'p', 'e', 'r' };
	uint32_t i;

	memcpy(p->mac, mac, sizeof(mac));
	p->phase = PEER_PRELOAD;
	p->limit = p->trace.preload;
	for (i = 0; i < p->nconns; i++) {
		p->conn[i].sent = p->conn[i].answered = i;
		p->conn[i].snd_nxt = FIRST_SEQ;
	}
}

/*
 * Output
 */
static void ethernet(const struct peer *p, uint8_t *frame, uint16_t type)
{
	struct ether_header eth = { .ether_type = htons(type) };

	memcpy(eth.ether_dhost, p->server_mac, sizeof(eth.ether_dhost));
	memcpy(eth.ether_shost, p->mac, sizeof(eth.ether_shost));
	memcpy(frame, &eth, sizeof(eth));
}

static size_t arp_reply(struct peer *p, uint8_t *frame)
{
	struct ether_arp a = {
		.arp_hrd = htons(ARPHRD_ETHER),
		.arp_pro = htons(ETHERTYPE_IP),
		.arp_hln = 6,
		.arp_pln = 4,
		.arp_op = htons(ARPOP_REPLY),
	};

	p->arp_due = false;
	memcpy(a.arp_sha, p->mac, sizeof(a.arp_sha));
	memcpy(a.arp_spa, p->ip, sizeof(a.arp_spa));
	memcpy(a.arp_tha, p->server_mac, sizeof(a.arp_tha));
	memcpy(a.arp_tpa, p->server_ip, sizeof(a.arp_tpa));
	ethernet(p, frame, ETHERTYPE_ARP);
	memcpy(frame + ETH, &a, sizeof(a));
	return ETH + sizeof(a);
}

/* Headers of a segment with len bytes behind them (options included). */
static size_t segment(const struct peer *p, const struct peer_conn *c,
		      uint8_t *frame, uint8_t flags, unsigned options,
		      size_t len)
{
	struct iphdr ip = {
		.version = 4,
		.ihl = 5,
		.tot_len = htons((uint16_t)(HEADERS - ETH + len)),
		.frag_off = htons(IP_DF),
		.ttl = 64,
		.protocol = IPPROTO_TCP,
	};
	struct tcphdr tcp = {
		.th_sport = htons((uint16_t)(FIRST_PORT + (c - p->conn))),
		.th_dport = htons(p->port),
		.th_seq = htonl(c->snd_nxt),
		.th_ack = htonl(c->rcv_nxt),
		.th_off = (uint8_t)((sizeof(tcp) + options) / 4) & 15,
		.th_flags = flags,
		.th_win = htons(WINDOW),
	};

	memcpy(&ip.saddr, p->ip, sizeof(ip.saddr));
	memcpy(&ip.daddr, p->server_ip, sizeof(ip.daddr));
	ethernet(p, frame, ETHERTYPE_IP);
	memcpy(frame + ETH, &ip, sizeof(ip));
	memcpy(frame + ETH + sizeof(ip), &tcp, sizeof(tcp));
	return HEADERS + len;
}

static size_t syn(struct peer *p, struct peer_conn *c, uint8_t *frame)
{
	static const uint8_t mss[4] = { TCPOPT_MAXSEG, TCPOLEN_MAXSEG, MSS >> 8,
					MSS & 255 };
	size_t len = segment(p, c, frame, TH_SYN, sizeof(mss), sizeof(mss));

	memcpy(frame + HEADERS, mss, sizeof(mss));
	c->state = PEER_SYN_SENT;
	c->snd_nxt++;
	return len;
}

/* As many requests as may be under way, in one segment. */
static size_t requests(struct peer *p, struct peer_conn *c, uint8_t *to)
{
	size_t len = 0;

	while (c->sent < p->limit &&
	       c->sent < c->answered + p->depth * p->nconns) {
		const struct trace_req *r = &p->trace.req[c->sent];

		if (len + r->text_len > MSS)
			break;
		memcpy(to + len, r->text, r->text_len);
		len += r->text_len;
		c->sent += p->nconns;
	}
	return len;
}

static size_t conn_output(struct peer *p, struct peer_conn *c, uint8_t *frame)
{
	size_t len;

	if (c->state == PEER_CLOSED)
		return c->pause ? c->pause--, 0 : syn(p, c, frame);
	if (c->state == PEER_RESET) {
		c->state = PEER_GONE;
		return segment(p, c, frame, TH_RST | TH_ACK, 0, 0);
	}
	if (c->state != PEER_OPEN)
		return 0;
	len = requests(p, c, frame + HEADERS);
	if (!len && !c->ack_due)
		return 0;
	c->ack_due = false;
	segment(p, c, frame, TH_ACK | (len ? TH_PUSH : 0), 0, len);
	c->snd_nxt += (uint32_t)len;
	return HEADERS + len;
}

size_t peer_output(struct peer *p, uint8_t frame[PEER_FRAME])
{
	size_t len = p->known && p->arp_due ? arp_reply(p, frame) : 0;
	uint32_t i;

	for (i = 0; i < p->nconns && p->known && !len; i++) {
		len = conn_output(p, &p->conn[p->turn], frame);
		p->turn = (p->turn + 1) % p->nconns;
	}
	p->frames_out += len > 0;
	return len;
}

/*
 * Input
 */
static void arp(struct peer *p, const uint8_t *data, size_t len)
{
	struct ether_arp a;

	if (len < sizeof(a))
		return;
	memcpy(&a, data, sizeof(a));
	memcpy(p->server_mac, a.arp_sha, sizeof(p->server_mac));
	memcpy(p->server_ip, a.arp_spa, sizeof(p->server_ip));
	memcpy(p->ip, a.arp_spa, sizeof(p->ip));
	p->ip[3] = p->server_ip[3] == 1 ? 2 : 1;
	p->known = true;
	if (ntohs(a.arp_op) == ARPOP_REQUEST &&
	    memcmp(a.arp_tpa, p->ip, sizeof(p->ip)) == 0)
		p->arp_due = true;
}

static void next_phase(struct peer *p)
{
	static const enum peer_phase next[] = { PEER_WARMUP, PEER_MEASURED,
						PEER_DONE, PEER_DONE };

	while (p->phase != PEER_DONE && p->answered == p->limit) {
		p->phase = next[p->phase];
		p->limit = p->phase == PEER_WARMUP ?
				   p->trace.preload + p->warmup :
				   p->trace.n;
	}
}

/* The next len bytes of the stream of answers. */
static void answers(struct peer *p, struct peer_conn *c, const uint8_t *data,
		    size_t len)
{
	const struct trace_req *r;
	size_t n;

	while (len) {
		if (c->answered >= c->sent) { /* nothing was asked */
			p->wrong++;
			return;
		}
		r = &p->trace.req[c->answered];
		n = r->answer_len - c->got;
		if (n > len)
			n = len;
		p->wrong += memcmp(data, r->answer + c->got, n) != 0;
		data += n;
		len -= n;
		c->got += (uint32_t)n;
		if (c->got < r->answer_len)
			return;
		c->got = 0;
		c->answered += p->nconns;
		p->answered++;
	}
}

static void established(struct peer *p, struct peer_conn *c,
			const struct tcphdr *tcp, const uint8_t *data,
			size_t len)
{
	if (ntohl(tcp->th_ack) != c->snd_nxt)
		p->wrong += ntohl(tcp->th_ack) - c->snd_nxt < 1u << 31;
	if (tcp->th_flags & TH_FIN && p->phase == PEER_DONE)
		c->state = PEER_RESET;
	else if (tcp->th_flags & (TH_SYN | TH_FIN))
		p->wrong++;
	if (!len)
		return;
	if (ntohl(tcp->th_seq) != c->rcv_nxt) {
		p->wrong++;
		return;
	}
	c->rcv_nxt += (uint32_t)len;
	c->ack_due = true;
	answers(p, c, data, len);
	next_phase(p);
}

/* Nobody listens yet: once more, later. */
static void refused(struct peer *p, struct peer_conn *c)
{
	if (p->phase == PEER_DONE) {
		c->state = PEER_GONE;
		return;
	}
	p->wrong += c->state == PEER_OPEN;
	c->state = PEER_CLOSED;
	c->pause = SYN_PAUSE;
	c->snd_nxt = FIRST_SEQ;
}

static void tcp_input(struct peer *p, const struct tcphdr *tcp,
		      const uint8_t *data, size_t len)
{
	uint32_t id = (uint32_t)ntohs(tcp->th_dport) - FIRST_PORT;
	struct peer_conn *c = &p->conn[id];

	if (id >= p->nconns || ntohs(tcp->th_sport) != p->port) {
		p->wrong++;
	} else if (tcp->th_flags & TH_RST) {
		refused(p, c);
	} else if (c->state == PEER_OPEN) {
		established(p, c, tcp, data, len);
	} else if (c->state == PEER_SYN_SENT &&
		   (tcp->th_flags & (TH_SYN | TH_ACK)) == (TH_SYN | TH_ACK)) {
		c->rcv_nxt = ntohl(tcp->th_seq) + 1;
		c->state = PEER_OPEN;
		c->ack_due = true;
	}
}

static void ip_input(struct peer *p, const uint8_t *data, size_t len)
{
	struct tcphdr tcp;
	struct iphdr ip;
	size_t head;

	if (len < sizeof(ip) + sizeof(tcp))
		return;
	memcpy(&ip, data, sizeof(ip));
	memcpy(&tcp, data + sizeof(ip), sizeof(tcp));
	head = sizeof(ip) + tcp.th_off * 4u;
	if (ip.protocol != IPPROTO_TCP || ip.ihl != 5 ||
	    ntohs(ip.tot_len) > len || head > ntohs(ip.tot_len))
		p->wrong++;
	else
		tcp_input(p, &tcp, data + head, ntohs(ip.tot_len) - head);
}

void peer_input(struct peer *p, const uint8_t *frame, size_t len)
{
	struct ether_header eth;

	p->frames_in++;
	if (len < sizeof(eth))
		return;
	memcpy(&eth, frame, sizeof(eth));
	if (ntohs(eth.ether_type) == ETHERTYPE_ARP)
		arp(p, frame + sizeof(eth), len - sizeof(eth));
	else if (ntohs(eth.ether_type) == ETHERTYPE_IP)
		ip_input(p, frame + sizeof(eth), len - sizeof(eth));
}
