// SPDX-License-Identifier: MIT
/*
 * memif.c - shared memory rings to another process
 *
 * memif:PATH or memif:@ABSTRACT, with role=client (the default) or server,
 * queues=N (checked against the elastic threads) and id=N.
 *
 * The rings are mapped when the peer connects, so that must be over before
 * the first fork: opening waits for it. After that the control connection is
 * taken away from EAL's interrupt thread. It lives in one process only, and
 * on a peer's exit it would unmap rings that a burst may be using. The price:
 * a peer that comes back is not noticed; the device has to be opened again.
 */
#include <errno.h>
#include <fcntl.h>
#include <rte_ethdev.h>
#include <rte_interrupts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/timespec.h"
#include "drv/common/dev.h"
#include "drv/common/fail.h"
#include "drv/common/fds.h"
#include "drv/common/port.h"
#include "drv/common/spec.h"
#include "drv/kind/kinds.h"
#include "drv/kind/memif_reset.h"
#include "drv/kind/pmd_priv.h"
#include "drv/kernel/lock.h"

#define PATH_LIMIT 106 /* sun_path, a NUL and the PMD's leading one */
#define MEMIF_MTU 1500
#define MEMIF_BUF 2048u
#define RING_LOG2 10
#define TRY_MS 250u
#define ETH_BYTES (RTE_ETHER_HDR_LEN + RTE_VLAN_HLEN)
#define MAX_MAPS 64

struct memif_conf {
	const char *path; /* without the '@' */
	int server, abstract;
	unsigned id;
	uint32_t buf;
};

/* Where memfds are mapped; the rings' is the one that is new. */
struct maps {
	unsigned n;
	uintptr_t from[MAX_MAPS], to[MAX_MAPS];
};

static int parse_role(struct drv_ctx *ctx, struct memif_conf *c)
{
	char role[16] = "client";

	if (spec_opt(ctx->args.opts, "role", role, sizeof(role)) < 0 ||
	    (strcmp(role, "client") && strcmp(role, "server")))
		return drv_fail(ctx, -EINVAL, "role= is client or server");
	c->server = strcmp(role, "server") == 0;
	return 0;
}

static int parse_numbers(struct drv_ctx *ctx, struct memif_conf *c)
{
	char num[16];
	long n;

	if (spec_opt(ctx->args.opts, "queues", num, sizeof(num)) == 1) {
		n = strtol(num, NULL, 10);
		if (n != ctx->nqueues)
			return drv_fail(ctx, -EINVAL,
					"queues=%s, but %u elastic threads: "
					"each has one queue (--threads)",
					num, ctx->nqueues);
	}
	if (spec_opt(ctx->args.opts, "id", num, sizeof(num)) == 1)
		c->id = (unsigned)strtoul(num, NULL, 10);
	return 0;
}

static int parse(struct drv_ctx *ctx, struct memif_conf *c)
{
	static const char *const keys[] = { "role", "queues", "id", NULL };
	const char *path = ctx->args.name;
	char bad[64];

	if (spec_only(ctx->args.opts, keys, bad, sizeof(bad)) < 0)
		return drv_fail(ctx, -EINVAL, "unknown option %s", bad);
	c->abstract = path[0] == '@';
	c->path = path + c->abstract;
	if (!c->abstract && path[0] != '/')
		return drv_fail(ctx, -EINVAL,
				"give the socket's full path: "
				"memif:/run/NAME.sock");
	if (strlen(c->path) > PATH_LIMIT || !c->path[0])
		return drv_fail(ctx, -ENAMETOOLONG,
				"a socket's path has 1 to %d bytes",
				PATH_LIMIT);
	if (parse_role(ctx, c) < 0)
		return -EINVAL;
	return parse_numbers(ctx, c);
}

static int choose_buffer(struct drv_dev *d, struct drv_ctx *ctx,
			 struct memif_conf *c)
{
	uint32_t room = pool_room(ctx->rx_pool, ctx->nqueues);

	d->info.mtu = ctx->spec->mtu ? ctx->spec->mtu : MEMIF_MTU;
	if (d->info.mtu + 0u + ETH_BYTES > room)
		return drv_fail(ctx, -EMSGSIZE,
				"MTU %u is more than receive buffers hold "
				"(%u): use a smaller --mtu",
				d->info.mtu, room - ETH_BYTES);
	d->info.max_frame = (uint16_t)(d->info.mtu + ETH_BYTES);
	c->buf =
		RTE_MAX(MEMIF_BUF, RTE_ALIGN((uint32_t)d->info.max_frame, 64u));
	return 0;
}

/* 1 if somebody listens on path. */
static int listens(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int rc;

	if (fd < 0)
		return 0;
	snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
	rc = connect(fd, (struct sockaddr *)&un, sizeof(un));
	rc = rc == 0 || (errno != ECONNREFUSED && errno != ENOENT);
	close(fd);
	return rc;
}

/* A server that died leaves its socket behind. */
static int clear_path(struct drv_ctx *ctx, const char *path)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return 0;
	if (!S_ISSOCK(st.st_mode))
		return drv_fail(ctx, -EEXIST,
				"%s is there and is no socket: "
				"use another path",
				path);
	if (listens(path))
		return drv_fail(ctx, -EADDRINUSE,
				"another server listens on "
				"%s: stop it, or use role=client",
				path);
	if (unlink(path) < 0)
		return drv_fail(ctx, -errno,
				"cannot remove the stale socket "
				"%s: %s",
				path, strerror(errno));
	return 0;
}

static int check_dir(struct drv_ctx *ctx, const char *path)
{
	char dir[DRV_NAME_MAX];
	char *slash;

	snprintf(dir, sizeof(dir), "%s", path);
	slash = strrchr(dir, '/');
	slash[slash == dir] = '\0'; /* "/" stays */
	if (faccessat(AT_FDCWD, dir, R_OK | W_OK, AT_EACCESS) == 0)
		return 0;
	return drv_fail(ctx, -errno, "the directory %s cannot be used: %s", dir,
			strerror(errno));
}

static int create(struct drv_dev *d, struct drv_ctx *ctx,
		  const struct memif_conf *c)
{
	char args[320], mac[32] = "";

	if (ctx->spec->has_mac)
		snprintf(mac, sizeof(mac), ",mac=" RTE_ETHER_ADDR_PRT_FMT,
			 RTE_ETHER_ADDR_BYTES(&ctx->spec->mac));
	snprintf(args, sizeof(args),
		 "role=%s,id=%u,socket=%s,socket-abstract=%s,rsize=%d,"
		 "bsize=%u%s",
		 c->server ? "server" : "client", c->id, c->path,
		 c->abstract ? "yes" : "no", RING_LOG2, c->buf, mac);
	return port_create(d, ctx, "net_memif", args);
}

/* A server refuses, for good, a client that comes between its listen and its
 * start: such a client tries again. */
static int wait_link(struct drv_dev *d, struct drv_ctx *ctx,
		     const struct memif_conf *c)
{
	uint64_t end = monotonic_ns() + ctx->timeout_ms * NSEC_PER_MSEC;

	while (monotonic_ns() < end) {
		if (port_wait_link(d, TRY_MS) == 0)
			return 0;
		if (c->server)
			continue;
		rte_eth_dev_stop(d->port_id);
		rte_eth_dev_start(d->port_id);
	}
	return drv_fail(ctx, -ETIMEDOUT,
			"no %s in %u ms; it must have the same id and as many "
			"queues (%u)",
			c->server ? "client has connected" :
				    "server has answered",
			ctx->timeout_ms, ctx->nqueues);
}

/* A client cannot start before its server listens. */
static int start(struct drv_dev *d, struct drv_ctx *ctx,
		 const struct memif_conf *c)
{
	struct port_opts o = { .start_ms = c->server ? 0 : ctx->timeout_ms };
	uint16_t mtu = d->info.mtu, frame = d->info.max_frame;
	int rc = port_start(d, ctx, &o);

	d->info.mtu = mtu;
	d->info.max_frame = frame;
	if (rc < 0)
		return c->server ? rc :
				   drv_fail(ctx, -ECONNREFUSED,
					    "no server listens there; start "
					    "it first (role=server)");
	return wait_link(d, ctx, c);
}

static int is_seqpacket(int fd)
{
	int type = 0;
	socklen_t len = sizeof(type);

	return fds_is_domain(fd, AF_UNIX) &&
	       getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 &&
	       type == SOCK_SEQPACKET;
}

static int is_listener(int fd)
{
	int is = 0;
	socklen_t len = sizeof(is);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is, &len) == 0 && is;
}

static int is_epoll(int fd)
{
	char path[64], target[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return 0;
	target[n] = '\0';
	return strstr(target, "[eventpoll]") != NULL;
}

/* Put something that never fires where EAL watches the socket fd. The
 * connection lives on under another number; a listener is closed. */
static int pacify(int fd)
{
	int keep = -1, inert, ep = -1;

	while ((ep = fds_find(ep, is_epoll)) >= 0)
		epoll_ctl(ep, EPOLL_CTL_DEL, fd, NULL);
	if (!is_listener(fd)) {
		keep = dup(fd);
		if (keep < 0)
			return -errno;
		fds_forget(keep);
	}
	inert = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (inert < 0 || dup2(inert, fd) < 0)
		return -errno;
	close(inert);
	return keep;
}

static int take_control(struct drv_dev *d, struct drv_ctx *ctx)
{
	int fd = -1, keep;

	while ((fd = fds_find_new(fd, is_seqpacket)) >= 0) {
		keep = pacify(fd);
		if (keep >= 0)
			d->control_fd = keep;
		else if (keep < -1)
			return drv_fail(ctx, keep,
					"too few file descriptors: "
					"raise the limit");
	}
	return 0;
}

static void list_maps(struct maps *m)
{
	FILE *f = fopen("/proc/self/maps", "re");
	unsigned long from, to;
	char line[512], perm[5];

	m->n = 0;
	if (!f)
		return;
	while (fgets(line, sizeof(line), f) && m->n < MAX_MAPS) {
		if (!strstr(line, "memfd:") || strstr(line, "memfd:seg_") ||
		    sscanf(line, "%lx-%lx %4s", &from, &to, perm) != 3 ||
		    strcmp(perm, "rw-s") != 0)
			continue;
		m->from[m->n] = from;
		m->to[m->n++] = to;
	}
	fclose(f);
}

static int was_there(const struct maps *before, uintptr_t from)
{
	unsigned i;

	for (i = 0; i < before->n; i++)
		if (before->from[i] == from)
			return 1;
	return 0;
}

/* The ring of queue q if one lies at its offset from here. */
static struct priv_memif_ring *ring_at(const struct priv_memif_queue *mq,
				       uintptr_t from, uintptr_t to)
{
	struct priv_memif_ring *r = (void *)(from + mq->ring_offset);

	if (mq->ring_offset + sizeof(*r) > to - from ||
	    r->cookie != PRIV_MEMIF_COOKIE)
		return NULL;
	return r;
}

static void *map_ring(const struct priv_memif_queue *mq,
		      const struct maps *before)
{
	struct priv_memif_ring *r = NULL;
	struct maps now;
	unsigned i;

	list_maps(&now);
	for (i = 0; i < now.n && !r; i++)
		if (!was_there(before, now.from[i]))
			r = ring_at(mq, now.from[i], now.to[i]);
	return r;
}

static int find_rings(struct drv_dev *d, uint16_t q, const struct maps *before,
		      int server)
{
	struct priv_memif_queue *rx = rte_eth_fp_ops[d->port_id].rxq.data[q];
	struct priv_memif_queue *tx = rte_eth_fp_ops[d->port_id].txq.data[q];
	struct drv_queue *dq = &d->queue[q];

	if (rx->mempool != dq->rx_pool || rx->in_port != d->port_id ||
	    rx->type != (server ? PRIV_MEMIF_C2S : PRIV_MEMIF_S2C) ||
	    tx->type == rx->type || tx->log2_ring_size > 14)
		return 0;
	dq->ring = map_ring(rx, before);
	dq->tx_ring = map_ring(tx, before);
	if (!dq->ring || !dq->tx_ring)
		return 0;
	dq->tx_buf = ((struct priv_memif_ring *)dq->tx_ring)->desc[0].length;
	dq->fd = rte_intr_fd_get(rx->intr_handle);
	return dq->fd >= 0;
}

/* Rings beyond what the peer offers have no descriptor. */
static unsigned rings(struct drv_dev *d, void **queues)
{
	unsigned n = 0;

	while (n < d->info.nqueues) {
		const struct priv_memif_queue *mq = queues[n];

		if (mq->in_port != d->port_id ||
		    rte_intr_fd_get(mq->intr_handle) < 0)
			break;
		n++;
	}
	return n;
}

static int check_rings(struct drv_dev *d, struct drv_ctx *ctx)
{
	unsigned rx = rings(d, rte_eth_fp_ops[d->port_id].rxq.data);
	unsigned tx = rings(d, rte_eth_fp_ops[d->port_id].txq.data);

	if (rx < ctx->nqueues || tx < ctx->nqueues)
		return drv_fail(ctx, -EINVAL,
				"the peer offers %u queues, %u are needed: "
				"use as many elastic threads on both sides",
				RTE_MIN(rx, tx), ctx->nqueues);
	return 0;
}

static int connect_peer(struct drv_dev *d, struct drv_ctx *ctx,
			const struct memif_conf *c)
{
	struct maps before;
	uint16_t q;
	int rc;

	list_maps(&before);
	rc = start(d, ctx, c);
	if (rc == 0)
		rc = check_rings(d, ctx);
	if (rc == 0)
		rc = take_control(d, ctx);
	if (rc < 0)
		return rc;
	d->info.interrupt = 1;
	for (q = 0; q < ctx->nqueues; q++)
		if (!find_rings(d, q, &before, c->server))
			d->info.interrupt = 0;
	d->can_reset = d->info.interrupt;
	return 0;
}

static int memif_open(struct drv_dev *d, struct drv_ctx *ctx)
{
	struct memif_conf c = { 0 };
	char key[DRV_NAME_MAX];
	int rc = parse(ctx, &c);

	if (rc == 0)
		rc = choose_buffer(d, ctx, &c);
	if (rc < 0)
		return rc;
	snprintf(key, sizeof(key), "memif-%c%u%.*s", c.server ? 's' : 'c', c.id,
		 PATH_LIMIT + 1, ctx->args.name);
	rc = c.abstract ? 0 : check_dir(ctx, c.path);
	if (rc == 0)
		rc = lock_take(d, ctx, key);
	if (rc == 0 && c.server && !c.abstract) {
		rc = clear_path(ctx, c.path);
		if (rc == 0)
			lock_note(d, "socket", c.path);
	}
	if (rc == 0)
		rc = create(d, ctx, &c);
	if (rc < 0)
		return rc;
	if (c.server && !c.abstract)
		snprintf(d->undo_path, sizeof(d->undo_path), "%s", c.path);
	rc = connect_peer(d, ctx, &c);
	if (rc < 0)
		port_destroy(d);
	return rc;
}

static void memif_close(struct drv_dev *d)
{
	if (d->undo_path[0])
		unlink(d->undo_path);
	if (d->control_fd >= 0)
		close(d->control_fd);
	d->control_fd = -1;
}

static int has_frames(const struct priv_memif_queue *mq,
		      const struct priv_memif_ring *r)
{
	if (mq->type == PRIV_MEMIF_C2S)
		return __atomic_load_n(&r->head, __ATOMIC_ACQUIRE) !=
		       mq->last_head;
	return __atomic_load_n(&r->tail, __ATOMIC_ACQUIRE) != mq->last_tail;
}

static void memif_disarm(struct drv_dev *d, uint16_t q)
{
	struct drv_queue *dq = &d->queue[q];
	struct priv_memif_ring *r = dq->ring;
	int saved = errno;
	uint64_t count;

	if (!d->info.interrupt)
		return;
	__atomic_or_fetch(&r->flags, PRIV_MEMIF_MASK_INT, __ATOMIC_RELAXED);
	if (read(dq->fd, &count, sizeof(count)) < 0)
		errno = saved; /* it had not fired */
}

/* Unmask, then look again: a frame may have come in between. */
static int memif_arm(struct drv_dev *d, uint16_t q)
{
	struct drv_queue *dq = &d->queue[q];
	struct priv_memif_ring *r = dq->ring;

	if (!d->info.interrupt)
		return 0;
	__atomic_and_fetch(&r->flags, (uint16_t)~PRIV_MEMIF_MASK_INT,
			   __ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!has_frames(rte_eth_fp_ops[d->port_id].rxq.data[q], r))
		return 0;
	memif_disarm(d, q);
	return 1;
}

/* The counters are the peer's memory too: more than a ring is nonsense. */
static int sane(const struct priv_memif_queue *mq, uint16_t ahead,
		uint16_t behind)
{
	return (uint16_t)(ahead - behind) <= 1u << mq->log2_ring_size;
}

static uint16_t memif_rx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
			 uint16_t n)
{
	const struct priv_memif_queue *mq =
		rte_eth_fp_ops[d->port_id].rxq.data[q];
	const struct priv_memif_ring *r = d->queue[q].ring;

	if (unlikely(r && !(mq->type == PRIV_MEMIF_C2S ?
				    sane(mq, r->head, mq->last_head) :
				    sane(mq, r->tail, mq->last_tail))))
		return 0;
	return rte_eth_rx_burst(d->port_id, q, pkts, n);
}

static uint16_t memif_tx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
			 uint16_t n)
{
	const struct priv_memif_queue *mq =
		rte_eth_fp_ops[d->port_id].txq.data[q];
	const struct priv_memif_ring *r = d->queue[q].tx_ring;

	if (unlikely(r && !sane(mq, r->head, r->tail)))
		return 0;
	return rte_eth_tx_burst(d->port_id, q, pkts, n);
}

const struct drv_ops drv_memif_ops = {
	.kind = "memif",
	.interrupts = 1,
	.open = memif_open,
	.close = memif_close,
	.rx = memif_rx,
	.prepare = port_prepare,
	.tx = memif_tx,
	.arm = memif_arm,
	.disarm = memif_disarm,
	.reset = memif_reset,
	.counters = port_counters,
};
