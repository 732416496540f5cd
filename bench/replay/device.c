// SPDX-License-Identifier: MIT
/*
 * device.c - vdev:replay, a device whose other end is a peer in its own memory
 *
 *	vdev:replay,report=FILE[,connections=N][,depth=N]
 *
 * For measuring what a program and the stack cost: no kernel, no second
 * process, and no waiting, as the peer's next frame is there at once. One
 * queue. It behaves like a card that checks and computes checksums. When the
 * last answer is in, one line of JSON goes to FILE. All is in shared memory,
 * so that whoever drives the elastic thread drives the peer.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench/replay/mark.h"
#include "bench/replay/peer.h"
#include "drv/common/dev.h"
#include "drv/common/fail.h"
#include "drv/common/spec.h"

#define MTU 1500
#define FRAME_MAX (MTU + RTE_ETHER_HDR_LEN)
#define PORT 11211
#define KEYS 1000
#define WARMUP 2000 /* requests */
#define REQUESTS 10000
#define SEED 1
#define LOOP_INSTRUCTIONS 10000u
#define LOOPS 32

struct replay {
	int report;
	uint64_t begin, end; /* time stamps of the measured requests */
	uint64_t own;	     /* of these: the peer's */
	uint64_t polls, empty;
	uint64_t frames_in, frames_out; /* when they began */
	struct peer peer;		/* the last: its size varies */
};

static struct replay *replay_of(const struct drv_dev *d)
{
	return d->queue[0].ring;
}

static bool measuring(const struct replay *r)
{
	return r->begin && !r->end;
}

/* Time stamps that instructions of a known number take, undisturbed. */
static uint64_t calibrate(void)
{
	uint64_t least = UINT64_MAX, before, took;
	uint32_t i, n;

	for (i = 0; i < LOOPS; i++) {
		n = LOOP_INSTRUCTIONS / 2;
		before = mark(MARK_PEER);
		__asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(n) : : "cc");
		took = mark(MARK_PEER) - before;
		least = RTE_MIN(least, took);
	}
	return least;
}

static void report(struct replay *r)
{
	const struct peer *p = &r->peer;
	char line[512];
	int n;

	n = snprintf(line, sizeof(line),
		     "{\"requests\": %u, \"wrong\": %lu, \"cycles\": %lu, "
		     "\"peer_cycles\": %lu, \"polls\": %lu, "
		     "\"empty_polls\": %lu, \"frames_in\": %lu, "
		     "\"frames_out\": %lu, \"cycles_of_%u\": %lu}\n",
		     p->trace.n - p->trace.preload - p->warmup, p->wrong,
		     r->end - r->begin, r->own, r->polls, r->empty,
		     p->frames_in - r->frames_in, p->frames_out - r->frames_out,
		     LOOP_INSTRUCTIONS, calibrate());
	syscall(SYS_write, r->report, line, (size_t)n);
}

/* What the peer has done may have ended a phase. */
static void look(struct replay *r, uint64_t now)
{
	if (r->peer.phase == PEER_MEASURED && !r->begin) {
		r->frames_in = r->peer.frames_in;
		r->frames_out = r->peer.frames_out;
		r->begin = mark(MARK_BEGIN);
	} else if (r->peer.phase == PEER_DONE && !r->end) {
		r->end = now;
		mark(MARK_END);
		report(r);
	}
}

static struct rte_mbuf *next_frame(struct replay *r, struct rte_mempool *mp)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(mp);
	size_t len;

	if (!m)
		return NULL;
	len = peer_output(&r->peer, rte_pktmbuf_mtod(m, uint8_t *));
	if (!len) {
		rte_pktmbuf_free(m);
		return NULL;
	}
	m->data_len = (uint16_t)len;
	m->pkt_len = (uint32_t)len;
	m->ol_flags |= RTE_MBUF_F_RX_IP_CKSUM_GOOD |
		       RTE_MBUF_F_RX_L4_CKSUM_GOOD;
	return m;
}

static uint16_t replay_rx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
			  uint16_t n)
{
	struct replay *r = replay_of(d);
	uint64_t since = mark(MARK_PEER);
	uint16_t got = 0;

	while (got < n) {
		pkts[got] = next_frame(r, d->queue[q].rx_pool);
		if (!pkts[got])
			break;
		got++;
	}
	if (measuring(r)) {
		r->polls++;
		r->empty += got == 0;
		r->own += mark(MARK_STACK) - since;
	}
	return got;
}

static uint16_t replay_tx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
			  uint16_t n)
{
	struct replay *r = replay_of(d);
	uint64_t since = mark(MARK_PEER);
	uint8_t buf[PEER_FRAME];
	const void *frame;
	uint16_t i;

	(void)q;
	for (i = 0; i < n; i++) {
		frame = rte_pktmbuf_read(
			pkts[i], 0,
			RTE_MIN(pkts[i]->pkt_len, (uint32_t)sizeof(buf)), buf);
		peer_input(&r->peer, frame, pkts[i]->pkt_len);
	}
	rte_pktmbuf_free_bulk(pkts, n);
	look(r, since);
	if (measuring(r))
		r->own += mark(MARK_STACK) - RTE_MAX(since, r->begin);
	return n;
}

/*
 * Opening
 */
static int number(struct drv_ctx *ctx, const char *opts, const char *key,
		  uint32_t most, uint32_t *out)
{
	char text[16], *end;
	unsigned long v;
	int rc = spec_opt(opts, key, text, sizeof(text));

	if (rc == 0)
		return 0;
	v = rc == 1 ? strtoul(text, &end, 10) : 0;
	if (rc < 0 || *end || v < 1 || v > most)
		return drv_fail(ctx, -EINVAL, "%s is not 1 to %u", key, most);
	*out = (uint32_t)v;
	return 0;
}

static int parse(struct drv_ctx *ctx, const char *opts, uint32_t *connections,
		 uint32_t *depth)
{
	static const char *const keys[] = { "report", "connections", "depth",
					    NULL };
	char bad[64];

	if (spec_only(opts, keys, bad, sizeof(bad)) < 0)
		return drv_fail(ctx, -EINVAL, "unknown option %s", bad);
	if (number(ctx, opts, "connections", 1024, connections) ||
	    number(ctx, opts, "depth", 64, depth))
		return -EINVAL;
	return 0;
}

static int open_report(struct drv_ctx *ctx, const char *opts)
{
	char path[DRV_NAME_MAX];
	int fd = -1;

	if (spec_opt(opts, "report", path, sizeof(path)) == 1)
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return drv_fail(ctx, -EINVAL,
				"report= names no file that can be written");
	return fd;
}

static struct replay *make_peer(struct drv_ctx *ctx, uint32_t connections,
				uint32_t depth)
{
	static const struct load_opts o = {
		.proto = PROTO_MEMCACHED,
		.kind = LOAD_USR,
		.keys = KEYS,
		.seed = SEED,
		.get_ratio = -1, /* the workload's own */
	};
	struct replay *r = arena_alloc(ctx->arena,
				       sizeof(*r) + peer_size(connections),
				       RTE_CACHE_LINE_SIZE);

	if (!r ||
	    trace_make(ctx->arena, &o, WARMUP + REQUESTS, &r->peer.trace) < 0)
		return NULL;
	r->peer.warmup = WARMUP;
	r->peer.nconns = connections;
	r->peer.depth = depth;
	r->peer.port = PORT;
	peer_init(&r->peer);
	return r;
}

static void describe(struct drv_dev *d)
{
	static const uint8_t mac[6] = { 2, 'i', 'x', 'r', 'e', 'p' };

	snprintf(d->info.driver, sizeof(d->info.driver), "replay");
	memcpy(d->info.mac.addr_bytes, mac, sizeof(mac));
	d->info.mtu = MTU;
	d->info.max_frame = FRAME_MAX;
	d->info.tx_cksum = DRV_CKSUM_IPV4 | DRV_CKSUM_TCP | DRV_CKSUM_UDP;
}

static int replay_open(struct drv_dev *d, struct drv_ctx *ctx)
{
	const char *opts = strchr(ctx->args.name, ',');
	uint32_t connections = 1, depth = 1;
	struct replay *r;
	int rc, fd;

	opts = opts ? opts + 1 : "";
	if (ctx->nqueues != 1)
		return drv_fail(ctx, -EINVAL, "has one queue");
	rc = parse(ctx, opts, &connections, &depth);
	if (rc < 0)
		return rc;
	r = make_peer(ctx, connections, depth);
	if (!r)
		return drv_fail(ctx, -ENOMEM, "no shared memory is left");
	fd = open_report(ctx, opts);
	if (fd < 0)
		return fd;
	r->report = fd;
	d->queue[0].ring = r;
	describe(d);
	return 0;
}

const struct drv_ops drv_replay_ops = {
	.kind = "vdev",
	.open = replay_open,
	.rx = replay_rx,
	.tx = replay_tx,
};
