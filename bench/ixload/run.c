// SPDX-License-Identifier: MIT
/*
 * run.c - the load itself: connect, store the keys, warm up, measure, drain
 *
 * Closed loop: each connection keeps `depth` requests under way. Open loop:
 * requests fall due at exponential intervals whatever the server does, and a
 * latency counts from the due time, so a stalled server cannot hide the
 * requests that would have been sent meanwhile.
 *
 * The measured time is also cut into windows, each with the requests that fell
 * due in it and a 99th percentile of its own; their median is what a machine
 * that pauses now and then (another guest of its host runs) does not spoil.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"

#define CONNECT_BATCH 256 /* connections being opened at a time */
#define STALL_NS UINT64_C(5000000000)
#define AGAIN_NS UINT64_C(50000000) /* between first attempts */
#define WINDOW_NS UINT64_C(50000000)
#define WINDOWS_MAX 256 /* longer ones for a longer time */

enum phase { DRAIN, PRELOAD, LOAD };

static struct {
	const struct load_opts *o;
	const struct backend *b;
	struct load_result *res;
	struct conn *conns;
	unsigned room;		 /* entries of conns */
	unsigned opening, alive; /* of the first o->connections */
	unsigned turn;
	int first_err;
	enum phase phase;
	bool preloaded, reached;
	uint32_t preload_next;
	uint64_t under_way, done;
	uint64_t next_due, measure_from, measure_to;
	uint64_t backlog_due[4096]; /* open loop: due, not yet sent */
	unsigned backlog_head, backlog;
	struct hist *windows;
	unsigned nwindows;
	uint64_t window_ns;
} run;

static void broke(struct conn *c, int err)
{
	if (c->failed)
		return;
	c->failed = true;
	if (c->up)
		run.alive--;
	else
		run.opening--;
	run.res->errors += c->busy ? c->busy : 1;
	run.under_way -= c->busy;
	c->busy = 0;
	if (!run.first_err)
		run.first_err = err;
	run.b->close(c);
}

/*
 * Sending
 */
static void flush(struct conn *c)
{
	ssize_t n;

	if (!c->out_len || c->failed)
		return;
	n = run.b->send(c, c->out, c->out_len);
	if (n < 0 && n != -EAGAIN) {
		broke(c, (int)-n);
		return;
	}
	if (n > 0) {
		c->out_len -= (size_t)n;
		memmove(c->out, c->out + n, c->out_len);
	}
}

static void put_request(struct conn *c, struct req r)
{
	size_t need = c->out_len + proto_request_max(run.o);

	if (need > c->out_cap) {
		c->out_cap = 2 * need;
		c->out = realloc(c->out, c->out_cap);
		if (!c->out)
			abort();
	}
	c->ring[(c->head + c->busy++) % LOAD_MAX_DEPTH] = r;
	run.under_way++;
	c->out_len += proto_request(run.o, &r, c->out + c->out_len);
}

static struct req random_req(uint64_t due)
{
	return (struct req){ .due_ns = due,
			     .key = workload_pick(),
			     .get = workload_is_get() };
}

/* Fill a connection as the phase wants; nothing in the open loop. */
static void fill(struct conn *c, uint64_t now)
{
	if (run.phase == PRELOAD) {
		while (c->busy < run.o->depth && run.preload_next < run.o->keys)
			put_request(c, (struct req){ .due_ns = now,
						     .key = run.preload_next++,
						     .preload = true });
	} else if (run.phase == LOAD && run.o->rate == 0) {
		while (c->busy < run.o->depth)
			put_request(c, random_req(now));
	} else if (run.phase == LOAD) {
		while (run.backlog && c->busy < run.o->depth) {
			put_request(
				c,
				random_req(run.backlog_due[run.backlog_head]));
			run.backlog_head = (run.backlog_head + 1) % 4096;
			run.backlog--;
		}
	}
	flush(c);
}

/*
 * Receiving
 */
static void account(const struct req *r, uint64_t now, bool wrong)
{
	uint64_t took;

	run.done++;
	run.under_way--;
	if (now < run.measure_to)
		run.res->all++;
	if (wrong)
		run.res->wrong++;
	if (r->preload || now < run.measure_from || now >= run.measure_to)
		return;
	took = now > r->due_ns ? now - r->due_ns : 0;
	run.res->requests++;
	hist_add(&run.res->hist, took);
	if (r->due_ns >= run.measure_from)
		hist_add(&run.windows[(r->due_ns - run.measure_from) /
				      run.window_ns],
			 took);
}

static void answers(struct conn *c)
{
	uint64_t now = run.b->now_ns();
	size_t at = 0;
	bool wrong;

	while (c->busy && at < c->in_len) {
		const struct req *r = &c->ring[c->head];
		ssize_t n = proto_answer(run.o, r, c->in + at, c->in_len - at,
					 &wrong);

		if (n == 0)
			break;
		if (n < 0) {
			run.res->wrong++;
			broke(c, EPROTO);
			return;
		}
		at += (size_t)n;
		account(r, now, wrong);
		c->head = (c->head + 1) % LOAD_MAX_DEPTH;
		c->busy--;
	}
	c->in_len -= at;
	memmove(c->in, c->in + at, c->in_len);
	fill(c, now);
}

void run_readable(struct conn *c)
{
	ssize_t n;
	bool full = true;

	while (full && !c->failed) {
		if (c->in_len == c->in_cap) {
			c->in_cap = c->in_cap ? 2 * c->in_cap : 4096;
			c->in = realloc(c->in, c->in_cap);
			if (!c->in)
				abort();
		}
		n = run.b->recv(c, c->in + c->in_len, c->in_cap - c->in_len);
		if (n == -EAGAIN)
			return;
		if (n <= 0) {
			broke(c, n ? (int)-n : ECONNRESET);
			return;
		}
		c->in_len += (size_t)n;
		full = c->in_len == c->in_cap; /* there may be more */
		answers(c);
	}
}

void run_writable(struct conn *c)
{
	flush(c);
}

void run_connected(struct conn *c, int err)
{
	if (err) {
		broke(c, err);
		return;
	}
	c->up = true;
	run.opening--;
	run.alive++;
}

void run_closed(struct conn *c, int err)
{
	broke(c, err ? err : ECONNRESET);
}

/*
 * Phases
 */
static void open_conn(struct conn *c)
{
	int rc;

	c->up = c->failed = false;
	c->head = c->busy = 0;
	c->in_len = c->out_len = 0;
	if (!c->ring)
		c->ring = calloc(LOAD_MAX_DEPTH, sizeof(*c->ring));
	run.opening++;
	rc = c->ring ? run.b->open(c) : -ENOMEM;
	if (rc < 0)
		broke(c, -rc);
}

/* May the server be about to start? */
static bool may_come(int err)
{
	return err == ECONNREFUSED || err == ECONNRESET || err == ETIMEDOUT ||
	       err == EHOSTUNREACH || err == ENETUNREACH;
}

/*
 * The first connection. A server that is starting refuses for a while, which
 * is no error of its; from then on all that fails counts.
 */
static void reach(void)
{
	struct conn *c = &run.conns[0];
	uint64_t now = run.b->now_ns();
	uint64_t end = now + (uint64_t)(run.o->connect_timeout_s * 1e9);
	uint64_t again;

	do {
		run.first_err = 0;
		again = now + AGAIN_NS;
		open_conn(c);
		do {
			run.b->poll(10000000);
			now = run.b->now_ns();
		} while (!c->up && now < (c->failed ? again : end));
	} while (!c->up && may_come(run.first_err) && now < end);
	if (!c->up && !c->failed)
		broke(c, ETIMEDOUT);
	run.res->errors = 0;
	run.reached = c->up;
}

/* Opens those of the first o->connections that are not up. */
static int open_conns(char *err, size_t err_size)
{
	uint64_t last = run.b->now_ns();
	unsigned next = 0, seen = 0, i;

	run.first_err = 0;
	run.alive = run.opening = 0;
	for (i = 0; i < run.o->connections; i++)
		run.alive += run.conns[i].up && !run.conns[i].failed;
	while (next < run.o->connections || run.opening) {
		for (; next < run.o->connections && run.opening < CONNECT_BATCH;
		     next++)
			if (!run.conns[next].up || run.conns[next].failed)
				open_conn(&run.conns[next]);
		run.b->poll(10000000);
		if (next - run.opening != seen) {
			seen = next - run.opening;
			last = run.b->now_ns();
		} else if (run.b->now_ns() - last > STALL_NS) {
			snprintf(err, err_size, "%u of %u connections opened",
				 run.alive, run.o->connections);
			return -ETIMEDOUT;
		}
	}
	if (run.alive)
		return 0;
	snprintf(err, err_size, "cannot connect to %s port %u: %s", run.o->host,
		 run.o->port, strerror(run.first_err));
	return -run.first_err;
}

static void fill_all(void)
{
	uint64_t now = run.b->now_ns();
	unsigned i;

	for (i = 0; i < run.o->connections; i++)
		if (run.conns[i].up && !run.conns[i].failed)
			fill(&run.conns[i], now);
}

/* Until nothing is under way; -ETIMEDOUT if that does not get less. */
static int drain(void)
{
	uint64_t last = run.b->now_ns(), done = run.done;

	while (run.under_way) {
		run.b->poll(10000000);
		if (run.done != done) {
			done = run.done;
			last = run.b->now_ns();
		} else if (run.b->now_ns() - last > STALL_NS) {
			return -ETIMEDOUT;
		}
	}
	return 0;
}

/* Queue what has fallen due; give it to connections in turn. */
static int64_t pace(uint64_t now)
{
	unsigned tries = run.o->connections;

	while (run.next_due <= now && run.backlog < 4096) {
		run.backlog_due[(run.backlog_head + run.backlog++) % 4096] =
			run.next_due;
		run.next_due += (uint64_t)(-log(workload_uniform()) * 1e9 /
					   run.o->rate);
	}
	while (run.backlog && tries--) {
		struct conn *c = &run.conns[run.turn++ % run.o->connections];
		unsigned all = run.backlog;

		if (!c->up || c->failed || c->busy == run.o->depth)
			continue;
		/* one each, so that connections take turns */
		run.backlog = 1;
		fill(c, now);
		run.backlog += all - 1;
	}
	return run.next_due > now ? (int64_t)(run.next_due - now) : 0;
}

static void mark(const char *what)
{
	if (run.o->mark)
		run.o->mark(what);
}

static int windows_begin(uint64_t time_ns)
{
	uint64_t n = time_ns / WINDOW_NS + 1;

	run.nwindows = n < WINDOWS_MAX ? (unsigned)n : WINDOWS_MAX;
	run.window_ns = time_ns / run.nwindows + 1;
	free(run.windows);
	run.windows = calloc(run.nwindows, sizeof(*run.windows));
	return run.windows ? 0 : -ENOMEM;
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Nothing answered in a window is no window. */
static uint64_t windows_end(void)
{
	uint64_t p99[WINDOWS_MAX];
	unsigned i, n = 0;

	for (i = 0; i < run.nwindows; i++)
		if (run.windows[i].count)
			p99[n++] = hist_quantile(&run.windows[i], 0.99);
	qsort(p99, n, sizeof(*p99), by_value);
	return n ? p99[n / 2] : 0;
}

static int load(void)
{
	uint64_t now = run.b->now_ns(), last = now, done = run.done;
	uint64_t time_ns = (uint64_t)(run.o->duration_s * 1e9);
	int64_t wait;

	if (windows_begin(time_ns) < 0)
		return -ENOMEM;
	run.phase = LOAD;
	run.measure_from = now + (uint64_t)(run.o->warmup_s * 1e9);
	run.measure_to = run.measure_from + time_ns;
	run.next_due = now;
	if (run.o->rate == 0)
		fill_all();
	run.backlog = 0;
	mark("begin");
	while (now < run.measure_to && run.alive) {
		wait = run.o->rate == 0 ? 10000000 : pace(now);
		run.b->poll(wait);
		now = run.b->now_ns();
		if (run.done != done) {
			done = run.done;
			last = now;
		} else if (now - last > STALL_NS) {
			run.res->errors += run.under_way;
			return -ETIMEDOUT;
		}
	}
	mark("end");
	run.phase = DRAIN;
	run.res->window_p99 = windows_end();
	run.res->missed = run.backlog;
	if (run.o->rate != 0 && run.next_due < now)
		run.res->missed += (uint64_t)((double)(now - run.next_due) *
					      run.o->rate / 1e9);
	return 0;
}

static int preload(void)
{
	if (run.o->proto != PROTO_MEMCACHED || run.o->no_preload ||
	    run.preloaded)
		return 0;
	run.preloaded = true;
	run.phase = PRELOAD;
	fill_all();
	return drain();
}

int run_init(const struct load_opts *o)
{
	run.b = o->kernel ? &backend_kernel : &backend_ix;
	run.conns = calloc(o->connections, sizeof(*run.conns));
	run.room = run.conns ? o->connections : 0;
	return run.conns ? 0 : -ENOMEM;
}

int run_load(const struct load_opts *o, struct load_result *res, char *err,
	     size_t err_size)
{
	int rc;

	if (o->connections > run.room)
		return -EINVAL;
	memset(res, 0, sizeof(*res));
	run.o = o;
	run.res = res;
	if (!run.reached && o->connect_timeout_s > 0)
		reach();
	rc = open_conns(err, err_size);
	if (rc < 0)
		return rc;
	rc = preload();
	if (rc == 0)
		rc = load();
	if (rc == 0)
		rc = drain();
	if (rc < 0)
		snprintf(err, err_size,
			 "the server does not answer (%llu requests are open)",
			 (unsigned long long)run.under_way);
	res->seconds = o->duration_s;
	return rc;
}
