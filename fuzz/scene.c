// SPDX-License-Identifier: MIT
/*
 * scene.c - connections in each state
 */
#include "fuzz/scene.h"

#include <rte_tcp.h>

#include "fuzz/packet.h"
#include "net/flow/flow.h"
#include "net/tcp/state/tcp_hash.h"
#include "net/tcp/tcp.h"
#include "net/udp/udp.h"

#define SYN RTE_TCP_SYN_FLAG
#define ACK RTE_TCP_ACK_FLAG
#define FIN RTE_TCP_FIN_FLAG
#define RST RTE_TCP_RST_FLAG
#define IRS 7000u

static uint16_t next_port;

void scene_drive(unsigned et)
{
	struct ix_ctx c = { 0 };

	MUST(ethread_take(world.core->et[et], 0) == 0);
	ethread_iterate(world.core->et[et], &c, IX_ENTER_POLL);
	ethread_leave(world.core->et[et]);
}

void scene_wait(struct input *in)
{
	static const uint64_t ms[] = { 1, 5, 41, 250, 1000, 7000, 61000 };

	world.now += ms[in_pick(in, RTE_DIM(ms))] * 1000000;
}

void scene_end(void)
{
	unsigned i, k;

	for (i = 0; i < WORLD_THREADS; i++)
		tcp_close_all(&world.core->et[i]->net);
	for (k = 0; k < 6; k++) {
		for (i = 0; i < WORLD_THREADS; i++)
			scene_drive(i);
		world.now += UINT64_C(200000000000);
	}
	check_world();
	world_end();
}

/* A port of the peer's whose flow to our port is et's. */
static uint16_t port_for(unsigned et, uint16_t lport)
{
	struct ix_addr peer = addr_from_v4(WORLD_PEER);
	struct ix_addr us = addr_from_v4(WORLD_US);

	do
		next_port++;
	while (flow_owner(world.core->net.flow, &peer, &us, next_port, lport) !=
	       et);
	return next_port;
}

/* What the peer sends next. */
static void peer(unsigned et, const struct tcp_pcb *p, uint8_t flags,
		 uint32_t ack)
{
	struct packet_tcp t = { .src = addr_v4(&p->path.dst),
				.dst = addr_v4(&p->path.src),
				.sport = p->rport,
				.dport = p->lport,
				.seq = p->rcv_nxt,
				.ack = ack,
				.flags = flags,
				.wnd = 30000 };
	uint8_t buf[WORLD_FRAME];

	world_frame(et, buf, packet_tcp(buf, &t));
	scene_drive(et);
}

/* MSS, window scale, SACK; and timestamps, which have to follow then. */
static const uint8_t syn_opts[] = { 2, 4, 5, 180, 3, 3, 7, 1, 4, 2, 1, 1 };

static struct tcp_pcb *half_open(unsigned et, int options)
{
	struct packet_tcp t = { .src = WORLD_PEER,
				.dst = WORLD_US,
				.sport = port_for(et, SCENE_TCP),
				.dport = SCENE_TCP,
				.seq = IRS,
				.flags = SYN,
				.wnd = 30000 };
	struct ix_addr from = addr_from_v4(WORLD_PEER);
	struct ix_addr us = addr_from_v4(WORLD_US);
	uint8_t buf[WORLD_FRAME];
	struct tcp_pcb *p;

	if (options) {
		memcpy(t.opts, syn_opts, sizeof(syn_opts));
		t.nopts = sizeof(syn_opts);
	}
	world_frame(et, buf, packet_tcp(buf, &t));
	scene_drive(et);
	p = tcp_hash_find(world.core->et[et]->net.tcp, &us, SCENE_TCP, &from,
			  t.sport);
	MUST(p && p->state == TCPS_SYN_RCVD);
	return p;
}

static struct tcp_pcb *knocking(unsigned et, int options)
{
	struct tcp_pcb *p = half_open(et, options);

	peer(et, p, ACK, p->snd_nxt);
	MUST(p->state == TCPS_ESTABLISHED);
	return p;
}

static struct tcp_pcb *established(unsigned et, int options)
{
	struct net *n = &world.core->et[et]->net;
	struct tcp_pcb *p = knocking(et, options);

	MUST(tcp_call_accept(n, tcp_handle(n, p), p->rport) == 0);
	return p;
}

static void send_bytes(unsigned et, const struct tcp_pcb *p)
{
	struct net *n = &world.core->et[et]->net;
	struct ix_sg sg = { (uintptr_t)world.prog + WORLD_PROG / 2, 5000 };

	MUST(tcp_call_sendv(n, tcp_handle(n, p), &sg, 1, 0) == 5000);
	scene_drive(et);
}

static struct tcp_pcb *shut(unsigned et, struct tcp_pcb *p)
{
	struct net *n = &world.core->et[et]->net;

	MUST(tcp_call_shutdown(n, tcp_handle(n, p)) == 0);
	scene_drive(et);
	return p;
}

/* Those that our FIN begins to end. */
static void make_closing(unsigned et)
{
	struct tcp_pcb *p;

	MUST(shut(et, established(et, 0))->state == TCPS_FIN_WAIT_1);
	p = shut(et, established(et, 1));
	peer(et, p, ACK, p->snd_nxt);
	MUST(p->state == TCPS_FIN_WAIT_2);
	p = shut(et, established(et, 0));
	peer(et, p, FIN | ACK, p->snd_una);
	MUST(p->state == TCPS_CLOSING);
	p = shut(et, established(et, 0));
	peer(et, p, FIN | ACK, p->snd_nxt);
	MUST(p->state == TCPS_TIME_WAIT);
}

/* Those that the peer begins to end. */
static void make_closed(unsigned et)
{
	struct tcp_pcb *p = established(et, 0);

	peer(et, p, FIN | ACK, p->snd_nxt);
	MUST(p->state == TCPS_CLOSE_WAIT);
	p = established(et, 0);
	peer(et, p, FIN | ACK, p->snd_nxt);
	MUST(shut(et, p)->state == TCPS_LAST_ACK);
	p = established(et, 0);
	peer(et, p, RST | ACK, p->snd_nxt);
	MUST(p->state == TCPS_CLOSED);
}

static void move_away(unsigned et)
{
	struct net *n = &world.core->et[et]->net;
	struct ix_bsys *b = (void *)world.prog;
	struct ix_ctx *c = (void *)(world.prog + 4096);

	*b = (struct ix_bsys){ .nr = IX_BSYS_MIGRATE,
			       .handle = tcp_handle(n, established(et, 0)),
			       .len = (et + 1) % WORLD_THREADS };
	*c = (struct ix_ctx){ .bsys = b, .nbsys = 1 };
	MUST(ethread_enter(world.core->et[et], c, 0) == 0 && b->result == 0);
}

static void make_ports(unsigned et)
{
	struct net *n = &world.core->et[et]->net;
	struct ix_bsys b = { .lport = SCENE_TCP, .len = 100 };

	MUST(tcp_call_listen(n, &b) == 0);
	b = (struct ix_bsys){ .lport = (uint16_t)(SCENE_UDP + et) };
	MUST(udp_call_bind(n, &b) == 0);
	b = (struct ix_bsys){ .ip = addr_from_v4(WORLD_PEER), .rport = 80 };
	MUST(tcp_call_connect(n, &b) == 0);
}

void scene_make(void)
{
	unsigned et;

	world.tid = 1;
	next_port = 5000;
	for (et = 0; et < WORLD_THREADS; et++) {
		make_ports(et);
		half_open(et, 1);
		knocking(et, 0);
		established(et, 0);
		send_bytes(et, established(et, 0));
		send_bytes(et, established(et, 1));
		make_closing(et);
		make_closed(et);
		move_away(et);
	}
	for (et = 0; et < WORLD_THREADS; et++)
		scene_drive(et);
	check_world();
}
