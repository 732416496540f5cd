// SPDX-License-Identifier: MIT
/*
 * frames.c - fuzz target: what the network sends
 *
 * To elastic threads that have connections in each state, listeners, UDP ports,
 * datagrams in pieces. Now and then the program takes its events, gives back,
 * accepts, sends and closes as honest ones do; time passes.
 */
#include "fuzz/packet.h"
#include "fuzz/scene.h"
#include "net/tcp/state/tcp_stack.h"
#include "net/tcp/tcp.h"
#include "net/udp/udp.h"

#define EVENTS 32
#define OPS_MAX 300

static struct input *in;

static void send_some(struct net *n, ix_handle_t h)
{
	struct ix_sg sg = { (uintptr_t)world.prog + in_u16(in),
			    in_u16(in) % 8192u };

	tcp_call_sendv(n, h, &sg, 1,
		       in_u8(in) & (IX_SENDV_MORE | IX_SENDV_URG));
}

/* What an honest program does about an event. */
static void react(struct net *n, const struct ix_event *e)
{
	switch (e->type) {
	case IX_EV_KNOCK:
		tcp_call_accept(n, e->handle, 1);
		break;
	case IX_EV_RECV:
		MUST(e->len > 0);
		if (in_u8(in) & 3)
			tcp_call_recv_done(n, e->handle, e->len);
		else
			send_some(n, e->handle);
		break;
	case IX_EV_EOF:
		if (in_u8(in) & 1)
			tcp_call_shutdown(n, e->handle);
		break;
	case IX_EV_DEAD:
		tcp_call_close(n, e->handle, 0);
		break;
	case IX_EV_UDP_RECV:
		if (!(e->detail & IX_UDP_RECV_MORE))
			MUST(udp_call_recv_done(n, e->handle, 1) == 0);
		break;
	default:
		break;
	}
}

static void take_events(void)
{
	struct ethread *et = world.core->et[in_pick(in, WORLD_THREADS)];
	struct ix_event ev[EVENTS];
	struct ix_ctx c = { .events = ev, .events_cap = EVENTS };
	uint32_t i;

	MUST(ethread_take(et, 0) == 0);
	ethread_iterate(et, &c, IX_ENTER_POLL | IX_ENTER_EVENTS);
	for (i = 0; i < c.nevents; i++)
		react(&et->net, &ev[i]);
	ethread_leave(et);
}

static void call_one(void)
{
	unsigned e = in_pick(in, WORLD_THREADS);
	struct net *n = &world.core->et[e]->net;
	uint32_t i = in_pick(in, n->tcp->pcbs.hi);
	ix_handle_t h = tcp_handle(n, tcp_pcb_at(n->tcp, i));

	MUST(ethread_take(world.core->et[e], 0) == 0);
	switch (in_pick(in, 5)) {
	case 0:
		tcp_call_close(n, h, in_u8(in) & 1);
		break;
	case 1:
		tcp_call_shutdown(n, h);
		break;
	case 2:
		tcp_call_setopt(n, h, in_pick(in, IX_OPT_MAX), in_u32(in), 1);
		break;
	default:
		send_some(n, h);
	}
	ethread_leave(world.core->et[e]);
	scene_drive(e);
}

static void do_time(void)
{
	unsigned i;

	scene_wait(in);
	for (i = 0; i < WORLD_THREADS; i++)
		scene_drive(i);
}

static void do_frame(void)
{
	unsigned et = in_pick(in, WORLD_THREADS);
	uint8_t buf[WORLD_FRAME];

	world_frame(et, buf, packet_any(in, buf));
	if (in_u8(in) & 3)
		scene_drive(et);
}

static void do_one(void)
{
	switch (in_pick(in, 12)) {
	case 0:
		do_time();
		break;
	case 1:
		take_events();
		break;
	case 2:
		call_one();
		break;
	default:
		do_frame();
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	world_start(scene_make);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	unsigned ops = 0;

	world_fresh();
	in = &input;
	while (input.left && ops++ < OPS_MAX)
		do_one();
	check_world();
	scene_end();
	return 0;
}
