// SPDX-License-Identifier: MIT
/*
 * test_deaths.c - a driver is killed at each edge of what it does
 *
 * What is left must be recovered by the next driver of each elastic thread, in
 * any order: nothing is torn, and the program hears of the end of its
 * connection once, by a handle that it can close.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <rte_tcp.h>

#include "fuzz/packet.h"
#include "fuzz/world.h"
#include "net/flow/flow.h"
#include "net/tcp/state/tcp_stack.h"
#include "net/tcp/tcp.h"

#define PORT 80
#define COOKIE 4711
#define SYN RTE_TCP_SYN_FLAG
#define ACK RTE_TCP_ACK_FLAG
#define STEPS_MAX 12 /* instructions behind an edge */

static struct ix_event *ev;
static struct ix_ctx *ctx;
static struct ix_bsys *calls;
static ix_handle_t h; /* of the last event or call */
static unsigned where, dead, knocks;
static uint16_t peer_port;

/* Nothing of what the program wrote before is there for the next one. */
static void test_fresh(void **state)
{
	size_t i;

	(void)state;
	world_fresh();
	memset(world.prog, 0xff, WORLD_PROG);
	memset(world.heap, 0xff, WORLD_HEAP);
	world_fresh();
	for (i = 0; i < WORLD_PROG; i++)
		assert_int_equal(world.prog[i], 0);
	for (i = 0; i < WORLD_HEAP; i++)
		assert_int_equal(world.heap[i], 0);
}

/* Arrays as libix has them: memory of the program. */
static int setup(void **state)
{
	(void)state;
	world_fresh();
	ctx = (void *)world.prog;
	calls = (void *)(world.prog + 4096);
	ev = (void *)(world.prog + 8192);
	h = IX_HANDLE_NONE;
	dead = knocks = 0;
	return 0;
}

static int enter(unsigned et, unsigned n, uint32_t flags)
{
	uint32_t i;
	int rc;

	*ctx = (struct ix_ctx){
		.bsys = calls, .nbsys = n, .events = ev, .events_cap = 64
	};
	rc = ethread_enter(world.core->et[et], ctx, flags);
	for (i = 0; i < ctx->nevents; i++) {
		h = ev[i].handle;
		where = et;
		dead += ev[i].type == IX_EV_DEAD && ev[i].cookie == COOKIE;
		knocks += ev[i].type == IX_EV_KNOCK;
	}
	return rc;
}

static int64_t call(unsigned et, struct ix_bsys b)
{
	calls[0] = b;
	assert_int_equal(enter(et, 1, 0), 0);
	return calls[0].result;
}

static void poll_one(unsigned et)
{
	assert_int_equal(enter(et, 0, IX_ENTER_POLL | IX_ENTER_EVENTS), 0);
}

/* Forwards or backwards: recovery must not depend on who is first. */
static void poll_all(int backwards)
{
	unsigned round, i;

	for (round = 0; round < 4; round++)
		for (i = 0; i < WORLD_THREADS; i++)
			poll_one(backwards ? WORLD_THREADS - 1 - i : i);
}

static void segment(unsigned q, uint8_t flags, uint32_t seq, uint32_t ack,
		    uint16_t len)
{
	struct packet_tcp t = { .src = WORLD_PEER,
				.dst = WORLD_US,
				.sport = peer_port,
				.dport = PORT,
				.seq = seq,
				.ack = ack,
				.flags = flags,
				.wnd = 60000,
				.len = len };
	uint8_t buf[WORLD_FRAME];

	world_frame(q, buf, packet_tcp(buf, &t));
}

static void choose_peer(unsigned owner)
{
	struct ix_addr peer = addr_from_v4(WORLD_PEER);
	struct ix_addr us = addr_from_v4(WORLD_US);

	for (peer_port = 5000;; peer_port++)
		if (flow_owner(world.core->net.flow, &peer, &us, peer_port,
			       PORT) == owner)
			return;
}

static struct tcp_pcb *pcb(unsigned et)
{
	struct tcp *t = world.core->et[et]->net.tcp;

	return tcp_pcb_at(t, IX_HANDLE_INDEX(h));
}

static void listen_on_all(void)
{
	unsigned i;

	for (i = 0; i < WORLD_THREADS; i++)
		assert_int_equal(call(i, (struct ix_bsys){ .nr = IX_BSYS_LISTEN,
							   .lport = PORT,
							   .len = 16 }),
				 0);
}

static void knock(unsigned owner)
{
	listen_on_all();
	choose_peer(owner);
	segment(owner, SYN, 5000, 0, 0);
	poll_one(owner);
	h = IX_HANDLE(0, IX_KIND_TCP, 1);
	segment(owner, ACK, 5001, pcb(owner)->snd_nxt, 0);
	poll_one(owner);
	assert_int_equal(knocks, 1);
}

static void establish(unsigned owner)
{
	knock(owner);
	assert_int_equal(call(owner, (struct ix_bsys){ .nr = IX_BSYS_ACCEPT,
						       .handle = h,
						       .cookie = COOKIE }),
			 0);
}

/* Bytes on all of its queues: to send, delivered, not delivered, early. */
static void fill(unsigned owner)
{
	struct ix_sg *sg = (void *)(world.prog + 32768);
	uint32_t una = pcb(owner)->snd_nxt;
	ix_handle_t keep = h;

	segment(owner, ACK, 5001, una, 10);
	poll_one(owner);
	h = keep;
	segment(owner, ACK, 5011, una, 10);
	segment(owner, ACK, 5031, una, 10);
	assert_int_equal(enter(owner, 0, IX_ENTER_POLL), 0);
	*sg = (struct ix_sg){ (uintptr_t)world.prog + 65536, 3000 };
	assert_int_equal(call(owner, (struct ix_bsys){ .nr = IX_BSYS_SENDV,
						       .handle = h,
						       .addr = (uintptr_t)sg,
						       .count = 1 }),
			 3000);
}

static int64_t migrate(unsigned from, unsigned to)
{
	int64_t rc = call(from, (struct ix_bsys){ .nr = IX_BSYS_MIGRATE,
						  .handle = h,
						  .result = 1,
						  .len = to });

	h = calls[0].handle;
	return rc;
}

/* Segments of the connection, by every queue. */
static void disturb(int backwards)
{
	unsigned q;

	for (q = 0; q < WORLD_THREADS; q++)
		segment(q, ACK, 5001, 1, 10);
	poll_all(backwards);
	check_world();
}

static void close_it(void)
{
	assert_int_equal(call(where, (struct ix_bsys){ .nr = IX_BSYS_CLOSE,
						       .flags = IX_CLOSE_RST,
						       .handle = h }),
			 0);
	poll_all(0);
}

/* Of all of them only the listeners are left. */
static void check_empty(void)
{
	unsigned i;

	for (i = 0; i < WORLD_THREADS; i++)
		assert_int_equal(tcp_in_use(&world.core->et[i]->net), 1);
	check_world();
	world_end();
}

/* Killed before it drove, or when it no longer did: the connection lives on
 * where the program thinks that it is. */
static void check_alive(unsigned before, unsigned after)
{
	poll_all(0);
	where = calls[0].result == 0 ? after : before;
	h = calls[0].handle;
	dead = 0;
	assert_int_equal(pcb(where)->state, TCPS_ESTABLISHED);
	close_it();
}

/* The one end that the program has to hear of. */
static void check_end(unsigned before, unsigned after, int backwards)
{
	poll_all(backwards);
	check_world();
	if (dead)
		close_it();
	else
		check_alive(before, after);
	disturb(backwards);
	assert_int_equal(dead, 1);
	check_empty();
}

struct way {
	unsigned group, from, to;
};

static void do_migrate(void *arg)
{
	const struct way *w = arg;

	migrate(w->from, w->to);
}

/* Returns 1 if it died, 2 if it took the connection along. */
static int migrate_and_die(const struct way *w, uint32_t edge, uint32_t steps,
			   int backwards)
{
	struct way way = *w;
	int died;

	setup(NULL);
	establish(w->group);
	fill(w->group);
	if (w->from != w->group)
		assert_int_equal(migrate(w->group, w->from), 0);
	dead = 0;
	died = world_run_step(edge, steps, do_migrate, &way);
	disturb(backwards);
	died += dead != 0;
	check_end(w->from, w->to, backwards);
	return died;
}

/* From its group, to its group, and between two others. */
static const struct way ways[] = { { 0, 0, 1 }, { 0, 1, 0 }, { 0, 1, 2 } };

static void test_killed_while_it_moves(void **state)
{
	unsigned i, edge, deaths = 0;
	int died = 1;

	(void)state;
	for (i = 0; i < RTE_DIM(ways); i++)
		for (edge = 1, died = 1; died; edge++) {
			died = migrate_and_die(&ways[i], edge, 0, edge & 1);
			deaths += died == 2;
		}
	assert_true(deaths > 500);
}

/* And between two edges, where it counts in which order words are written. */
static void test_killed_between_edges(void **state)
{
	unsigned edge, step, deaths = 0;

	(void)state;
	for (edge = 1; migrate_and_die(&ways[2], edge, 1, 0); edge += 7)
		for (step = 2; step <= STEPS_MAX; step += 3)
			deaths += migrate_and_die(&ways[2], edge, step, 1) == 2;
	assert_true(deaths > 150);
}

/* A connection that the program knows by its knock is accepted. */
static void do_accept(void *arg)
{
	(void)arg;
	call(0, (struct ix_bsys){
			.nr = IX_BSYS_ACCEPT, .handle = h, .cookie = COOKIE });
}

static void test_killed_while_it_accepts(void **state)
{
	unsigned edge;
	int died = 1;

	(void)state;
	for (edge = 1; died; edge++) {
		setup(NULL);
		knock(0);
		died = world_run(edge, do_accept, NULL);
		poll_all(0);
		check_world();
		/* before it was accepted its end waits for that */
		where = 0;
		if (!dead)
			do_accept(NULL);
		poll_all(0);
		close_it();
		assert_int_equal(dead, 1);
		check_empty();
	}
	assert_true(edge > 20);
}

/* What is opened is there wholly or not at all, and no old handle is good. */
static void do_open(void *arg)
{
	struct ix_bsys *b = arg;

	call(1, *b);
}

static void kill_while_opening(struct ix_bsys b, uint32_t edge, int *died)
{
	ix_handle_t old;

	setup(NULL);
	assert_int_equal(call(1, b), 0);
	old = calls[0].handle;
	assert_int_equal(
		call(1, (struct ix_bsys){ .nr = IX_BSYS_CLOSE, .handle = old }),
		0);
	poll_all(0);
	*died = world_run(edge, do_open, &b);
	poll_all(0);
	check_world();
	assert_int_equal(
		call(1, (struct ix_bsys){ .nr = IX_BSYS_CLOSE, .handle = old }),
		-EBADF);
	if (*died && calls[0].handle == old)
		do_open(&b);
	assert_int_equal(
		call(1, (struct ix_bsys){ .nr = IX_BSYS_CLOSE, .handle = old }),
		-EBADF);
	poll_all(0);
	check_world();
	world_end();
}

static void test_killed_while_it_opens(void **state)
{
	static const struct ix_bsys opens[] = {
		{ .nr = IX_BSYS_LISTEN, .lport = 90, .len = 4 },
		{ .nr = IX_BSYS_UDP_BIND, .lport = 90 },
	};
	unsigned i, edge;
	int died = 1;

	(void)state;
	for (i = 0; i < RTE_DIM(opens); i++) {
		for (edge = 1, died = 1; died; edge++)
			kill_while_opening(opens[i], edge, &died);
		assert_true(edge > 100);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fresh),
		cmocka_unit_test(test_killed_while_it_moves),
		cmocka_unit_test(test_killed_between_edges),
		cmocka_unit_test(test_killed_while_it_accepts),
		cmocka_unit_test(test_killed_while_it_opens),
	};

	world_start(NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
