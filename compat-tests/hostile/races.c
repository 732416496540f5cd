// SPDX-License-Identifier: MIT
/*
 * races.c - arrays that another thread changes while they are looked at
 *
 * Whatever a call does, it does with values that it has checked: the bytes
 * that arrive are the program's own, and the result is one that abi.h knows.
 */
#include "hostile.h"

#include <pthread.h>

#define ROUNDS 4000

static volatile bool stop;
static ix_handle_t client, server;
static uint64_t received;
static unsigned foreign; /* bytes received that are not ours */

/* Something that the other thread writes, good and bad in turn. */
struct flip {
	const char *name;
	void *at;
	uint64_t good;
	unsigned size; /* 2, 4 or 8 */
};

static uint64_t bad_value(const struct flip *f, unsigned turn)
{
	if (f->size == 8)
		return targets[turn % ntargets].addr;
	return turn % 3 ? UINT32_MAX >> turn % 32 : turn;
}

static void put(const struct flip *f, uint64_t v)
{
	switch (f->size) {
	case 2:
		__atomic_store_n((uint16_t *)f->at, (uint16_t)v,
				 __ATOMIC_RELAXED);
		break;
	case 4:
		__atomic_store_n((uint32_t *)f->at, (uint32_t)v,
				 __ATOMIC_RELAXED);
		break;
	default:
		__atomic_store_n((uint64_t *)f->at, v, __ATOMIC_RELAXED);
	}
}

static void *flipper(void *arg)
{
	const struct flip *f = arg;
	unsigned turn = 0;

	while (!stop) {
		put(f, f->good);
		put(f, bad_value(f, turn++));
	}
	return NULL;
}

/* Take what came; bytes that are not 'A' are not the program's. */
static void take(void)
{
	struct ix_bsys done = { .nr = IX_BSYS_RECV_DONE, .handle = server };
	struct ix_ctx c = { .events = arena->events, .events_cap = EVENTS };
	uint32_t i, k;

	if (gate(IX_GATE_ENTER, 0, (uint64_t)&c,
		 IX_ENTER_POLL | IX_ENTER_EVENTS) < 0)
		return;
	for (i = 0; i < c.nevents; i++) {
		const struct ix_event *e = &arena->events[i];

		if (e->type != IX_EV_RECV || e->handle != server)
			continue;
		for (k = 0; k < e->len; k++)
			foreign += ((const char *)e->data)[k] != 'A';
		done.len += e->len;
	}
	if (!done.len)
		return;
	received += done.len;
	arena->bsys[BATCH - 1] = done;
	c = (struct ix_ctx){ .bsys = &arena->bsys[BATCH - 1], .nbsys = 1 };
	gate(IX_GATE_ENTER, 0, (uint64_t)&c, 0);
}

static bool is_result(int64_t r, int64_t most)
{
	static const int64_t errors[] = { -EFAULT,    -EINVAL,	 -EBADF,
					  -ENOSYS,    -ENOTCONN, -EPIPE,
					  -ENOBUFS,   -EAGAIN,	 -EMSGSIZE,
					  -EOPNOTSUPP };
	unsigned i;

	if (r >= 0)
		return r <= most;
	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (r == errors[i])
			return true;
	return false;
}

/*
 * The lengths that are written are addresses, and the lowest of the host's
 * (DPDK's, from 4 GB on) are right as lengths: the arena has as much. SENDV then
 * takes what the queue holds, which must end within our data. Unless it is set
 * the queue grows beyond.
 */
static void limit_queue(void)
{
	struct ix_bsys b = { .nr = IX_BSYS_SETOPT,
			     .handle = client,
			     .opt = IX_OPT_SNDBUF,
			     .len = DATA / 2 };

	expect("SNDBUF", "client", call(&b), 0);
}

/* A SENDV of three pieces, again and again, while f is changed. */
static void race(const struct flip *f)
{
	const struct ix_bsys good = { .nr = IX_BSYS_SENDV,
				      .handle = client,
				      .addr = (uint64_t)arena->sg[0],
				      .count = 3 };
	unsigned round, wrong = 0;
	pthread_t other;
	unsigned i;
	long rc;

	stop = false;
	foreign = 0;
	if (pthread_create(&other, NULL, flipper, (void *)f))
		return;
	for (round = 0; round < ROUNDS; round++) {
		arena->bsys[0] = good;
		for (i = 0; i < 3; i++)
			arena->sg[0][i] =
				(struct ix_sg){ (uint64_t)arena->data + 64 * i,
						40 };
		arena->ctx = (struct ix_ctx){ .bsys = arena->bsys, .nbsys = 1 };
		rc = gate(IX_GATE_ENTER, 0, (uint64_t)&arena->ctx, 0);
		wrong += rc != 0 && rc != -EFAULT && rc != -EINVAL;
		wrong += rc == 0 && !is_result(arena->bsys[0].result, DATA);
		if (round % 8 == 7)
			take();
	}
	stop = true;
	pthread_join(other, NULL);
	expect("results while it changes", f->name, wrong, 0);
	take();
	expect("foreign bytes while it changes", f->name, foreign, 0);
}

void try_races(void)
{
	struct ix_sg *sg = arena->sg[0];
	struct ix_bsys *b = &arena->bsys[0];
	struct ix_ctx *c = &arena->ctx;
	const struct flip flips[] = {
		{ "address of a piece", &sg[1].base, (uint64_t)arena->data, 8 },
		{ "length of a piece", &sg[1].len, 40, 8 },
		{ "address of the list", &b->addr, (uint64_t)sg, 8 },
		{ "count of pieces", &b->count, 3, 2 },
		{ "handle", &b->handle, client, 8 },
		{ "address of the calls", &c->bsys, (uint64_t)b, 8 },
		{ "count of calls", &c->nbsys, 1, 4 },
		{ "flags", &b->flags, 0, 2 },
	};
	unsigned i;

	/* In direct mode a bad address is the program's own fault. */
	if (!guest)
		return;
	connect_pair(&client, &server);
	limit_queue();
	for (i = 0; i < sizeof(flips) / sizeof(flips[0]); i++) {
		struct flip f = flips[i];

		if (f.at == &b->handle)
			f.good = client;
		race(&f);
	}
	expect_true("bytes", "good ones arrive", received > 0);
	abort_connection(client);
	abort_connection(server);
	verdict("changed by another thread");
}
