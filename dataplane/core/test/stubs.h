/* SPDX-License-Identifier: MIT */
/*
 * stubs.h - protocols and devices that only write down that they were called
 *
 * Included by one test each; defines every symbol that core takes from net and
 * drv, so that neither is linked.
 */
#ifndef IX_CORE_TEST_STUBS_H
#define IX_CORE_TEST_STUBS_H

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
/* after the above */
#include <cmocka.h>

#include "core/bsys.h"
#include "core/ethread.h"
#include "mem/pools.h"
#include "net/flow/flow.h"
#include "net/flow_input.h"
#include "net/neigh/neigh_wait.h"
#include "net/net.h"
#include "net/tcp/tcp.h"
#include "net/udp/udp.h"

static char trace[4096];
static struct ix_bsys seen; /* the last descriptor handed on */
static struct ix_sg seen_sg[IX_MAX_SG];
static unsigned seen_nsg;
static uint16_t rx_frames, backlog; /* what the device has */
static bool arm_looks;		    /* drv_arm() does not tell */
static unsigned loop_answers;	    /* frames that input gives to send */
static unsigned lcore = 77;
static struct rte_mbuf frames[ETHREAD_BATCH_MAX + NET_TXQ];
static uint64_t next_timer = UINT64_MAX;
static uint32_t events_left;
static int link_down;
static int move_owner, move_begin;

static void note(const char *what)
{
	strncat(trace, what, sizeof(trace) - strlen(trace) - 1);
	strncat(trace, " ", sizeof(trace) - strlen(trace) - 1);
}

static int note_call(const char *what, const struct ix_bsys *b)
{
	note(what);
	seen = *b;
	return 0;
}

static int note_handle(const char *what, ix_handle_t h)
{
	note(what);
	seen.handle = h;
	return 0;
}

static uint32_t pending;
uint32_t tcp_pending(const struct net *n)
{
	(void)n;
	return pending;
}

int tcp_call_connect(struct net *n, struct ix_bsys *b)
{
	(void)n;
	b->handle = IX_HANDLE(5, IX_KIND_TCP, 9);
	b->lport = 4242;
	return note_call("connect", b);
}

int tcp_call_listen(struct net *n, struct ix_bsys *b)
{
	(void)n;
	b->handle = IX_HANDLE(6, IX_KIND_LISTENER, 9);
	return note_call("listen", b);
}

int tcp_port_hold(struct net *n, const struct ix_bsys *b)
{
	(void)n;
	(void)b;
	note("port_hold");
	return 0;
}

int tcp_port_free(struct net *n, uint16_t lport)
{
	(void)n;
	(void)lport;
	note("port_free");
	return 0;
}

int tcp_info(struct net *n, ix_handle_t h, struct ix_conn_info *out)
{
	(void)n;
	(void)h;
	(void)out;
	return 0;
}

int tcp_call_unlisten(struct net *n, ix_handle_t h)
{
	(void)n;
	return note_handle("unlisten", h);
}

int tcp_call_accept(struct net *n, ix_handle_t h, uint64_t cookie)
{
	(void)n;
	seen.cookie = cookie;
	return note_handle("accept", h);
}

int tcp_call_reject(struct net *n, ix_handle_t h)
{
	(void)n;
	return note_handle("reject", h);
}

int64_t tcp_call_sendv(struct net *n, ix_handle_t h, const struct ix_sg *sg,
		       unsigned nsg, uint16_t flags)
{
	int64_t total = 0;
	unsigned i;

	(void)n;
	seen.flags = flags;
	seen_nsg = nsg;
	memcpy(seen_sg, sg, nsg * sizeof(*sg));
	for (i = 0; i < nsg; i++)
		total += (int64_t)sg[i].len;
	note_handle("sendv", h);
	return total;
}

int tcp_call_recv_done(struct net *n, ix_handle_t h, uint32_t len)
{
	(void)n;
	seen.len = len;
	return note_handle("recv_done", h);
}

int tcp_call_shutdown(struct net *n, ix_handle_t h)
{
	(void)n;
	return note_handle("shutdown", h);
}

int tcp_call_close(struct net *n, ix_handle_t h, uint16_t flags)
{
	(void)n;
	seen.flags = flags;
	return note_handle("close", h);
}

int tcp_call_setopt(struct net *n, ix_handle_t h, uint16_t opt, uint32_t value,
		    uint64_t cookie)
{
	(void)n;
	seen.opt = opt;
	seen.len = value;
	seen.cookie = cookie;
	return note_handle("setopt", h);
}

void tcp_output_pending(struct net *n)
{
	(void)n;
	note("output");
}

int udp_call_connect(struct net *n, const struct ix_bsys *b)
{
	(void)n;
	return note_call("udp_connect", (struct ix_bsys *)b);
}

int udp_call_bind(struct net *n, struct ix_bsys *b)
{
	(void)n;
	b->handle = IX_HANDLE(7, IX_KIND_UDP, 9);
	return note_call("udp_bind", b);
}

int64_t udp_call_sendv(struct net *n, const struct ix_bsys *b,
		       const struct ix_sg *sg)
{
	(void)n;
	seen_nsg = b->count;
	memcpy(seen_sg, sg, b->count * sizeof(*sg));
	return note_call("udp_sendv", b);
}

int udp_call_recv_done(struct net *n, ix_handle_t h, uint32_t ndatagrams)
{
	(void)n;
	seen.len = ndatagrams;
	return note_handle("udp_recv_done", h);
}

int udp_call_close(struct net *n, ix_handle_t h)
{
	(void)n;
	return note_handle("udp_close", h);
}

int udp_call_setopt(struct net *n, ix_handle_t h, uint16_t opt, uint32_t value,
		    uint64_t cookie)
{
	(void)n;
	(void)value;
	(void)cookie;
	seen.opt = opt;
	return note_handle("udp_setopt", h);
}

unsigned timer_run(struct timer_wheel *w, struct net *n, uint64_t now_ns)
{
	(void)w;
	(void)n;
	(void)now_ns;
	note("timers");
	return 0;
}

uint64_t timer_next(const struct timer_wheel *w)
{
	(void)w;
	return next_timer;
}

void net_input(struct net *n, struct rte_mbuf *m)
{
	unsigned i;

	(void)m;
	note("input");
	for (i = 0; i < loop_answers; i++, n->ntx++)
		n->txq[n->ntx] = &frames[ETHREAD_BATCH_MAX + n->ntx];
}

unsigned net_input_loop(struct net *n)
{
	note("loop");
	n->loop_head = NULL;
	return 1;
}

int net_events_due(const struct net *n)
{
	(void)n;
	return events_left != 0;
}

unsigned net_events(struct net *n, struct ix_event *ev, unsigned room,
		    uint32_t *more)
{
	unsigned k = events_left < room ? events_left : room, i;

	(void)n;
	if (room)
		note("events");
	for (i = 0; i < k; i++)
		ev[i] = (struct ix_event){ .type = IX_EV_RECV };
	*more = events_left > k;
	return k;
}

uint16_t drv_rx(struct drv_dev *d, uint16_t q, uint8_t port,
		struct rte_mbuf **pkts, uint16_t n)
{
	uint16_t i, k = rx_frames < n ? rx_frames : n;

	(void)d;
	(void)q;
	note("rx");
	for (i = 0; i < k; i++) {
		pkts[i] = &frames[i];
		pkts[i]->port = port;
	}
	rx_frames = (uint16_t)(rx_frames - k);
	return k;
}

uint16_t drv_tx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		uint16_t n)
{
	char text[16];

	(void)d;
	(void)q;
	(void)pkts;
	snprintf(text, sizeof(text), "tx%u", n);
	note(text);
	return 0;
}

uint16_t drv_tx_backlog(const struct drv_dev *d, uint16_t q)
{
	(void)d;
	(void)q;
	return backlog;
}

int drv_fd(const struct drv_dev *d, uint16_t q)
{
	(void)d;
	(void)q;
	return 5;
}

int drv_arm(struct drv_dev *d, uint16_t q)
{
	(void)d;
	(void)q;
	note("arm");
	return arm_looks ? DRV_LOOK : rx_frames != 0;
}

void drv_disarm(struct drv_dev *d, uint16_t q)
{
	(void)d;
	(void)q;
	note("disarm");
}

const struct drv_info *drv_info(const struct drv_dev *d)
{
	static const struct drv_info info = { .interrupt = 1 };

	(void)d;
	return &info;
}

void drv_set_lcore(unsigned id)
{
	lcore = id;
}

unsigned drv_get_lcore(void)
{
	return lcore;
}

int drv_reset_queue(struct drv_dev *d, uint16_t q)
{
	(void)d;
	(void)q;
	note("reset");
	return link_down ? -EIO : 0;
}

int pool_reset(struct rte_mempool *mp, pool_held_fn *held, void *arg)
{
	(void)mp;
	(void)held;
	(void)arg;
	note("pool");
	return 0;
}

int pool_salvage(struct rte_mempool *mp)
{
	(void)mp;
	note("salvage");
	return 0;
}

int drv_is_down(const struct drv_dev *d, uint16_t q)
{
	(void)d;
	(void)q;
	return link_down;
}

void tcp_link_down(struct net *n, unsigned dev)
{
	(void)n;
	assert_int_equal(dev, 0);
	note("down");
}

void net_recover(struct net *n)
{
	(void)n;
	note("ip");
}

void tcp_recover(struct net *n)
{
	(void)n;
	note("tcp");
}

void neigh_poll(struct net *n)
{
	(void)n;
}

unsigned flow_input(struct net *n, struct rte_mempool *pool, uint32_t from,
		    unsigned budget)
{
	(void)pool;
	(void)budget;
	flow_done(n->sh->flow->ring[n->id][from],
		  flow_next(n->sh->flow->ring[n->id][from]));
	note("handed");
	return 1;
}

int tcp_move_owner(struct net *n, ix_handle_t h)
{
	(void)n;
	note_handle("owner", h);
	return move_owner;
}

int tcp_move_begin(struct net *from, struct net *to, ix_handle_t h,
		   struct rte_mempool *pool)
{
	(void)from;
	(void)to;
	(void)h;
	(void)pool;
	assert_int_equal(lcore, ETHREAD_LCORE + to->id);
	note("begin");
	return move_begin;
}

ix_handle_t tcp_move_end(struct net *from, struct net *to, struct net *owner)
{
	(void)to;
	(void)owner;
	assert_int_equal(lcore, ETHREAD_LCORE + from->id);
	note("end");
	return IX_HANDLE(8, IX_KIND_TCP, 3);
}

/* One ethread with one device, nothing in it. */
static struct ethread *make_ethread(void)
{
	static struct core core;
	static struct ethread et __rte_cache_aligned;
	static struct rte_rcu_qsbr *qsbr;

	memset(&core, 0, sizeof(core));
	memset(&et, 0, sizeof(et));
	if (!qsbr)
		qsbr = aligned_alloc(64, rte_rcu_qsbr_get_memsize(1));
	rte_rcu_qsbr_init(qsbr, 1);
	rte_rcu_qsbr_thread_register(qsbr, 0);
	core.net.qsbr = qsbr;
	core.net.info.nethreads = 1;
	core.net.info.naddrs = 1;
	core.nethreads = 1;
	core.ndevs = 1;
	core.batch = 64;
	core.pcap.fd = -1;
	core.et[0] = &et;
	et.core = &core;
	et.net.sh = &core.net;
	et.inbox_fd = -1;
	clock_init(&et.clock, 0);
	trace[0] = 0;
	rx_frames = backlog = 0;
	arm_looks = false;
	loop_answers = 0;
	events_left = 0;
	link_down = 0;
	next_timer = UINT64_MAX;
	lcore = 77;
	memset(&seen, 0, sizeof(seen));
	return &et;
}

#endif
