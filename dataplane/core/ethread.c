// SPDX-License-Identifier: MIT
/*
 * ethread.c - one iteration of an elastic thread, run to completion
 *
 * Source: IX (OSDI 2014), section 4.1 and figure 1b.
 */
#include "core/ethread.h"

#include <rte_prefetch.h>

#include "base/stack.h"
#include "core/bsys.h"
#include "mem/uaccess.h"
#include "net/eth/eth.h"
#include "net/tcp/tcp.h"

#define PREFETCH 4	     /* frames ahead */
#define OUTPUT_ROUNDS 8	     /* refills of the tx queue in a row */
#define TX_PUSH 16	     /* frames that do not wait for the rest */
#define TX_LOW (NET_TXQ / 2) /* room that what comes next may need */
#define EVENTS_MAX 65536     /* entries of one events array */

/* Who drives: DPDK's identity follows the ethread, not the thread. */
static void assume(struct ethread *et)
{
	et->prev_lcore = drv_get_lcore();
	drv_set_lcore(ETHREAD_LCORE + et->id);
	rte_rcu_qsbr_thread_online(et->core->net.qsbr, et->id);
}

long ethread_on_stack(struct ethread *et, long (*fn)(void *arg), void *arg)
{
	return et->stack_top ? stack_call(et->stack_top, fn, arg) : fn(arg);
}

static long recover(void *et)
{
	ethread_recover(et);
	return 0;
}

int ethread_take(struct ethread *et, uint64_t wait_ns)
{
	uint32_t tid = lease_tid();
	int rc = lease_take(&et->lease, tid, wait_ns);

	if (unlikely(rc < 0))
		return rc;
	et->last_tid = tid;
	assume(et);
	if (unlikely(rc == LEASE_DEAD))
		ethread_on_stack(et, recover, et);
	return 0;
}

int ethread_reap(struct ethread *et)
{
	uint32_t tid = lease_tid();

	if (lease_reap(&et->lease, tid) != LEASE_DEAD)
		return -EBUSY;
	et->last_tid = tid;
	assume(et);
	ethread_on_stack(et, recover, et);
	return 0;
}

void ethread_leave(struct ethread *et)
{
	rte_rcu_qsbr_quiescent(et->core->net.qsbr, et->id);
	rte_rcu_qsbr_thread_offline(et->core->net.qsbr, et->id);
	drv_set_lcore(et->prev_lcore);
	lease_release(&et->lease);
}

static void send_to(struct ethread *et, unsigned dev, struct rte_mbuf **pkts,
		    uint16_t n)
{
	if (unlikely(et->queue[dev] != et->id)) {
		ethread_send_by(et, et->queue[dev], pkts, n);
		return;
	}
	et->stats.tx_dropped +=
		drv_tx(et->core->dev[dev], (uint16_t)et->id, pkts, n);
	et->backlog += drv_tx_backlog(et->core->dev[dev], (uint16_t)et->id);
}

/* Frames of several devices are mixed: gather those of each. */
static void send_by_device(struct ethread *et)
{
	struct rte_mbuf *pkts[NET_TXQ];
	struct net *n = &et->net;
	unsigned dev, i;
	uint16_t count;

	for (dev = 0; dev < et->core->ndevs; dev++) {
		count = 0;
		for (i = 0; i < n->ntx; i++)
			if (n->txq[i]->port == dev)
				pkts[count++] = n->txq[i];
		send_to(et, dev, pkts, count);
	}
}

void ethread_flush(struct ethread *et)
{
	struct net *n = &et->net;

	if (n->ntx == 0 && et->backlog == 0)
		return;
	if (unlikely(et->core->pcap.fd >= 0))
		pcap_write(&et->core->pcap, n->txq, n->ntx, n->now);
	et->backlog = 0;
	et->stats.tx += n->ntx;
	if (likely(et->core->ndevs == 1))
		send_to(et, 0, n->txq, (uint16_t)n->ntx);
	else
		send_by_device(et);
	n->ntx = 0;
	n->ntx_segs = 0;
}

/* In the midst of a long iteration: the peer works on what is done already. A
 * device that is behind is asked again only when the queue needs the room. */
void ethread_push(struct ethread *et)
{
	if (likely(et->net.ntx < TX_PUSH))
		return;
	if (et->backlog == 0 || net_tx_room(&et->net) < TX_LOW)
		ethread_flush(et);
}

/* While the device is behind, TCP's data waits in its send queues; one of
 * several devices that stands still must not stop the others. */
static void output(struct ethread *et)
{
	unsigned i;
	int full;

	for (i = 0; i < OUTPUT_ROUNDS; i++) {
		if (et->backlog == 0 || et->core->ndevs > 1)
			tcp_output_pending(&et->net);
		full = net_tx_room(&et->net) < NET_TXQ / 8;
		ethread_flush(et);
		if (!full || et->backlog)
			return;
	}
}

static void input(struct ethread *et, struct rte_mbuf **pkts, unsigned n)
{
	unsigned i;

	for (i = 0; i < n && i < PREFETCH; i++)
		rte_prefetch0(rte_pktmbuf_mtod(pkts[i], void *));
	for (i = 0; i < n; i++) {
		if (i + PREFETCH < n)
			rte_prefetch0(
				rte_pktmbuf_mtod(pkts[i + PREFETCH], void *));
		net_input(&et->net, pkts[i]);
		ethread_push(et);
	}
}

/* What is there, up to the bound: never wait to fill a batch. */
unsigned ethread_receive(struct ethread *et)
{
	struct rte_mbuf *pkts[ETHREAD_BATCH_MAX];
	unsigned dev, n, total = 0;
	uint64_t tsc;

	for (dev = 0; dev < et->core->ndevs; dev++) {
		if (unlikely(et->queue[dev] != et->id))
			continue;
		n = drv_rx(et->core->dev[dev], (uint16_t)et->id, (uint8_t)dev,
			   pkts, (uint16_t)et->core->batch);
		if (n == 0)
			continue;
		et->stats.batch[loop_bucket(n, LOOP_BATCH_BUCKETS - 1)]++;
		if (total == 0)
			et->net.now = clock_now(&et->clock, &tsc);
		if (unlikely(et->core->pcap.fd >= 0))
			pcap_write(&et->core->pcap, pkts, n, et->net.now);
		input(et, pkts, n);
		total += n;
	}
	et->stats.polls++;
	et->stats.rx += total;
	return total;
}

static uint32_t devices_down(const struct ethread *et)
{
	uint32_t down = 0;
	unsigned i;

	for (i = 0; i < et->core->ndevs; i++)
		if (unlikely(drv_is_down(et->core->dev[i], et->queue[i])))
			down |= 1u << i;
	return down;
}

int ethread_links_lost(const struct ethread *et)
{
	return devices_down(et) != __atomic_load_n(&et->down, __ATOMIC_ACQUIRE);
}

/* A link that is down stays so (docs/adr/0003). */
static void tell_links_lost(struct ethread *et)
{
	uint32_t down = devices_down(et);
	unsigned i;

	for (i = 0; i < et->core->ndevs; i++)
		if ((down & ~et->down) >> i & 1)
			tcp_link_down(&et->net, i);
	__atomic_store_n(&et->down, down, __ATOMIC_RELEASE);
}

/* The program's deadline is raised once. */
static void raise_timer(struct ethread *et, struct ix_ctx *c)
{
	static const struct ix_event ev = { .type = IX_EV_TIMER };

	if (c->timer_ns == 0 || et->net.now < c->timer_ns)
		return;
	if (c->nevents == c->events_cap) {
		c->more = 1;
		return;
	}
	uaccess_copy(&c->events[c->nevents++], &ev, sizeof(ev));
	c->timer_ns = 0;
}

static void deliver(struct ethread *et, struct ix_ctx *c)
{
	c->nevents = net_events(&et->net, c->events, c->events_cap, &c->more);
	raise_timer(et, c);
	et->stats.events += c->nevents;
}

static void account(struct ethread *et, unsigned work)
{
	uint64_t cycles = __rdtsc() - et->tsc, ns;

	et->stats.iterations++;
	if (!work) {
		et->stats.cycles_idle += cycles;
		return;
	}
	ns = (cycles * et->clock.mult) >> CLOCK_SHIFT;
	et->stats.busy++;
	et->stats.cycles_busy += cycles;
	et->stats.time[loop_bucket(ns, LOOP_TIME_BUCKETS - 1)]++;
}

int ethread_iterate(struct ethread *et, struct ix_ctx *c, uint32_t flags)
{
	struct net *n = &et->net;
	unsigned work = c->nbsys, fired, looped;
	int rc = 0;

	n->now = clock_now(&et->clock, &et->tsc);
	c->nevents = c->more = c->rx = 0;
	if (unlikely(ethread_links_lost(et)))
		tell_links_lost(et);
	/* 1. the program's calls */
	if (c->nbsys) {
		rc = bsys_run(et, (uint64_t)(uintptr_t)c->bsys, c->nbsys);
		c->nbsys = 0;
	}
	/* 2. timers */
	fired = timer_run(&n->wheel, n, n->now);
	/* 3. what they gave to send */
	output(et);
	/* 4. receive, run to completion */
	if (flags & IX_ENTER_POLL)
		c->rx = ethread_receive(et);
	if (et->core->nethreads > 1 && (flags & IX_ENTER_POLL))
		c->rx += ethread_inbox(et);
	looped = n->loop_head ? net_input_loop(n) : 0;
	/* 5. answers */
	work += fired + c->rx + looped;
	if (c->rx + looped || n->ntx)
		output(et);
	if (unlikely(n->handed_to))
		ethread_wake_others(et);
	/* 6. event conditions */
	if (flags & IX_ENTER_EVENTS)
		deliver(et, c);
	else
		c->more = (uint32_t)net_events_due(n);
	c->now_ns = n->now;
	c->next_timer_ns = n->loop_head ? n->now : timer_next(&n->wheel);
	et->stats.timers += fired;
	et->stats.loop += looped;
	account(et, work + c->nevents);
	et->last_driven_ns = n->now;
	return rc;
}

/* Copy the program's ctx and check the arrays that it names. */
static int fetch_ctx(struct ix_ctx *c, const struct ix_ctx *from,
		     uint32_t flags)
{
	uint64_t events;

	if (uaccess_get(c, (uint64_t)(uintptr_t)from, sizeof(*c)) < 0)
		return -EFAULT;
	if (flags & ~(uint32_t)(IX_ENTER_POLL | IX_ENTER_EVENTS) ||
	    c->nbsys > IX_MAX_BATCH)
		return -EINVAL;
	if (!uaccess_ok((uint64_t)(uintptr_t)c->bsys,
			c->nbsys * sizeof(struct ix_bsys)))
		return -EFAULT;
	if (!(flags & IX_ENTER_EVENTS))
		return 0;
	events = (uint64_t)(uintptr_t)c->events;
	if (c->events_cap > EVENTS_MAX)
		c->events_cap = EVENTS_MAX;
	if (events % _Alignof(struct ix_event) ||
	    !uaccess_pinned(events, c->events_cap * sizeof(struct ix_event)))
		return -EFAULT;
	return 0;
}

struct iteration {
	struct ethread *et;
	struct ix_ctx *c;
	uint32_t flags;
};

static long iterate(void *p)
{
	const struct iteration *i = p;

	return ethread_iterate(i->et, i->c, i->flags);
}

int ethread_enter(struct ethread *et, struct ix_ctx *ctx, uint32_t flags)
{
	uint64_t to = (uint64_t)(uintptr_t)ctx;
	struct ix_ctx c;
	struct iteration i = { .et = et, .c = &c, .flags = flags };
	int rc = fetch_ctx(&c, ctx, flags);

	if (unlikely(rc < 0))
		return rc;
	rc = ethread_take(et, LEASE_FOREVER);
	if (unlikely(rc < 0))
		return rc;
	rc = (int)ethread_on_stack(et, iterate, &i);
	ethread_leave(et);
	/* nbsys, timer_ns and all that is ours */
	if (uaccess_put(to + offsetof(struct ix_ctx, nbsys), &c.nbsys,
			sizeof(c.nbsys)) < 0 ||
	    uaccess_put(to + offsetof(struct ix_ctx, timer_ns), &c.timer_ns,
			sizeof(c) - offsetof(struct ix_ctx, timer_ns)) < 0)
		return -EFAULT;
	return rc;
}
