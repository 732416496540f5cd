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
#include <errno.h>
#include <netinet/in.h>
#include <rte_tcp.h>
#include <rte_udp.h>
#include <signal.h>
#include <x86intrin.h>

#include "fuzz/packet.h"
#include "fuzz/world.h"
#include "net/tcp/state/tcp_stack.h"
#include "net/tcp/tcp.h"
#include "net/udp/udp_port.h"

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

/* What the peer sends is one event, whatever is written over it. */
static void one_event(struct net *n, struct packet_tcp *t)
{
	uint8_t buf[WORLD_FRAME];

	world_frame(0, buf, packet_tcp(buf, t));
	poll_one(0);
	assert_int_equal(events(n), 1);
	check_ethread(world.core->et[0]);
	t->seq += t->len;
	t->len = 0;
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
	assert_int_equal(tcp_call_listen(n, &b), 0);
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
	struct ix_sg sg = { (uintptr_t)world.prog + 65536, 300 };
	const struct tcp_pcb *p = tcp_pcb_at(n->tcp, 0);

	(void)state;
	assert_int_equal(events(n), 1); /* KNOCK */
	assert_int_equal(tcp_call_accept(n, tcp_handle(n, p), 5), 0);
	t.len = 100;
	one_event(n, &t); /* RECV */
	assert_int_equal(p->rcv_undelivered, 0);
	assert_int_equal(tcp_call_sendv(n, tcp_handle(n, p), &sg, 1, 0), 300);
	poll_one(0);
	t.ack += 300;
	one_event(n, &t); /* SENT */
	assert_int_equal(p->sent_bytes, 0);
	t.flags = RTE_TCP_FIN_FLAG | RTE_TCP_ACK_FLAG;
	one_event(n, &t); /* EOF */
	t.flags = RTE_TCP_RST_FLAG | RTE_TCP_ACK_FLAG;
	t.seq++;
	one_event(n, &t); /* DEAD */
	assert_true(p->flags & TF_TOLD);
	assert_int_equal(tcp_call_close(n, tcp_handle(n, p), 0), 0);
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
	assert_int_equal(tcp_call_connect(n, &b), 0);
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
	assert_int_equal(tcp_call_close(n, b.handle, 0), 0);
	check_world();
	world_end();
}

/* What a port heard of a datagram that could not be delivered. */
static void refuse(struct net *n, uint16_t lport)
{
	const struct rte_udp_hdr h = { .src_port = rte_cpu_to_be_16(lport),
				       .dst_port = RTE_BE16(53) };
	const struct ip_error e = { .src = addr_from_v4(WORLD_US),
				    .dst = addr_from_v4(WORLD_PEER),
				    .proto = IPPROTO_UDP,
				    .hard = 1,
				    .err = ECONNREFUSED,
				    .l4 = (const uint8_t *)&h,
				    .l4_len = sizeof(h),
				    .from = addr_from_v4(WORLD_PEER) };

	udp_error(n, &e);
}

static void test_udp(void **state)
{
	struct net *n = &world.core->et[0]->net;
	struct ix_bsys b = { .lport = 53 };
	struct packet_udp u = { .src = WORLD_PEER,
				.dst = WORLD_US,
				.sport = 53,
				.dport = 53,
				.len = 100 };
	const struct udp_pcb *p;
	uint8_t buf[WORLD_FRAME];

	(void)state;
	assert_int_equal(udp_call_bind(n, &b), 0);
	p = udp_pcb(n->udp, b.handle);
	world_frame(0, buf, packet_udp(buf, &u));
	poll_one(0);
	assert_int_equal(events(n), 1); /* UDP_RECV */
	assert_int_equal(p->delivered, 1);
	check_ethread(world.core->et[0]);
	refuse(n, 53);
	assert_int_equal(events(n), 1); /* UDP_SENT */
	assert_int_equal(p->err, 0);
	world_frame(0, buf, packet_udp(buf, &u));
	poll_one(0);
	refuse(n, 53);
	assert_int_equal(events(n), 2); /* both */
	assert_int_equal(udp_call_recv_done(n, b.handle, 2), 0);
	assert_int_equal(udp_call_close(n, b.handle), 0);
	check_world();
	world_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_tcp, setup),
		cmocka_unit_test_setup(test_refused, setup),
		cmocka_unit_test_setup(test_udp, setup),
	};

	world_start(NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
