// SPDX-License-Identifier: MIT
/*
 * echo.c - open a device and answer ARP and ICMP echo on it
 *
 *	drv_echo SPEC [-i IP] [-k KERNEL_IP/LEN] [-m MTU] [-q QUEUES]
 *		[-t SECONDS] [-p PEER_IP] [-f] [-s] [-w] [-n] [-b FD_BASE]
 *
 * -p: ping PEER_IP instead, and exit 0 if it answers. -f: a child drives and
 * its parent ends. -s: send each answer in two segments. -w: sleep on the
 * device's descriptor. -n: no hugepages.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <rte_arp.h>
#include <rte_icmp.h>
#include <rte_ip.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "drv/drv.h"

#define MAXQ 4
#define POOL 4096
#define MEM_MB 128

static struct opts {
	struct drv_spec spec;
	uint32_t ip, peer;
	uint16_t queues;
	int seconds, fork, split, wait, no_huge, fd_base;
} opt = { .queues = 1, .seconds = 5, .fd_base = 512 };

static struct rte_mempool *pools[MAXQ];
static struct drv_dev *dev;
static uint8_t peer_mac[6];
static unsigned answered, sent, wakes;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int arp(struct rte_mbuf *m)
{
	struct rte_ether_hdr *e = rte_pktmbuf_mtod(m, struct rte_ether_hdr *);
	struct rte_arp_hdr *a = (struct rte_arp_hdr *)(e + 1);
	const struct rte_ether_addr *mac = &drv_info(dev)->mac;

	if (a->arp_data.arp_tip != opt.ip)
		return 0;
	memcpy(peer_mac, &a->arp_data.arp_sha, 6);
	if (a->arp_opcode != htons(RTE_ARP_OP_REQUEST))
		return 0;
	a->arp_opcode = htons(RTE_ARP_OP_REPLY);
	a->arp_data.arp_tip = a->arp_data.arp_sip;
	a->arp_data.arp_tha = a->arp_data.arp_sha;
	a->arp_data.arp_sip = opt.ip;
	a->arp_data.arp_sha = *mac;
	e->dst_addr = e->src_addr;
	e->src_addr = *mac;
	return 1;
}

static uint16_t icmp_sum(const struct rte_icmp_hdr *h, size_t len)
{
	return (uint16_t)~rte_raw_cksum(h, len);
}

static int ping(struct rte_mbuf *m)
{
	struct rte_ether_hdr *e = rte_pktmbuf_mtod(m, struct rte_ether_hdr *);
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)(e + 1);
	struct rte_icmp_hdr *h = (struct rte_icmp_hdr *)(ip + 1);
	size_t len = ntohs(ip->total_length) - sizeof(*ip);

	if (ip->dst_addr != opt.ip || ip->next_proto_id != IPPROTO_ICMP)
		return 0;
	if (icmp_sum(h, len) != 0 && !(ip->fragment_offset & htons(0x3fff)))
		fprintf(stderr, "bad sum\n");
	if (h->icmp_type == RTE_IP_ICMP_ECHO_REPLY)
		answered++;
	if (h->icmp_type != RTE_IP_ICMP_ECHO_REQUEST)
		return 0;
	h->icmp_type = RTE_IP_ICMP_ECHO_REPLY;
	h->icmp_cksum = 0;
	h->icmp_cksum = icmp_sum(h, len);
	ip->dst_addr = ip->src_addr;
	ip->src_addr = opt.ip;
	e->dst_addr = e->src_addr;
	e->src_addr = drv_info(dev)->mac;
	return 1;
}

/* Move the second half of a frame into an mbuf of its own. */
static void split(struct rte_mbuf *m, uint16_t q)
{
	struct rte_mbuf *t = rte_pktmbuf_alloc(pools[q]);
	uint16_t half = m->data_len / 2;

	if (!t)
		return;
	memcpy(rte_pktmbuf_append(t, (uint16_t)(m->data_len - half)),
	       rte_pktmbuf_mtod_offset(m, char *, half), m->data_len - half);
	m->data_len = half;
	m->pkt_len = half;
	rte_pktmbuf_chain(m, t);
}

static unsigned serve(uint16_t q)
{
	struct rte_mbuf *in[64], *out[64];
	uint16_t i, n = drv_rx(dev, q, 0, in, 64), nout = 0;

	for (i = 0; i < n; i++) {
		struct rte_ether_hdr *e =
			rte_pktmbuf_mtod(in[i], struct rte_ether_hdr *);
		int answer = e->ether_type == htons(RTE_ETHER_TYPE_ARP) ?
				     arp(in[i]) :
			     e->ether_type == htons(RTE_ETHER_TYPE_IPV4) ?
				     ping(in[i]) :
				     0;

		if (!answer) {
			rte_pktmbuf_free(in[i]);
			continue;
		}
		if (opt.split)
			split(in[i], q);
		out[nout++] = in[i];
	}
	if (nout)
		drv_tx(dev, q, out, nout);
	return n;
}

static void *frame(struct rte_mbuf *m, uint16_t len, uint16_t type)
{
	struct rte_ether_hdr *e =
		(void *)rte_pktmbuf_append(m, (uint16_t)(len + sizeof(*e)));

	memset(e, 0, len + sizeof(*e));
	memset(&e->dst_addr, 0xff, 6);
	if (type == RTE_ETHER_TYPE_IPV4)
		memcpy(&e->dst_addr, peer_mac, 6);
	e->src_addr = drv_info(dev)->mac;
	e->ether_type = htons(type);
	return e + 1;
}

static void send_arp(void)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(pools[0]);
	struct rte_arp_hdr *a = frame(m, sizeof(*a), RTE_ETHER_TYPE_ARP);

	a->arp_hardware = htons(1);
	a->arp_protocol = htons(RTE_ETHER_TYPE_IPV4);
	a->arp_hlen = 6;
	a->arp_plen = 4;
	a->arp_opcode = htons(RTE_ARP_OP_REQUEST);
	a->arp_data.arp_sha = drv_info(dev)->mac;
	a->arp_data.arp_sip = opt.ip;
	a->arp_data.arp_tip = opt.peer;
	drv_tx(dev, 0, &m, 1);
}

static void send_ping(void)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(pools[0]);
	struct rte_ipv4_hdr *ip =
		frame(m, sizeof(*ip) + 64, RTE_ETHER_TYPE_IPV4);
	struct rte_icmp_hdr *h = (void *)(ip + 1);

	ip->version_ihl = 0x45;
	ip->total_length = htons(sizeof(*ip) + 64);
	ip->time_to_live = 64;
	ip->next_proto_id = IPPROTO_ICMP;
	ip->src_addr = opt.ip;
	ip->dst_addr = opt.peer;
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	h->icmp_type = RTE_IP_ICMP_ECHO_REQUEST;
	h->icmp_seq_nb = htons((uint16_t)++sent);
	h->icmp_cksum = icmp_sum(h, 64);
	drv_tx(dev, 0, &m, 1);
}

static void sleep_armed(void)
{
	struct pollfd p[MAXQ];
	uint16_t q;
	int armed = 1;

	for (q = 0; q < opt.queues; q++) {
		p[q].fd = drv_fd(dev, q);
		p[q].events = POLLIN;
		if (drv_arm(dev, q))
			armed = 0;
	}
	if (armed && poll(p, opt.queues, 500) > 0)
		wakes++;
	for (q = 0; q < opt.queues; q++)
		drv_disarm(dev, q);
}

static int loop(void)
{
	double end = now() + opt.seconds, next = 0;
	unsigned n;
	uint16_t q;

	while (now() < end && !(opt.peer && answered >= 20)) {
		for (n = 0, q = 0; q < opt.queues; q++) {
			drv_set_lcore(64u + q);
			n += serve(q);
		}
		if (opt.peer && now() > next) {
			if (peer_mac[0] || peer_mac[1] || peer_mac[2])
				send_ping();
			else
				send_arp();
			next = now() + 0.02;
		}
		if (!n && opt.wait && !opt.peer)
			sleep_armed();
	}
	return opt.peer && answered < 20;
}

static void report(int rc)
{
	struct drv_counters c;

	drv_counters(dev, &c);
	printf("end: rc %d rx %lu tx %lu missed %lu nombuf %lu errors %lu "
	       "kept %lu answered %u of %u, %u wakes\n",
	       rc, c.rx_packets, c.tx_packets, c.rx_missed, c.rx_nombuf,
	       c.tx_errors, c.tx_kept, answered, sent, wakes);
	fflush(stdout);
}

static int run(void)
{
	int rc, link[2];
	char c;

	if (!opt.fork) {
		rc = loop();
		report(rc);
		drv_close(dev);
		return rc;
	}
	if (pipe(link) < 0)
		return 1;
	if (fork() > 0)
		_exit(0);
	close(link[1]);
	if (read(link[0], &c, 1) != 0) /* until the parent is gone */
		return 1;
	rc = loop();
	report(rc);
	drv_close(dev);
	return rc;
}

static void parse_kernel_ip(char *text)
{
	char *slash = strchr(text, '/');

	if (slash)
		*slash++ = '\0';
	inet_pton(AF_INET, text, &opt.spec.kernel_ip);
	opt.spec.kernel_prefix = (uint8_t)(slash ? atoi(slash) : 24);
}

static int parse(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "i:k:m:q:t:p:b:fswn")) != -1) {
		switch (c) {
		case 'i':
			inet_pton(AF_INET, optarg, &opt.ip);
			break;
		case 'k':
			parse_kernel_ip(optarg);
			break;
		case 'm':
			opt.spec.mtu = (uint16_t)atoi(optarg);
			break;
		case 'q':
			opt.queues = (uint16_t)atoi(optarg);
			break;
		case 't':
			opt.seconds = atoi(optarg);
			break;
		case 'p':
			inet_pton(AF_INET, optarg, &opt.peer);
			break;
		case 'b':
			opt.fd_base = atoi(optarg);
			break;
		case 'f':
			opt.fork = 1;
			break;
		case 's':
			opt.split = 1;
			break;
		case 'w':
			opt.wait = 1;
			break;
		case 'n':
			opt.no_huge = 1;
			break;
		default:
			return 0;
		}
	}
	if (optind + 1 != argc || opt.queues > MAXQ)
		return 0;
	snprintf(opt.spec.text, sizeof(opt.spec.text), "%s", argv[optind]);
	return 1;
}

int main(int argc, char **argv)
{
	struct drv_eal_opts eo = { .mem_mb = MEM_MB };
	struct arena arena;
	char err[256] = "", name[16];
	uint16_t q;
	int rc;

	if (!parse(argc, argv))
		return 2;
	eo.fd_base = opt.fd_base;
	eo.no_huge = (uint8_t)opt.no_huge;
	rc = drv_eal_init(&eo, err, sizeof(err));
	if (rc == 0)
		rc = arena_create(&arena, "drv_echo", 1 << 24);
	drv_setup_begin();
	for (q = 0; rc == 0 && q < opt.queues; q++) {
		snprintf(name, sizeof(name), "p%u", q);
		pools[q] = rte_pktmbuf_pool_create(name, POOL, 256, 0,
						   2048 + 128, 0);
	}
	drv_setup_end();
	if (rc == 0)
		rc = drv_open(&arena, &opt.spec, opt.queues, pools, pools, 3000,
			      &dev, err, sizeof(err));
	if (rc < 0) {
		fprintf(stderr, "%s (%d)\n", err, rc);
		return 1;
	}
	printf("ready: %s driver %s kernel %s mtu %u frame %u fd %d huge %d "
	       "next fd %d\n",
	       drv_info(dev)->name, drv_info(dev)->driver,
	       drv_info(dev)->kernel_if, drv_info(dev)->mtu,
	       drv_info(dev)->max_frame, drv_fd(dev, 0), drv_eal_huge(),
	       dup(0));
	fflush(stdout);
	return run();
}
