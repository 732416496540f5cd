/* SPDX-License-Identifier: MIT */
/*
 * gate.h - a gate to no dataplane, for tests: it notes calls and plays events
 *
 * One elastic thread. Include it in one file of a test, behind cmocka.h.
 */
#ifndef IX_SHIM_TEST_GATE_H
#define IX_SHIM_TEST_GATE_H

#include <stdlib.h>
#include <string.h>

#include "libix/share/app.h"
#include "shim/object/root.h"

#define GATE_SHARED (16 << 20)
#define GATE_HANDLE IX_HANDLE(7, IX_KIND_TCP, 1)

static struct {
	uint64_t now_ns;
	unsigned called[IX_BSYS_MAX]; /* by number of the batched call */
	unsigned entered;
	uint64_t given_back; /* bytes */
	char wire[4096];     /* what was sent */
	size_t wire_len;
	struct ix_event play[8]; /* with the next entry */
	unsigned nplay;
} gate;

static int64_t gate_take(const struct ix_bsys *b)
{
	const struct ix_sg *sg = (const struct ix_sg *)b->addr;
	size_t before = gate.wire_len;
	unsigned i;

	for (i = 0; i < b->count; i++) {
		memcpy(gate.wire + gate.wire_len, (void *)sg[i].base,
		       sg[i].len);
		gate.wire_len += sg[i].len;
	}
	return (int64_t)(gate.wire_len - before);
}

static int gate_enter(unsigned et, struct ix_ctx *ctx, uint32_t flags)
{
	uint32_t i;

	(void)et;
	gate.entered++;
	for (i = 0; i < ctx->nbsys; i++) {
		struct ix_bsys *b = &ctx->bsys[i];

		gate.called[b->nr]++;
		b->result = b->nr == IX_BSYS_SENDV ? gate_take(b) : 0;
		if (b->nr == IX_BSYS_CONNECT)
			b->handle = GATE_HANDLE;
		if (b->nr == IX_BSYS_RECV_DONE)
			gate.given_back += b->len;
	}
	ctx->nbsys = ctx->nevents = ctx->rx = 0;
	ctx->now_ns = gate.now_ns;
	ctx->next_timer_ns = UINT64_MAX;
	if (flags & IX_ENTER_EVENTS) {
		memcpy(ctx->events, gate.play, gate.nplay * sizeof(*gate.play));
		ctx->nevents = gate.nplay;
		gate.nplay = 0;
	}
	return 0;
}

static uint64_t gate_now(void)
{
	return gate.now_ns;
}

/* Once for a test program; h: may be NULL. */
static int gate_start(const struct ix_handlers *h)
{
	static const struct ix_handlers none;
	static const struct ix_dp dp = { .enter = gate_enter,
					 .now_ns = gate_now };
	struct ix_app *app = aligned_alloc(4096, GATE_SHARED);

	memset(app, 0, sizeof(*app));
	ix_self = (struct ix_process){
		.dp = &dp,
		.app = app,
		.h = h ? h : &none,
		/* who waits never sleeps */
		.boot.info = { .nethreads = 1,
			       .idle_us = UINT32_MAX,
			       .app_base = app,
			       .app_size = GATE_SHARED },
	};
	gate.now_ns = 1000000000;
	return ix_lay_out(app, false);
}

static void gate_stop(void)
{
	free(ix_self.app);
}

#endif
