// SPDX-License-Identifier: MIT
/*
 * test_conn.c - connections over a gate that records calls and plays events
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "libix/share/app.h"

#define SHARED (64 << 20)
#define HANDLE IX_HANDLE(7, IX_KIND_TCP, 1)

static struct ix_bsys calls[64];
static unsigned ncalls;
static char wire[1 << 20]; /* bytes of all SENDV calls */
static size_t wire_len;
static int64_t accept_bytes; /* SENDV takes at most this; < 0: all */
static struct ix_event play[16];
static unsigned nplay;
static unsigned notified, closed_count;

static int64_t take(const struct ix_bsys *b)
{
	const struct ix_sg *sg = (const struct ix_sg *)b->addr;
	int64_t room = accept_bytes < 0 ? INT64_MAX : accept_bytes, done = 0;
	unsigned i;

	for (i = 0; i < b->count && done < room; i++) {
		int64_t n = (int64_t)sg[i].len;

		if (n > room - done)
			n = room - done;
		memcpy(wire + wire_len, (void *)sg[i].base, (size_t)n);
		wire_len += (size_t)n;
		done += n;
	}
	return done;
}

static uint64_t now_ns;
static unsigned polled;

static int fake_enter(unsigned et, struct ix_ctx *ctx, uint32_t flags)
{
	uint32_t i;

	(void)et;
	for (i = 0; i < ctx->nbsys; i++) {
		struct ix_bsys *b = &ctx->bsys[i];

		b->result = b->nr == IX_BSYS_SENDV ? take(b) : 0;
		if (b->nr == IX_BSYS_CONNECT)
			b->handle = HANDLE;
		calls[ncalls++] = *b;
	}
	ctx->nbsys = 0;
	ctx->nevents = 0;
	ctx->rx = 0;
	ctx->now_ns = now_ns;
	polled += flags & IX_ENTER_POLL ? 1 : 0;
	ctx->next_timer_ns = UINT64_MAX;
	if (flags & IX_ENTER_EVENTS) {
		memcpy(ctx->events, play, nplay * sizeof(*play));
		ctx->nevents = nplay;
		nplay = 0;
	}
	return 0;
}

static void notify(struct ix_obj *o, unsigned what)
{
	(void)o;
	notified |= what;
	closed_count += what & IX_N_CLOSED ? 1 : 0;
}

static uint64_t fake_now(void)
{
	return 1;
}

static const struct ix_dp fake_dp = { .enter = fake_enter, .now_ns = fake_now };
static const struct ix_handlers fake_handlers = { .notify = notify };

static struct ix_event *add_event(struct ix_conn *c, uint16_t type)
{
	struct ix_event *ev = &play[nplay++];

	memset(ev, 0, sizeof(*ev));
	ev->type = type;
	ev->handle = HANDLE;
	ev->cookie = (uint64_t)c;
	return ev;
}

static void drive(void)
{
	ix_et_lock(0);
	ix_drive(0, 0);
	ix_et_unlock(0);
}

static int setup(void **state)
{
	struct ix_app *app = aligned_alloc(4096, SHARED);
	struct ix_conn *c = calloc(1, sizeof(*c));
	struct ix_addr ip = { { 0 } };

	memset(app, 0, sizeof(*app));
	ix_self = (struct ix_process){
		.dp = &fake_dp,
		.app = app,
		.h = &fake_handlers,
		.boot.info = { .nethreads = 1, .app_size = SHARED },
	};
	assert_int_equal(ix_lay_out(app, false), 0);
	accept_bytes = -1;
	now_ns = 0;
	notified = nplay = ncalls = 0;
	assert_int_equal(ix_connect(c, 0, &ip, 80, 0, 0, 0), 0);
	add_event(c, IX_EV_CONNECTED)->window = 100000;
	drive();
	assert_int_equal(notified, IX_N_CONNECTED);
	ncalls = wire_len = notified = closed_count = 0;
	*state = c;
	return 0;
}

static int teardown(void **state)
{
	struct ix_et *e = ix_et(0);

	assert_int_equal(e->rx.in_use, 0);
	assert_int_equal(e->small.in_use, 0);
	assert_int_equal(e->big.in_use, 0);
	free(*state);
	free(ix_self.app);
	return 0;
}

static ssize_t put_as(struct ix_conn *c, const char *text, unsigned flags)
{
	struct iovec iov = { .iov_base = (void *)text,
			     .iov_len = strlen(text) };

	return ix_write(c, &iov, 1, flags);
}

static ssize_t put(struct ix_conn *c, const char *text)
{
	return put_as(c, text, 0);
}

static void ack(struct ix_conn *c, uint32_t len)
{
	struct ix_event *ev = add_event(c, IX_EV_SENT);

	ev->len = len;
	ev->window = 100000;
	drive();
}

static void receive(struct ix_conn *c, const char *text)
{
	struct ix_event *ev = add_event(c, IX_EV_RECV);

	ev->data = (uint64_t)text;
	ev->len = (uint32_t)strlen(text);
}

static void finish(struct ix_conn *c)
{
	ix_close(c, false);
	drive();
	assert_int_equal(closed_count, 0);
	add_event(c, IX_EV_DEAD);
	drive();
	assert_int_equal(closed_count, 1);
}

static void writes_of_a_round_are_one_sendv(void **state)
{
	struct ix_conn *c = *state;

	assert_int_equal(put(c, "hello "), 6);
	assert_int_equal(put(c, "world"), 5);
	drive();
	assert_int_equal(ncalls, 1);
	assert_int_equal(calls[0].nr, IX_BSYS_SENDV);
	assert_int_equal(calls[0].count, 1);
	assert_memory_equal(wire, "hello world", 11);
	assert_int_equal(c->tx_unacked, 11);
	ack(c, 11);
	assert_int_equal(c->tx_unacked, 0);
	assert_null(c->tx_head);
	finish(c);
}

static void refused_bytes_follow_the_next_ack(void **state)
{
	struct ix_conn *c = *state;

	accept_bytes = 4;
	put(c, "abcdefgh");
	drive();
	assert_int_equal(c->tx_unsent, 4);
	assert_int_equal(c->tx_unacked, 4);
	drive();
	assert_int_equal(ncalls, 1); /* it waits */
	accept_bytes = -1;
	ack(c, 4);
	drive();
	assert_memory_equal(wire, "abcdefgh", 8);
	ack(c, 4);
	assert_null(c->tx_head);
	finish(c);
}

static void urgent_bytes_end_a_call(void **state)
{
	struct ix_conn *c = *state;

	put_as(c, "abU", IX_WRITE_URGENT);
	put(c, "cd");
	drive();
	assert_int_equal(calls[0].len, 3);
	assert_true(calls[0].flags & IX_SENDV_URG);
	drive();
	assert_int_equal(ncalls, 2);
	assert_int_equal(calls[1].len, 2);
	assert_false(calls[1].flags & IX_SENDV_URG);
	assert_memory_equal(wire, "abUcd", 5);
	ack(c, 5);
	finish(c);
}

/* The mark is told of, then the bytes; reading counts down to it. */
static void marks_are_counted(void **state)
{
	struct ix_conn *c = *state;
	struct ix_event *e = add_event(c, IX_EV_URG);

	e->len = 2;
	e->detail = IX_URG_NEW | IX_URG_BYTE | 'U';
	receive(c, "abUc");
	drive();
	assert_true(notified & IX_N_URG && notified & IX_N_PRI);
	assert_int_equal(c->urg, IX_URG_VALID | 'U');
	assert_int_equal(c->urg_left, 2);
	ix_skip(c, 2);
	assert_int_equal(c->urg_left, 0);
	ix_skip(c, 1);
	assert_int_equal(c->urg, 0);
	ix_skip(c, 1);
	finish(c);
}

/* What it was read up to is not found behind a newer mark. */
static void replaced_marks_vanish(void **state)
{
	struct ix_conn *c = *state;
	struct ix_event *e = add_event(c, IX_EV_URG);

	e->detail = IX_URG_NEW | IX_URG_BYTE | 'A';
	receive(c, "A");
	drive();
	e = add_event(c, IX_EV_URG);
	e->detail = IX_URG_NEW | IX_URG_CAME;
	e->len = 2;
	e->data = 1; /* B, whose bytes are to come, was replaced by D */
	receive(c, "BcD");
	drive();
	assert_int_equal(c->o.rx_bytes, 2);
	assert_int_equal(c->urg_left, 1);
	/* inline they stay */
	c->urg_inline = 1;
	ix_skip(c, 1);
	e = add_event(c, IX_EV_URG);
	e->detail = IX_URG_NEW | IX_URG_CAME;
	receive(c, "E");
	drive();
	assert_int_equal(c->o.rx_bytes, 2);
	ix_skip(c, 2);
	finish(c);
}

static void close_follows_all_bytes(void **state)
{
	struct ix_conn *c = *state;

	put(c, "last words");
	ix_close(c, false);
	drive();
	assert_int_equal(ncalls, 2);
	assert_int_equal(calls[0].nr, IX_BSYS_SENDV);
	assert_true(calls[0].flags & IX_SENDV_FIN);
	assert_int_equal(calls[1].nr, IX_BSYS_CLOSE);
	assert_int_equal(closed_count, 0); /* the bytes are still needed */
	ack(c, 10);
	add_event(c, IX_EV_DEAD);
	drive();
	assert_int_equal(closed_count, 1);
}

static void close_waits_for_refused_bytes(void **state)
{
	struct ix_conn *c = *state;

	accept_bytes = 3;
	put(c, "abcdef");
	ix_close(c, false);
	drive();
	assert_int_equal(ncalls, 1);
	accept_bytes = -1;
	ack(c, 3);
	drive();
	assert_int_equal(calls[ncalls - 1].nr, IX_BSYS_CLOSE);
	assert_memory_equal(wire, "abcdef", 6);
	add_event(c, IX_EV_DEAD);
	drive();
	assert_int_equal(closed_count, 1);
}

static void the_limit_bounds_writes(void **state)
{
	static char big[200000];
	struct ix_conn *c = *state;
	struct iovec iov = { .iov_base = big, .iov_len = sizeof(big) };

	assert_int_equal(ix_write(c, &iov, 1, 0), 100000);
	assert_int_equal(ix_conn_room(c), 0);
	assert_int_equal(ix_write(c, &iov, 1, 0), 0);
	drive();
	assert_int_equal(wire_len, 100000);
	ack(c, 20000);
	assert_int_equal(notified & IX_N_WRITE, IX_N_WRITE);
	ack(c, 80000);
	assert_null(c->tx_head);
	finish(c);
}

static void reading_crosses_pieces(void **state)
{
	struct ix_conn *c = *state;
	char a[4], b[8];
	struct iovec iov[2] = { { a, 4 }, { b, 8 } };

	receive(c, "abc");
	receive(c, "defgh");
	receive(c, "i");
	drive();
	assert_int_equal(c->o.rx_bytes, 9);
	assert_int_equal(ix_read(c, iov, 1, true, 2), 4);
	assert_memory_equal(a, "cdef", 4);
	assert_int_equal(ix_read(c, iov, 2, false, 0), 9);
	assert_memory_equal(a, "abcd", 4);
	assert_memory_equal(b, "efghi", 5);
	drive();
	assert_int_equal(calls[0].nr, IX_BSYS_RECV_DONE);
	assert_int_equal(calls[0].len, 9);
	finish(c);
}

static void unread_bytes_outlive_dead(void **state)
{
	struct ix_conn *c = *state;
	char a[8];
	struct iovec iov = { a, 8 };

	receive(c, "xyz");
	add_event(c, IX_EV_DEAD)->err = ECONNRESET;
	drive();
	assert_true(notified & IX_N_DEAD);
	assert_int_equal(c->err, ECONNRESET);
	assert_int_equal(ix_read(c, &iov, 1, false, 0), 3);
	assert_int_equal(put(c, "no"), -ECONNRESET);
	ix_close(c, false);
	drive();
	assert_int_equal(closed_count, 1);
}

/* What is written to many is sent before the thread is done with all. */
static void many_writes_are_sent(void **state)
{
	struct ix_conn *many = calloc(IX_PUSH, sizeof(*many));
	unsigned i;

	(void)state;
	for (i = 0; i < IX_PUSH; i++) {
		many[i] = *(struct ix_conn *)*state;
		assert_int_equal(put(&many[i], "a"), 1);
		assert_int_equal(put(&many[i], "b"), 1);
		assert_int_equal(wire_len, i + 1 < IX_PUSH ? 0 : 2 * i + 1);
	}
	assert_int_equal(ix_et(0)->written, 1);
	drive();
	assert_int_equal(wire_len, 2 * IX_PUSH);
	for (i = 0; i < IX_PUSH; i++)
		add_event(&many[i], IX_EV_SENT)->len = 2;
	drive();
	free(many);
}

/* The owner finds the elastic thread taken: it is told of the next round. */
static void owner_is_told(void **state)
{
	struct ix_et *e = ix_et(0);

	(void)state;
	ix_self.boot.fds.owner_wake = -1;
	e->owner_asleep = 0;
	e->lock.word = (uint32_t)getppid(); /* somebody who lives */
	ix_app_ops.drive(0);
	assert_int_equal(e->owner_asleep, 1);
	e->lock.word = 0;
	drive();
	assert_int_equal(e->owner_asleep, 0); /* it was rung */
}

/* A program that sends and does nothing else still hears its peers, and the owner
 * knows since when nobody has polled. */
static void who_only_sends_polls(void **state)
{
	struct ix_et *e = ix_et(0);
	struct ix_bsys b = { .nr = IX_BSYS_UDP_SENDV };
	uint64_t last;

	(void)state;
	now_ns = 10 * NSEC_PER_MSEC;
	drive();
	last = e->last_poll_ns;
	polled = 0;
	now_ns += 50 * NSEC_PER_USEC;
	drive();
	assert_int_equal(polled, 0);
	ix_et_lock(0);
	ix_call(0, &b);
	ix_et_unlock(0);
	assert_int_equal(e->last_poll_ns, last);
	now_ns += 60 * NSEC_PER_USEC;
	drive();
	assert_int_equal(polled, 1);
	assert_int_equal(e->last_poll_ns, now_ns);
	drive();
	assert_int_equal(polled, 1);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(writes_of_a_round_are_one_sendv),
		T(refused_bytes_follow_the_next_ack),
		T(urgent_bytes_end_a_call),
		T(marks_are_counted),
		T(replaced_marks_vanish),
		T(close_follows_all_bytes),
		T(close_waits_for_refused_bytes),
		T(the_limit_bounds_writes),
		T(many_writes_are_sent),
		T(reading_crosses_pieces),
		T(unread_bytes_outlive_dead),
		T(owner_is_told),
		T(who_only_sends_polls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
