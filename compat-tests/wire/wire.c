// SPDX-License-Identifier: MIT
/*
 * wire - a bad link between two interfaces, for tests of TCP.
 *
 * One thread, one epoll: frames are judged as they come, held until they are
 * due and sent to the other end. It sleeps until the next frame or release.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "hold.h"
#include "impair.h"
#include "options.h"
#include "port.h"

#define SLOTS 16384
#define NSEC_PER_SEC 1000000000ull
#define SIGNAL_TAG 2

/* What one direction did; the names are those of the JSON. */
#define COUNTERS(X)    \
	X(received)    \
	X(forwarded)   \
	X(lost)        \
	X(duplicated)  \
	X(reordered)   \
	X(corrupted)   \
	X(queue_drops) \
	X(hold_drops)  \
	X(oversize)    \
	X(send_errors) \
	X(missed)

struct counters {
#define X(name) uint64_t name;
	COUNTERS(X)
#undef X
};

struct direction {
	const struct impair_conf *conf;
	struct impair_state state;
	struct impair_rng rng;
	struct hold hold;
	struct port *from, *to;
	uint64_t seq;
	uint64_t highest_sent;
	struct counters count;
	struct hold_item items[SLOTS];
};

/* Frames in flight in either direction; free ones on a stack, the most
 * recently used on top, so that few pages are touched. */
struct slots {
	struct port_frame *frames;
	uint32_t free[SLOTS];
	uint32_t free_count;
};

struct wire {
	struct wire_options opt;
	struct port port[2];
	struct direction dir[2];
	struct slots slots;
	int epoll_fd;
	int signal_fd;
	bool stop;
};

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

static struct port_frame *frame_of(struct slots *s, uint32_t slot)
{
	return &s->frames[slot];
}

static int slots_init(struct slots *s)
{
	void *mem = mmap(NULL, SLOTS * sizeof(struct port_frame),
			 PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (mem == MAP_FAILED)
		return -ENOMEM;
	s->frames = mem;
	for (uint32_t i = 0; i < SLOTS; i++)
		s->free[i] = SLOTS - 1 - i;
	s->free_count = SLOTS;
	return 0;
}

/* ARP has no checksum: a flipped bit there would poison a cache, which no
 * test of TCP asks for. */
static bool is_ip(const struct port_frame *f)
{
	return (f->data[12] == 0x08 && f->data[13] == 0x00) ||
	       (f->data[12] == 0x86 && f->data[13] == 0xdd);
}

static void corrupt(struct direction *d, struct port_frame *f, uint32_t bit)
{
	if (!is_ip(f))
		return;
	f->data[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	d->count.corrupted++;
}

/* True when the slot is held, else it is free again. */
static bool hold_frame(struct direction *d, uint32_t slot, uint32_t len,
		       uint64_t release)
{
	struct hold_item item = {
		.release = release, .seq = ++d->seq, .slot = slot, .len = len
	};

	if (hold_push(&d->hold, &item))
		return true;
	d->count.hold_drops++;
	return false;
}

static void hold_copy(struct wire *w, struct direction *d,
		      const struct port_frame *f, uint32_t len,
		      uint64_t release)
{
	uint32_t slot;

	if (w->slots.free_count == 0) {
		d->count.hold_drops++;
		return;
	}
	slot = w->slots.free[w->slots.free_count - 1];
	memcpy(frame_of(&w->slots, slot)->data, f->data, len);
	if (hold_frame(d, slot, len, release)) {
		w->slots.free_count--;
		d->count.duplicated++;
	}
}

/* Judges one received frame; true if its slot is kept. */
static bool take(struct wire *w, struct direction *d, uint32_t slot,
		 uint32_t len, uint64_t now)
{
	struct port_frame *f = frame_of(&w->slots, slot);
	struct impair_verdict v;
	struct impair_dice dice;

	d->count.received++;
	if (len == 0) {
		d->count.oversize++;
		return false;
	}
	impair_roll(&d->rng, &dice);
	impair_judge(d->conf, &d->state, now, len, &dice, &v);
	if (v.fate == IMPAIR_LOST)
		d->count.lost++;
	if (v.fate == IMPAIR_QUEUE_DROP)
		d->count.queue_drops++;
	if (v.fate != IMPAIR_FORWARD)
		return false;
	if (v.corrupt)
		corrupt(d, f, v.corrupt_bit);
	if (!hold_frame(d, slot, len, v.release))
		return false;
	if (v.duplicate)
		hold_copy(w, d, f, len, v.release);
	return true;
}

/* The batch's slots are taken off the stack first, since duplicates take
 * slots too; what is not kept goes back. */
static bool receive(struct wire *w, struct direction *d, uint64_t now)
{
	struct port_frame *frames[PORT_BATCH];
	uint32_t slot[PORT_BATCH], len[PORT_BATCH];
	int n;

	if (w->slots.free_count < PORT_BATCH)
		return false;
	for (int i = 0; i < PORT_BATCH; i++) {
		slot[i] = w->slots.free[--w->slots.free_count];
		frames[i] = frame_of(&w->slots, slot[i]);
	}
	n = port_receive(d->from, frames, len);
	for (int i = PORT_BATCH - 1; i >= n; i--)
		w->slots.free[w->slots.free_count++] = slot[i];
	for (int i = 0; i < n; i++)
		if (!take(w, d, slot[i], len[i], now))
			w->slots.free[w->slots.free_count++] = slot[i];
	return n == PORT_BATCH;
}

static int collect_due(struct wire *w, struct direction *d, uint64_t now,
		       struct hold_item *items, struct port_frame **frames,
		       uint32_t *lens)
{
	int n = 0;

	while (n < PORT_BATCH && hold_pop_due(&d->hold, now, &items[n])) {
		frames[n] = frame_of(&w->slots, items[n].slot);
		lens[n] = items[n].len;
		if (items[n].seq < d->highest_sent)
			d->count.reordered++;
		else
			d->highest_sent = items[n].seq;
		n++;
	}
	return n;
}

static void release_due(struct wire *w, struct direction *d, uint64_t now)
{
	struct port_frame *frames[PORT_BATCH];
	struct hold_item items[PORT_BATCH];
	uint32_t lens[PORT_BATCH];
	int n, sent;

	do {
		n = collect_due(w, d, now, items, frames, lens);
		sent = port_send(d->to, frames, lens, n);
		d->count.forwarded += (uint64_t)sent;
		d->count.send_errors += (uint64_t)(n - sent);
		for (int i = 0; i < n; i++)
			w->slots.free[w->slots.free_count++] = items[i].slot;
	} while (n == PORT_BATCH);
}

static void pump(struct wire *w)
{
	uint64_t now = now_ns();

	for (int i = 0; i < 2; i++) {
		for (int round = 0; round < 4; round++)
			if (!receive(w, &w->dir[i], now))
				break;
		release_due(w, &w->dir[i], now_ns());
	}
}

static void wait_for_work(struct wire *w, uint64_t end)
{
	struct epoll_event ev[3];
	struct timespec ts, *timeout = NULL;
	uint64_t next = end, now = now_ns();
	int n;

	for (int i = 0; i < 2; i++)
		if (hold_next(&w->dir[i].hold) < next)
			next = hold_next(&w->dir[i].hold);
	if (next != UINT64_MAX) {
		uint64_t left = next > now ? next - now : 0;

		ts.tv_sec = (time_t)(left / NSEC_PER_SEC);
		ts.tv_nsec = (long)(left % NSEC_PER_SEC);
		timeout = &ts;
	}
	n = epoll_pwait2(w->epoll_fd, ev, 3, timeout, NULL);
	for (int i = 0; i < n; i++)
		if (ev[i].data.u32 == SIGNAL_TAG)
			w->stop = true;
	if (now_ns() >= end)
		w->stop = true;
}

static int watch(struct wire *w, int fd, uint32_t tag)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u32 = tag };

	return epoll_ctl(w->epoll_fd, EPOLL_CTL_ADD, fd, &ev) ? -errno : 0;
}

static int open_ports(struct wire *w)
{
	for (int i = 0; i < 2; i++) {
		int rc = port_open(&w->port[i], w->opt.ifname[i]);

		if (rc) {
			fprintf(stderr, "ix-wire: %s: %s\n", w->opt.ifname[i],
				strerror(-rc));
			return rc;
		}
		rc = watch(w, w->port[i].fd, (uint32_t)i);
		if (rc)
			return rc;
	}
	return 0;
}

static void init_direction(struct wire *w, int i)
{
	struct direction *d = &w->dir[i];

	d->conf = &w->opt.dir[i];
	impair_seed(&d->rng, w->opt.seed * 2 + (uint64_t)i);
	d->hold.items = d->items;
	d->hold.size = SLOTS;
	d->from = &w->port[i];
	d->to = &w->port[!i];
}

static int init(struct wire *w)
{
	sigset_t mask;
	int rc;

	sigemptyset(&mask);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGTERM);
	/* A shell starts its background jobs with SIGINT ignored. */
	signal(SIGINT, SIG_DFL);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	w->signal_fd = signalfd(-1, &mask, SFD_CLOEXEC);
	w->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (w->signal_fd < 0 || w->epoll_fd < 0)
		return -errno;
	/* The default slack of 50 us would be the largest error in a delay. */
	prctl(PR_SET_TIMERSLACK, 1);
	rc = slots_init(&w->slots);
	if (!rc)
		rc = watch(w, w->signal_fd, SIGNAL_TAG);
	for (int i = 0; i < 2; i++)
		init_direction(w, i);
	return rc ? rc : open_ports(w);
}

static void print_direction(const char *name, struct direction *d)
{
	const char *comma = "";

	d->count.missed = port_missed(d->from);
	printf("\"%s\": {", name);
#define X(field)                                                     \
	printf("%s\"" #field "\": %" PRIu64, comma, d->count.field); \
	comma = ", ";
	COUNTERS(X)
#undef X
	printf("}");
}

static void report(struct wire *w, uint64_t ran)
{
	printf("{\"a\": \"%s\", \"b\": \"%s\", \"seed\": %" PRIu64
	       ", \"seconds\": %.3f, ",
	       w->opt.ifname[0], w->opt.ifname[1], w->opt.seed,
	       (double)ran / 1e9);
	print_direction("ab", &w->dir[0]);
	printf(", ");
	print_direction("ba", &w->dir[1]);
	printf("}\n");
}

int main(int argc, char **argv)
{
	static struct wire w;
	uint64_t start, end;
	int rc = wire_options_parse(argc, argv, stderr, &w.opt);

	if (rc)
		return rc > 0 ? 0 : 2;
	rc = init(&w);
	if (rc) {
		fprintf(stderr, "ix-wire: cannot start: %s\n", strerror(-rc));
		return 1;
	}
	fprintf(stderr, "ix-wire: ready\n");
	start = now_ns();
	end = w.opt.duration ? start + w.opt.duration : UINT64_MAX;
	while (!w.stop) {
		wait_for_work(&w, end);
		pump(&w);
	}
	report(&w, now_ns() - start);
	for (int i = 0; i < 2; i++)
		port_close(&w.port[i]);
	return 0;
}
