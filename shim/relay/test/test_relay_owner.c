// SPDX-License-Identifier: MIT
/*
 * test_relay_owner.c - one relay between a stream and a gate that plays events
 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "libix/share/app.h"
#include "shim/host/cmsg.h"
#include "shim/object/test/gate.h"
#include "shim/inet/inet.h"
#include "shim/object/owner.h"
#include "shim/object/root.h"
#include "shim/object/sock.h"
#include "shim/option/priv.h"
#include "shim/relay/relay.h"
#include "shim/relay/relay_owner.h"

#define MUCH (1 << 20) /* more than a stream takes */

static const struct ix_handlers handlers = { .notify = inet_notify };
static char data[MUCH];
static int program; /* its end of the stream */

/* It happens, and the owner has its round. */
static int happens(struct sock *s, uint16_t type, uint32_t len)
{
	gate.play[gate.nplay++] = (struct ix_event){ .type = type,
						     .handle = GATE_HANDLE,
						     .cookie = (uint64_t)s,
						     .data = (uint64_t)data,
						     .window = 100000,
						     .len = len };
	ix_et_lock(0);
	ix_drive(0, 0);
	ix_et_unlock(0);
	return relay_work(0);
}

/* Once: the relays' pool is carved from its memory. */
static int start_libix(void **state)
{
	(void)state;
	return gate_start(&handlers);
}

static int stop_libix(void **state)
{
	(void)state;
	gate_stop();
	return 0;
}

static struct sock *make_connection(void)
{
	struct sock *s = sock_new(SOCK_STREAM, AF_INET);
	struct ix_addr ip = { { 0 } };

	s->world = WORLD_STACK;
	s->state = SS_CONNECTING;
	ix_et_lock(0);
	assert_int_equal(ix_connect(&s->c, 0, &ip, 80, 0, 0, 0), 0);
	ix_et_unlock(0);
	happens(s, IX_EV_CONNECTED, 0);
	assert_int_equal(s->state, SS_CONNECTED);
	return s;
}

/* With the reference of the test, which is the message's from then on. */
static void hand_over(struct sock *s, bool eager)
{
	struct handover h = { .s = s, .eager = eager };
	struct iovec iov = { .iov_base = &h, .iov_len = sizeof(h) };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	union cmsg_fd u = { 0 };
	int pair[2];

	s->relays++;
	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	cmsg_put_fd(&m, &u, pair[1]);
	assert_int_equal(sendmsg(ix_self.boot.fds.relay[0], &m, 0), sizeof(h));
	close(pair[1]);
	program = pair[0];
	assert_int_equal(relay_work(1), 1);
	assert_int_equal(s->relays, 1);
}

static int setup(void **state)
{
	inet_init();
	if (root_map(inet_pools_init) < 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ix_self.boot.fds.relay) < 0)
		return -1;
	if (relay_work_fd() < 0)
		return -1;
	*state = make_connection();
	memset(gate.called, 0, sizeof(gate.called));
	gate.wire_len = gate.given_back = 0;
	return 0;
}

/* All tests leave a relay behind whose program is there. */
static int teardown(void **state)
{
	struct sock *s = *state;
	unsigned in_use;

	close(program);
	relay_work(1);
	if (s && !(s->o.flags & IX_O_DEAD))
		happens(s, IX_EV_DEAD, 0);
	in_use = ix_et(0)->rx.in_use + ix_et(0)->small.in_use +
		 ix_et(0)->big.in_use + shim_root->socks.in_use;
	root_unmap();
	return (int)in_use;
}

static void what_arrives_goes_to_the_program(void **state)
{
	char buf[100];

	hand_over(*state, true);
	memcpy(data, "hello", 5);
	happens(*state, IX_EV_RECV, 5);
	assert_int_equal(read(program, buf, sizeof(buf)), 5);
	assert_memory_equal(buf, "hello", 5);
	assert_int_equal(gate.given_back, 5);
	assert_int_equal(read(program, buf, sizeof(buf)), -1);
}

static void what_the_program_writes_is_sent(void **state)
{
	hand_over(*state, true);
	assert_int_equal(write(program, "answer", 6), 6);
	assert_int_equal(relay_work(1), 1);
	assert_int_equal(gate.wire_len, 6);
	assert_memory_equal(gate.wire, "answer", 6);
}

static void what_does_not_fit_stays_in_the_stack(void **state)
{
	struct sock *s = *state;
	size_t got = 0;
	ssize_t n;

	hand_over(s, true);
	happens(s, IX_EV_RECV, MUCH);
	assert_true(gate.given_back > 0 && gate.given_back < MUCH);
	assert_int_equal(s->o.rx_bytes, MUCH - gate.given_back);
	while ((n = read(program, data, sizeof(data))) > 0) {
		got += (size_t)n;
		relay_work(1);
	}
	assert_int_equal(got, MUCH);
	assert_int_equal(gate.given_back, MUCH);
}

static void a_guest_waits_until_it_is_alone(void **state)
{
	struct sock *s = *state;
	char buf[10];

	s->refs++; /* the server */
	hand_over(s, false);
	happens(s, IX_EV_RECV, 5);
	assert_int_equal(s->o.rx_bytes, 5);
	sock_unref(s);
	relay_work(0);
	assert_int_equal(s->o.rx_bytes, 0);
	assert_int_equal(read(program, buf, sizeof(buf)), 5);
}

static void a_guest_that_writes_is_served(void **state)
{
	struct sock *s = *state;

	s->refs++;
	hand_over(s, false);
	happens(s, IX_EV_RECV, 5);
	assert_int_equal(write(program, "x", 1), 1);
	relay_work(1);
	happens(s, IX_EV_RECV, 5);
	assert_int_equal(s->o.rx_bytes, 0);
	sock_unref(s);
}

static void *settle(void *s)
{
	owner_settle(s);
	return NULL;
}

/* The server writes after what the program wrote before. */
static void what_was_written_first_is_sent_first(void **state)
{
	struct sock *s = *state;
	uint32_t asked = s->relay_asked;
	struct iovec iov = { .iov_base = (char *)"second", .iov_len = 6 };
	pthread_t t;
	int i;

	hand_over(s, true);
	s->refs++;
	assert_int_equal(write(program, "first,", 6), 6);
	assert_int_equal(pthread_create(&t, NULL, settle, s), 0);
	for (i = 0; i < 5000 && s->relay_answered != asked + 1; i++) {
		relay_work(0);
		usleep(1000);
	}
	assert_int_equal(pthread_join(t, NULL), 0);
	assert_int_equal(s->relay_answered, asked + 1);
	ix_et_lock(0);
	assert_int_equal(ix_write(&s->c, &iov, 1, 0), 6);
	ix_drive(0, 0);
	ix_et_unlock(0);
	assert_int_equal(gate.wire_len, 12);
	assert_memory_equal(gate.wire, "first,second", 12);
	sock_unref(s);
}

static void both_halves_are_closed_alone(void **state)
{
	struct sock *s = *state;
	char c;

	hand_over(s, true);
	happens(s, IX_EV_EOF, 0);
	assert_int_equal(read(program, &c, 1), 0);
	assert_int_equal(write(program, "x", 1), 1);
	assert_int_equal(relay_work(1), 1);
	assert_int_equal(gate.wire_len, 1);
	assert_int_equal(gate.called[IX_BSYS_CLOSE], 0);
	assert_int_equal(shutdown(program, SHUT_WR), 0);
	assert_int_equal(relay_work(1), 0);
	assert_int_equal(gate.called[IX_BSYS_CLOSE], 1);
}

static void a_half_close_of_the_program_is_a_shutdown(void **state)
{
	struct sock *s = *state;
	char c;

	hand_over(s, true);
	assert_int_equal(shutdown(program, SHUT_WR), 0);
	assert_int_equal(relay_work(1), 1);
	assert_int_equal(gate.called[IX_BSYS_SHUTDOWN], 1);
	happens(s, IX_EV_RECV, 1);
	assert_int_equal(read(program, &c, 1), 1);
}

static void the_end_of_the_program_closes(void **state)
{
	hand_over(*state, true);
	assert_int_equal(write(program, "bye", 3), 3);
	close(program);
	assert_int_equal(relay_work(1), 0);
	assert_int_equal(gate.wire_len, 3);
	assert_int_equal(gate.called[IX_BSYS_CLOSE], 1);
}

static void a_dead_connection_is_the_end_of_the_stream(void **state)
{
	char c;

	hand_over(*state, true);
	happens(*state, IX_EV_RECV, 1);
	assert_int_equal(happens(*state, IX_EV_DEAD, 0), 0);
	*state = NULL;
	assert_int_equal(read(program, &c, 1), 1);
	assert_int_equal(read(program, &c, 1), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_arrives_goes_to_the_program),
		TEST(what_the_program_writes_is_sent),
		TEST(what_does_not_fit_stays_in_the_stack),
		TEST(a_guest_waits_until_it_is_alone),
		TEST(a_guest_that_writes_is_served),
		TEST(what_was_written_first_is_sent_first),
		TEST(both_halves_are_closed_alone),
		TEST(a_half_close_of_the_program_is_a_shutdown),
		TEST(the_end_of_the_program_closes),
		TEST(a_dead_connection_is_the_end_of_the_stream),
	};

	return cmocka_run_group_tests(tests, start_libix, stop_libix);
}
