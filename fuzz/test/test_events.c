// SPDX-License-Identifier: MIT
/*
 * test_events.c - the program writes over its events as they are delivered
 *
 * After each single instruction of the dataplane the array holds something
 * else. tcp_event.c and udp.c are built without optimisation here, so that what
 * the source reads there is read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <netinet/in.h>
#include <rte_tcp.h>
#include <signal.h>
#include <x86intrin.h>

#include "fuzz/packet.h"
#include "fuzz/world.h"
#include "net/tcp_int.h"
#include "net/udp_port.h"

#define TRAP_FLAG 0x100ull
#define ROOM 8

static unsigned instructions;

static void on_trap(int sig)
{
	(void)sig;
	instructions++;
	memset(world.prog, 0xff, ROOM * sizeof(struct ix_event));
}

/* What net_events() delivers while its array is written over. */
static unsigned events(struct net *n)
{
	struct ix_event *ev = (void *)world.prog;
	struct sigaction sa = { .sa_handler = on_trap };
	uint32_t more;
	unsigned k;

	sigaction(SIGTRAP, &sa, NULL);
	instructions = 0;
	__writeeflags(__readeflags() | TRAP_FLAG);
	k = net_events(n, ev, ROOM, &more);
	__writeeflags(__readeflags() & ~TRAP_FLAG);
	assert_true(instructions > 50);
	assert_int_equal(more, 0);
	return k;
}

static void poll_one(unsigned et)
{
	struct ix_ctx c = { 0 };

	assert_int_equal(ethread_take(world.core->et[et], 0), 0);
	assert_int_equal(ethread_iterate(world.core->et[et], &c, IX_ENTER_POLL),
			 0);
	ethread_leave(world.core->et[et]);
}

static int setup(void **state)
{
	(void)state;
	world_fresh();
	return 0;
}

/* The elastic thread of the flow: segments are handed over to it. */
static struct net *established(struct packet_tcp *t)
{
	struct ix_bsys b = { .nr = IX_BSYS_LISTEN, .lport = 80, .len = 8 };
	struct ix_addr peer = addr_from_v4(t->src), us = addr_from_v4(t->dst);
	uint8_t buf[WORLD_FRAME];
	struct net *n;

	t->sport = 5000;
	t->dport = 80;
	while (tcp_where(&world.core->et[0]->net, &us, 80, &peer, t->sport))
		t->sport++;
	n = &world.core->et[0]->net;
	assert_int_equal(tcp_listen(n, &b), 0);
	t->flags = RTE_TCP_SYN_FLAG;
	world_frame(0, buf, packet_tcp(buf, t));
	poll_one(0);
	t->flags = RTE_TCP_ACK_FLAG;
	t->ack = tcp_pcb_at(n->tcp, 0)->snd_nxt;
	t->seq++;
	world_frame(0, buf, packet_tcp(buf, t));
	poll_one(0);
	return n;
}

static void test_tcp(void **state)
{
	struct packet_tcp t = {
		.src = WORLD_PEER, .dst = WORLD_US, .seq = 77, .wnd = 9000
	};
	struct net *n = established(&t);
	const struct tcp_pcb *p = tcp_pcb_at(n->tcp, 0);
	uint8_t buf[WORLD_FRAME];

	(void)state;
	assert_int_equal(events(n), 1); /* KNOCK */
	assert_int_equal(tcp_accept(n, tcp_handle(n, p), 5), 0);
	t.len = 100;
	world_frame(0, buf, packet_tcp(buf, &t));
	poll_one(0);
	assert_int_equal(p->rcv_undelivered, 100);
	assert_int_equal(events(n), 1); /* RECV */
	assert_int_equal(p->rcv_undelivered, 0);
	check_ethread(world.core->et[0]);
	t.flags = RTE_TCP_RST_FLAG | RTE_TCP_ACK_FLAG;
	t.seq += 100;
	t.len = 0;
	world_frame(0, buf, packet_tcp(buf, &t));
	poll_one(0);
	assert_int_equal(events(n), 1); /* DEAD */
	assert_int_equal(tcp_close(n, tcp_handle(n, p), 0), 0);
	check_world();
	world_end();
}

/* A CONNECTED that tells of a failure is the last event. */
static void test_refused(void **state)
{
	struct net *n = &world.core->et[0]->net;
	struct ix_bsys b = { .rport = 80, .ip = addr_from_v4(WORLD_PEER) };
	const struct tcp_pcb *p;
	uint8_t buf[WORLD_FRAME];
	struct packet_tcp t;

	(void)state;
	assert_int_equal(tcp_connect(n, &b), 0);
	poll_one(0);
	p = tcp_pcb_at(n->tcp, 0);
	t = (struct packet_tcp){ .src = WORLD_PEER,
				 .dst = WORLD_US,
				 .sport = 80,
				 .dport = b.lport,
				 .ack = p->snd_nxt,
				 .flags = RTE_TCP_RST_FLAG | RTE_TCP_ACK_FLAG };
	world_frame(0, buf, packet_tcp(buf, &t));
	poll_one(0);
	assert_int_equal(events(n), 1);
	assert_true(p->flags & TF_TOLD);
	assert_int_equal(tcp_close(n, b.handle, 0), 0);
	check_world();
	world_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_tcp, setup),
		cmocka_unit_test_setup(test_refused, setup),
	};

	world_start(NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
