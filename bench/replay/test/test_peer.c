// SPDX-License-Identifier: MIT
/*
 * test_peer.c - the trace is what ixload would send and accept; the peer
 * against a server of a few lines, which may make mistakes
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <netinet/if_ether.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/replay/peer.h"

#define CONNS 3
#define KEYS 20
#define WARMUP 10
#define REQUESTS 100
#define ETH sizeof(struct ether_header)
#define HEADERS (ETH + sizeof(struct iphdr) + sizeof(struct tcphdr))
#define ARENA (8u << 20)

static const struct load_opts opts = {
	.proto = PROTO_MEMCACHED,
	.kind = LOAD_ETC,
	.keys = KEYS,
	.seed = 7,
	.get_ratio = -1,
};

/* What the server does wrong, once, at its 50th answer. */
enum mistake { NONE, WRONG_BYTE, LOST_BYTE, TWICE, RESET, FIN };

struct server {
	struct peer *p;
	enum mistake mistake;
	bool listens;
	unsigned answers;
	uint32_t next[CONNS]; /* index of the request to come */
	uint32_t seq[CONNS];
	uint8_t frame[PEER_FRAME]; /* the peer's */
};

static struct arena arena;

static int setup(void **state)
{
	arena = (struct arena){ .base = calloc(1, ARENA), .size = ARENA };
	(void)state;
	return arena.base ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	free(arena.base);
	return 0;
}

static void start(struct server *s, enum mistake mistake)
{
	struct peer *p = arena_alloc(&arena, peer_size(CONNS), 64);
	struct ether_header eth = { .ether_type = htons(ETHERTYPE_ARP) };
	struct ether_arp a = { .arp_op = htons(ARPOP_REQUEST),
			       .arp_spa = { 10, 9, 0, 2 },
			       .arp_tpa = { 10, 9, 0, 2 } };
	uint8_t frame[ETH + sizeof(a)];
	unsigned i;

	memset(s, 0, sizeof(*s));
	assert_int_equal(
		trace_make(&arena, &opts, WARMUP + REQUESTS, &p->trace), 0);
	p->warmup = WARMUP;
	p->nconns = CONNS;
	p->depth = 2;
	p->port = 11211;
	peer_init(p);
	*s = (struct server){ .p = p, .mistake = mistake, .listens = true };
	for (i = 0; i < CONNS; i++)
		s->next[i] = i;
	assert_int_equal(peer_output(p, s->frame), 0); /* knows nobody */
	memcpy(frame, &eth, sizeof(eth));
	memcpy(frame + ETH, &a, sizeof(a));
	peer_input(p, frame, sizeof(frame));
}

static void reply(struct server *s, unsigned id, uint32_t ack, uint8_t flags,
		  const char *data, size_t len)
{
	struct ether_header eth = { .ether_type = htons(ETHERTYPE_IP) };
	struct iphdr ip = { .version = 4,
			    .ihl = 5,
			    .protocol = IPPROTO_TCP,
			    .tot_len = htons((uint16_t)(HEADERS - ETH + len)) };
	struct tcphdr tcp = { .th_sport = htons(11211),
			      .th_dport = htons((uint16_t)(20000 + id)),
			      .th_seq = htonl(s->seq[id]),
			      .th_ack = htonl(ack),
			      .th_off = 5,
			      .th_flags = flags };
	uint8_t frame[HEADERS + 2048];

	memcpy(frame, &eth, sizeof(eth));
	memcpy(frame + ETH, &ip, sizeof(ip));
	memcpy(frame + ETH + sizeof(ip), &tcp, sizeof(tcp));
	memcpy(frame + HEADERS, data, len);
	s->seq[id] += (uint32_t)len + !!(flags & (TH_SYN | TH_FIN));
	peer_input(s->p, frame, HEADERS + len);
}

/* In two pieces, where there are two bytes. */
static void answer(struct server *s, unsigned id, uint32_t ack,
		   const struct trace_req *r)
{
	char text[2048];
	size_t half = r->answer_len / 2;
	bool now = ++s->answers == 50;

	memcpy(text, r->answer, r->answer_len);
	if (now && s->mistake == WRONG_BYTE)
		text[half] ^= 1;
	reply(s, id, ack, TH_ACK, text, half);
	if (now && s->mistake == LOST_BYTE)
		s->seq[id]++;
	reply(s, id, ack, TH_ACK, text + half, r->answer_len - half);
	if (now && s->mistake == TWICE)
		reply(s, id, ack, TH_ACK, text, r->answer_len);
	if (now && s->mistake == RESET)
		reply(s, id, ack, TH_RST, "", 0);
	if (now && s->mistake == FIN)
		reply(s, id, ack, TH_ACK | TH_FIN, "", 0);
}

/* Every request has the trace's bytes; at most two are under way. */
static void requests(struct server *s, unsigned id, uint32_t ack,
		     const char *data, size_t len)
{
	const struct trace_req *r[3];
	unsigned n = 0, i;

	while (len) {
		assert_in_range(n, 0, 1);
		assert_in_range(s->next[id], 0, s->p->limit - 1);
		r[n] = &s->p->trace.req[s->next[id]];
		s->next[id] += CONNS;
		assert_in_range(r[n]->text_len, 1, len);
		assert_memory_equal(data, r[n]->text, r[n]->text_len);
		data += r[n]->text_len;
		len -= r[n]->text_len;
		n++;
	}
	for (i = 0; i < n; i++)
		answer(s, id, ack, r[i]);
}

/* One frame of the peer: its flags, or -1 if it sends none. */
static int round_trip(struct server *s)
{
	size_t size = peer_output(s->p, s->frame), head;
	struct tcphdr tcp;
	uint32_t ack;
	unsigned id;

	if (!size)
		return -1;
	memcpy(&tcp, s->frame + ETH + sizeof(struct iphdr), sizeof(tcp));
	head = ETH + sizeof(struct iphdr) + tcp.th_off * 4u;
	id = ntohs(tcp.th_sport) - 20000u;
	assert_in_range(id, 0, CONNS - 1);
	ack = ntohl(tcp.th_seq) + (uint32_t)(size - head);
	if (!(tcp.th_flags & TH_SYN)) {
		requests(s, id, ack, (char *)s->frame + head, size - head);
	} else if (s->listens) {
		s->seq[id] = 0xfffffff0u;
		reply(s, id, ack + 1, TH_SYN | TH_ACK, "", 0);
	} else {
		reply(s, id, ack + 1, TH_RST | TH_ACK, "", 0);
	}
	return tcp.th_flags;
}

static uint64_t run(struct server *s)
{
	unsigned i, quiet = 0;

	for (i = 0; i < 10000 && quiet < 200; i++)
		quiet = round_trip(s) < 0 ? quiet + 1 : 0;
	return s->p->wrong;
}

static void test_trace(void **state)
{
	struct trace a, b;
	struct req r = { 0 };
	unsigned gets = 0;
	bool wrong;
	uint32_t i;

	(void)state;
	assert_int_equal(trace_make(&arena, &opts, REQUESTS, &a), 0);
	assert_int_equal(trace_make(&arena, &opts, REQUESTS, &b), 0);
	assert_int_equal(a.n, KEYS + REQUESTS);
	assert_int_equal(workload_init(&opts), 0);
	for (i = 0; i < a.n; i++) {
		const struct trace_req *t = &a.req[i];

		assert_int_equal(t->text_len, b.req[i].text_len);
		assert_memory_equal(t->text, b.req[i].text, t->text_len);
		r.key = i < KEYS ? i : workload_pick();
		r.get = i >= KEYS && workload_is_get();
		gets += r.get;
		assert_int_equal(proto_answer(&opts, &r, t->answer,
					      t->answer_len, &wrong),
				 t->answer_len);
		assert_false(wrong);
	}
	assert_in_range(gets, REQUESTS / 2, REQUESTS - 1);
}

static void test_no_memory(void **state)
{
	struct trace t;

	(void)state;
	arena.size = 4096;
	assert_int_equal(trace_make(&arena, &opts, REQUESTS, &t), -ENOMEM);
}

static void test_all_answered(void **state)
{
	struct server s;

	(void)state;
	start(&s, NONE);
	assert_int_equal(run(&s), 0);
	assert_int_equal(s.p->phase, PEER_DONE);
	assert_int_equal(s.answers, KEYS + WARMUP + REQUESTS);
	/* the server closes, the peer resets it, and that is all */
	reply(&s, 1, s.p->conn[1].snd_nxt, TH_ACK | TH_FIN, "", 0);
	assert_int_equal(round_trip(&s), TH_RST | TH_ACK);
	assert_int_equal(run(&s), 0);
}

static void test_phases(void **state)
{
	struct server s;
	unsigned i;

	(void)state;
	start(&s, NONE);
	for (i = 0; s.p->phase == PEER_PRELOAD && i < 1000; i++)
		round_trip(&s);
	assert_int_equal(s.answers, KEYS);
	for (; s.p->phase == PEER_WARMUP && i < 1000; i++)
		round_trip(&s);
	assert_int_equal(s.answers, KEYS + WARMUP);
	assert_int_equal(s.p->phase, PEER_MEASURED);
}

static void test_not_yet_listening(void **state)
{
	struct server s;

	(void)state;
	start(&s, NONE);
	s.listens = false;
	run(&s);
	s.listens = true;
	assert_int_equal(run(&s), 0);
	assert_int_equal(s.p->phase, PEER_DONE);
}

static void test_mistakes(void **state)
{
	enum mistake m;
	struct server s;

	(void)state;
	for (m = WRONG_BYTE; m <= FIN; m++) {
		start(&s, m);
		assert_int_not_equal(run(&s), 0);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_trace),
		TEST(test_no_memory),
		TEST(test_all_answered),
		TEST(test_phases),
		TEST(test_not_yet_listening),
		TEST(test_mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
