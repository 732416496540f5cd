// SPDX-License-Identifier: MIT
/*
 * test_vnet.c - what a virtio_net_hdr says, and a tap that is fed odd ones
 */
#include <errno.h>
#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>
#include <sys/uio.h>

#include "drv/common/dev.h"
#include "drv/kind/vnet.h"
#include "util.h"

#define L4 34	   /* where TCP begins, without options of IP */
#define HEADERS 54 /* of Ethernet, IP and TCP */
#define FIELD 50   /* the checksum's place */
#define VNET_LEN 10
#define OUT_MBUFS 4095 /* more than a queue keeps */
#define PARTIAL VIRTIO_NET_HDR_F_NEEDS_CSUM
#define VALID VIRTIO_NET_HDR_F_DATA_VALID
#define TCPV4 VIRTIO_NET_HDR_GSO_TCPV4

static const struct virtio_net_hdr gso = {
	.flags = PARTIAL,
	.gso_type = TCPV4,
	.hdr_len = HEADERS,
	.gso_size = 1448,
	.csum_start = L4,
	.csum_offset = 16,
};

static uint8_t body[70000];
static struct rte_mempool *out_pool; /* outgoing frames are made of */

/* A frame of len bytes: TCP over IPv4, ihl words of IP header. */
static void fill_frame(uint8_t *b, uint32_t len, unsigned ihl)
{
	uint32_t i;

	for (i = 0; i < len; i++)
		b[i] = (uint8_t)(i * 5 + (i >> 8));
	b[12] = 8;
	b[13] = 0;
	b[14] = (uint8_t)(0x40 | ihl);
}

static struct rte_mbuf *frame(uint32_t len, unsigned ihl)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(test_rx[0]);

	fill_frame((uint8_t *)rte_pktmbuf_append(m, (uint16_t)len), len, ihl);
	return m;
}

/* What h makes of a frame: flags, or -EINVAL and nothing has changed. */
static int64_t decode(struct virtio_net_hdr h, uint32_t len, unsigned ihl)
{
	struct rte_mbuf *m = frame(len, ihl);
	uint64_t before = m->ol_flags;
	int64_t rc = vnet_to_mbuf(&h, m);

	if (rc < 0)
		assert_true(m->ol_flags == before);
	else
		rc = (int64_t)(m->ol_flags & ~before);
	if (rc >= 0 && rc & (int64_t)RTE_MBUF_F_RX_LRO)
		assert_int_equal(m->tso_segsz, h.gso_size);
	rte_pktmbuf_free(m);
	return rc;
}

#define IS(got, want) assert_true((got) == (int64_t)(want))

static void test_receive(void **state)
{
	struct virtio_net_hdr h = { 0 };

	(void)state;
	IS(decode(h, 100, 5), 0);
	h.flags = VALID;
	IS(decode(h, 100, 5), RTE_MBUF_F_RX_L4_CKSUM_GOOD);
	h = (struct virtio_net_hdr){ .flags = PARTIAL,
				     .csum_start = L4,
				     .csum_offset = 16 };
	IS(decode(h, 100, 5), RTE_MBUF_F_RX_L4_CKSUM_NONE);
	/* of something else than the packet's own transport header */
	IS(decode(h, 100, 6), 0);
	h.csum_start = 38;
	IS(decode(h, 100, 6), RTE_MBUF_F_RX_L4_CKSUM_NONE);
	IS(decode(gso, 1900, 5),
	   RTE_MBUF_F_RX_L4_CKSUM_NONE | RTE_MBUF_F_RX_LRO);
	h = gso;
	h.gso_type |= VIRTIO_NET_HDR_GSO_ECN;
	IS(decode(h, 1900, 5), RTE_MBUF_F_RX_L4_CKSUM_NONE | RTE_MBUF_F_RX_LRO);
}

static void test_receive_nonsense(void **state)
{
	struct virtio_net_hdr h = { .flags = PARTIAL, .csum_start = L4 };
	unsigned type;

	(void)state;
	h.csum_offset = 100 - L4 - 1; /* its last byte lies behind the end */
	IS(decode(h, 100, 5), -EINVAL);
	h.csum_offset--;
	IS(decode(h, 100, 5), RTE_MBUF_F_RX_L4_CKSUM_NONE);
	h.csum_offset = UINT16_MAX;
	h.csum_start = UINT16_MAX;
	IS(decode(h, 100, 5), -EINVAL);
	h.csum_offset = 16;
	h.csum_start = 13; /* inside of the Ethernet header */
	IS(decode(h, 100, 5), -EINVAL);
	for (type = 1; type < 128; type++) {
		h = gso;
		h.gso_type = (uint8_t)type;
		if (type != TCPV4)
			IS(decode(h, 1900, 5), -EINVAL);
	}
	h = gso;
	h.gso_size = 0;
	IS(decode(h, 1900, 5), -EINVAL);
	h = gso;
	h.csum_start = L4 + 50; /* segments inside of a tunnel */
	IS(decode(h, 1900, 5), -EINVAL);
	h = gso;
	h.flags = 0; /* who cuts needs to know where the checksum is */
	IS(decode(h, 1900, 5), -EINVAL);
	/* no room for an IPv4 header: nothing is where it is said to be */
	h = (struct virtio_net_hdr){ .flags = PARTIAL, .csum_start = 14 };
	IS(decode(h, 16, 5), 0);
	IS(decode(h, 15, 5), -EINVAL);
}

/* A TCP packet of payload bytes as net/ gives it away. */
static struct rte_mbuf *outgoing(uint32_t payload, uint64_t flags)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(out_pool), *s = m;
	uint32_t left = payload + HEADERS, part;
	uint8_t *from = body;

	fill_frame(body, left, 5);
	body[FIELD] = 0x12;
	body[FIELD + 1] = 0x34;
	for (;; s = s->next) {
		part = RTE_MIN(left, (uint32_t)rte_pktmbuf_tailroom(s));
		memcpy(rte_pktmbuf_mtod(s, char *), from, part);
		s->data_len = (uint16_t)part;
		from += part;
		left -= part;
		if (!left)
			break;
		s->next = rte_pktmbuf_alloc(out_pool);
		m->nb_segs++;
	}
	m->pkt_len = payload + HEADERS;
	m->ol_flags |= flags;
	m->l2_len = 14;
	m->l3_len = 20;
	m->l4_len = 20;
	m->tso_segsz = 1448;
	return m;
}

static void test_send(void **state)
{
	struct virtio_net_hdr h;
	struct rte_mbuf *m;

	(void)state;
	m = outgoing(100, 0);
	vnet_from_mbuf(&h, m);
	assert_int_equal(h.flags | h.gso_type | h.csum_start, 0);
	rte_pktmbuf_free(m);

	m = outgoing(100, RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_TCP_CKSUM);
	vnet_from_mbuf(&h, m);
	assert_int_equal(h.flags, PARTIAL);
	assert_int_equal(h.csum_start, L4);
	assert_int_equal(h.csum_offset, 16);
	assert_int_equal(h.gso_type, VIRTIO_NET_HDR_GSO_NONE);
	assert_memory_equal(rte_pktmbuf_mtod_offset(m, char *, FIELD),
			    "\x12\x34", 2);
	rte_pktmbuf_free(m);

	m = outgoing(100, RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_UDP_CKSUM);
	vnet_from_mbuf(&h, m);
	assert_int_equal(h.csum_offset, 6);
	rte_pktmbuf_free(m);

	m = outgoing(3000, RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_TCP_SEG);
	vnet_from_mbuf(&h, m);
	assert_memory_equal(&h, &gso, sizeof(h));
	/* 0x1234 + 3020, the length with the header */
	assert_memory_equal(rte_pktmbuf_mtod_offset(m, char *, FIELD),
			    "\x1e\x00", 2);
	rte_pktmbuf_free(m);
}

/* The sum wraps around as sums of this kind do. */
static void test_send_carry(void **state)
{
	struct rte_mbuf *m =
		outgoing(60000, RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_TCP_SEG);
	uint8_t *sum = rte_pktmbuf_mtod_offset(m, uint8_t *, FIELD);
	struct virtio_net_hdr h;

	(void)state;
	sum[0] = 0xff;
	sum[1] = 0xfe;
	vnet_from_mbuf(&h, m);
	/* 0xfffe + 60020 = 0x1ea72: 0xea73 */
	assert_memory_equal(sum, "\xea\x73", 2);
	rte_pktmbuf_free(m);
}

/*
 * A tap whose kernel is a socket of ours
 */
static struct drv_dev *dev;
static int kernel;

static int open_tap(void **state)
{
	int fd[2], size = 1 << 20;

	(void)state;
	if (access("/dev/net/tun", R_OK | W_OK) < 0 ||
	    test_open("tap:dvv", 1, &dev) < 0)
		return 0;
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, fd),
			 0);
	assert_int_equal(setsockopt(fd[0], SOL_SOCKET, SO_SNDBUF, &size,
				    sizeof(size)),
			 0);
	assert_int_equal(setsockopt(fd[1], SOL_SOCKET, SO_SNDBUF, &size,
				    sizeof(size)),
			 0);
	assert_true(dup2(fd[0], dev->queue[0].fd) >= 0);
	close(fd[0]);
	kernel = fd[1];
	return 0;
}

static int close_tap(void **state)
{
	(void)state;
	if (!dev)
		return 0;
	close(kernel);
	drv_close(dev);
	dev = NULL;
	return rte_mempool_avail_count(test_rx[0]) != POOL_MBUFS ||
	       rte_mempool_avail_count(out_pool) != OUT_MBUFS;
}

static void need_tap(void)
{
	if (!dev) {
		printf("skipped: no tap (%s)\n", test_err);
		skip();
	}
}

static void kernel_sends(const struct virtio_net_hdr *h, uint32_t len)
{
	struct iovec iov[2] = { { (void *)(uintptr_t)h, sizeof(*h) },
				{ body, len } };

	assert_int_equal(writev(kernel, iov, 2), VNET_LEN + len);
}

static void is_body(const struct rte_mbuf *m, uint32_t len)
{
	static uint8_t copy[70000];
	const void *data;

	assert_int_equal(m->pkt_len, len);
	rte_mbuf_sanity_check(m, 1);
	data = rte_pktmbuf_read(m, 0, len, copy);
	assert_memory_equal(data, body, len);
}

static void test_tap_receives_large(void **state)
{
	static const uint32_t size[] = { 66,   2047,  2048, 2049, 4096,
					 4097, 65549, 54,   65549 };
	struct rte_mbuf *m[2];
	unsigned i;

	(void)state;
	need_tap();
	for (i = 0; i < RTE_DIM(size); i++) {
		fill_frame(body, size[i], 5);
		kernel_sends(&gso, size[i]);
		assert_int_equal(drv_rx(dev, 0, 3, m, 2), 1);
		is_body(m[0], size[i]);
		assert_int_equal(m[0]->port, 3);
		assert_int_equal(m[0]->nb_segs, (size[i] + 2047) / 2048);
		assert_true(m[0]->ol_flags & RTE_MBUF_F_RX_LRO);
		rte_pktmbuf_free(m[0]);
	}
}

/* Counted, dropped, and what comes behind them is received. */
static void test_tap_is_fed_nonsense(void **state)
{
	struct virtio_net_hdr bad = gso, fine = { 0 };
	struct drv_counters c;
	struct rte_mbuf *m[8];

	(void)state;
	need_tap();
	fill_frame(body, 9000, 5);
	bad.gso_size = 0;
	kernel_sends(&bad, 9000);
	kernel_sends(&fine, 60);
	bad = gso;
	bad.csum_start = 9000;
	kernel_sends(&bad, 9000);
	kernel_sends(&gso, 9000);
	assert_int_equal(drv_rx(dev, 0, 0, m, 8), 2);
	is_body(m[0], 60);
	assert_int_equal(m[0]->nb_segs, 1);
	assert_false(m[0]->ol_flags &
		     (RTE_MBUF_F_RX_LRO | RTE_MBUF_F_RX_L4_CKSUM_MASK));
	is_body(m[1], 9000);
	rte_pktmbuf_free(m[0]);
	rte_pktmbuf_free(m[1]);
	/* shorter than its header, and no more than that */
	assert_int_equal(write(kernel, &fine, VNET_LEN - 1), VNET_LEN - 1);
	kernel_sends(&fine, 0);
	drv_counters(dev, &c);
	assert_int_equal(c.rx_bad, 2);
	assert_int_equal(c.rx_packets, 2);
	assert_int_equal(drv_rx(dev, 0, 0, m, 8), 1);
	drv_counters(dev, &c);
	assert_int_equal(c.rx_bad, 3);
	assert_int_equal(m[0]->pkt_len, 0);
	rte_pktmbuf_free(m[0]);
}

/* Without mbufs the frames stay where they are. */
static void test_tap_without_mbufs(void **state)
{
	static struct rte_mbuf *all[POOL_MBUFS + 1];
	struct drv_counters c;
	struct rte_mbuf *m;
	unsigned k = 0;

	(void)state;
	need_tap();
	fill_frame(body, 9000, 5);
	kernel_sends(&gso, 9000);
	while ((all[k] = rte_pktmbuf_alloc(test_rx[0])))
		k++;
	assert_int_equal(drv_rx(dev, 0, 0, &m, 1), 0);
	drv_counters(dev, &c);
	assert_int_equal(c.rx_nombuf, 1);
	while (k)
		rte_pktmbuf_free(all[--k]);
	assert_int_equal(drv_rx(dev, 0, 0, &m, 1), 1);
	is_body(m, 9000);
	rte_pktmbuf_free(m);
}

/* A burst ends when it is large enough, whatever the bound of frames. */
static void test_tap_burst_is_bounded(void **state)
{
	struct rte_mbuf *m[16];
	unsigned i, first, rest;

	(void)state;
	need_tap();
	fill_frame(body, 65549, 5);
	for (i = 0; i < 6; i++)
		kernel_sends(&gso, 65549);
	first = drv_rx(dev, 0, 0, m, 16);
	assert_int_equal(first, 4);
	rest = drv_rx(dev, 0, 0, m + first, 16);
	assert_int_equal(rest, 2);
	for (i = 0; i < 6; i++)
		rte_pktmbuf_free(m[i]);
}

static void test_tap_sends_large(void **state)
{
	static uint8_t got[70000];
	struct rte_mbuf *m;
	struct drv_counters c;

	(void)state;
	need_tap();
	m = outgoing(65455, RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_TCP_SEG);
	assert_int_equal(drv_tx(dev, 0, &m, 1), 0);
	assert_int_equal(read(kernel, got, sizeof(got)),
			 VNET_LEN + HEADERS + 65455);
	assert_memory_equal(got, &gso, VNET_LEN);
	assert_memory_equal(got + VNET_LEN, body, FIELD);
	/* 0x1234 + 65475 = 0x111f7: 0x11f8 */
	assert_memory_equal(got + VNET_LEN + FIELD, "\x11\xf8", 2);
	assert_memory_equal(got + VNET_LEN + FIELD + 2, body + FIELD + 2,
			    65455 + HEADERS - FIELD - 2);
	drv_counters(dev, &c);
	assert_int_equal(c.tx_bytes, 65455 + HEADERS);
	assert_int_equal(c.tx_errors, 0);
}

/* What the kernel does not take at once is sent later, as it was. */
static void test_tap_is_full(void **state)
{
	static uint8_t got[70000];
	struct rte_mbuf *m;
	unsigned sent = 0, seen = 0;

	(void)state;
	need_tap();
	do {
		m = outgoing(40000, RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_TCP_SEG);
		assert_int_equal(drv_tx(dev, 0, &m, 1), 0);
		sent++;
	} while (!drv_tx_backlog(dev, 0) && sent < 1000);
	assert_int_equal(drv_tx_backlog(dev, 0), 1);
	while (read(kernel, got, sizeof(got)) > 0 || drv_tx_backlog(dev, 0)) {
		drv_tx(dev, 0, NULL, 0);
		/* 0x1234 + 40020 = 0xae88, added once */
		assert_memory_equal(got + VNET_LEN + FIELD, "\xae\x88", 2);
		seen++;
	}
	assert_int_equal(seen, sent);
}

/* Large frames that nobody takes do not use up the pool. */
static void test_tap_keeps_no_more(void **state)
{
	struct rte_mbuf *m;
	unsigned i, dropped = 0;

	(void)state;
	need_tap();
	for (i = 0; i < 1000 && !dropped; i++) {
		m = outgoing(14000, RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_TCP_SEG);
		assert_int_equal(m->nb_segs, 7);
		dropped = drv_tx(dev, 0, &m, 1);
	}
	assert_int_equal(dropped, 1);
	assert_int_equal(drv_tx_backlog(dev, 0), DRV_KEEP_SEGS / 7);
	while (drv_tx_backlog(dev, 0)) {
		assert_true(read(kernel, body, sizeof(body)) > 0);
		drv_tx(dev, 0, NULL, 0);
	}
}

static void test_tap_no_headroom(void **state)
{
	struct rte_mbuf *m[2] = { outgoing(10, 0), outgoing(10, 0) };
	uint8_t got[200];

	(void)state;
	need_tap();
	m[0]->data_off = VNET_LEN - 1;
	assert_int_equal(drv_tx(dev, 0, m, 2), 1);
	assert_int_equal(read(kernel, got, sizeof(got)),
			 VNET_LEN + HEADERS + 10);
	assert_true(read(kernel, got, sizeof(got)) < 0);
}

#define TAP_TEST(f) cmocka_unit_test_setup_teardown(f, open_tap, close_tap)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_receive),
		cmocka_unit_test(test_receive_nonsense),
		cmocka_unit_test(test_send),
		cmocka_unit_test(test_send_carry),
		TAP_TEST(test_tap_receives_large),
		TAP_TEST(test_tap_is_fed_nonsense),
		TAP_TEST(test_tap_without_mbufs),
		TAP_TEST(test_tap_burst_is_bounded),
		TAP_TEST(test_tap_sends_large),
		TAP_TEST(test_tap_is_full),
		TAP_TEST(test_tap_keeps_no_more),
		TAP_TEST(test_tap_no_headroom),
	};

	test_netns();
	if (test_eal() < 0) {
		printf("skipped: %s\n", test_err);
		return 77;
	}
	drv_setup_begin();
	out_pool =
		rte_pktmbuf_pool_create("out", OUT_MBUFS, 64, 0, 2048 + 128, 0);
	drv_setup_end();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
