// SPDX-License-Identifier: MIT
/*
 * test_tcp.c - one stream socket before a gate that plays its events
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>
#include <cmocka.h>

#include "shim/inet/inet.h"
#include "shim/inet/tcp.h"
#include "shim/inet/tcp_end.h"
#include "shim/inet/tcp_io.h"
#include "shim/object/fd.h"
#include "shim/object/test/gate.h"
#include "shim/option/priv.h"
#include "shim/wait/watch.h"

static const struct ix_handlers handlers = { .notify = inet_notify };
static const char data[] = "hello";
static struct sock *s;
static int fd;

static void pools(struct shim_root *r)
{
	inet_pools_init(r);
	wait_pools_init(r);
}

static int group_setup(void **state)
{
	(void)state;
	inet_init();
	return gate_start(&handlers);
}

static int group_teardown(void **state)
{
	(void)state;
	gate_stop();
	return 0;
}

/* With the next round. */
static void comes(uint16_t type, uint32_t len, uint16_t err)
{
	gate.play[gate.nplay++] = (struct ix_event){ .type = type,
						     .handle = GATE_HANDLE,
						     .cookie = (uint64_t)s,
						     .data = (uint64_t)data,
						     .window = 100000,
						     .len = len,
						     .err = err };
}

static void happens(uint16_t type, uint32_t len, uint16_t err)
{
	comes(type, len, err);
	ix_et_lock(0);
	ix_drive(0, 0);
	ix_et_unlock(0);
}

static int begin(void)
{
	struct endpoint ep = { .ip = addr_from_v4(htonl(0x0a000001)),
			       .port = 80 };

	return stream_connect(fd, s, &ep, 0, NULL, 0);
}

static int setup(void **state)
{
	(void)state;
	memset(gate.called, 0, sizeof(gate.called));
	gate.wire_len = 0;
	if (root_map(pools) < 0 || fdtab_start() < 0)
		return -1;
	fd = dup(STDERR_FILENO);
	s = sock_new(SOCK_STREAM, AF_INET);
	s->world = WORLD_STACK;
	s->nonblock = 1;
	fd_install(fd, FD_SOCK, s);
	return 0;
}

static int setup_connected(void **state)
{
	if (setup(state) < 0 || begin() != -EINPROGRESS)
		return -1;
	happens(IX_EV_CONNECTED, 0, 0);
	return begin(); /* it tells once that the attempt was good */
}

static int teardown(void **state)
{
	bool lives = s->o.kind == IX_KIND_TCP && !(s->o.flags & IX_O_DEAD);
	unsigned in_use;

	(void)state;
	fd_close(fd);
	if (lives)
		happens(IX_EV_DEAD, 0, 0);
	in_use = ix_et(0)->rx.in_use + ix_et(0)->small.in_use +
		 ix_et(0)->big.in_use + shim_root->socks.in_use;
	fd_self.limit = 0;
	root_unmap();
	return (int)in_use;
}

static ssize_t take(char *buf, size_t n, int flags)
{
	struct iovec iov = { .iov_base = buf, .iov_len = n };

	return stream_recv(fd, s, &iov, 1, flags);
}

static ssize_t give(const char *text)
{
	struct iovec iov = { .iov_base = (void *)text,
			     .iov_len = strlen(text) };

	return stream_send(fd, s, &iov, 1, MSG_NOSIGNAL);
}

static void an_attempt_tells_once_how_it_ended(void **state)
{
	(void)state;
	assert_int_equal(begin(), -EINPROGRESS);
	assert_int_equal(gate.called[IX_BSYS_CONNECT], 1);
	assert_int_equal(begin(), -EALREADY);
	happens(IX_EV_CONNECTED, 0, 0);
	assert_int_equal(begin(), 0);
	assert_int_equal(begin(), -EISCONN);
	assert_int_equal(gate.called[IX_BSYS_CONNECT], 1);
}

static void a_refused_one_may_be_tried_again(void **state)
{
	(void)state;
	assert_int_equal(begin(), -EINPROGRESS);
	happens(IX_EV_CONNECTED, 0, ECONNREFUSED);
	assert_int_equal(begin(), -ECONNREFUSED);
	assert_int_equal(s->state, SS_INIT);
	assert_int_equal(begin(), -EINPROGRESS);
	assert_int_equal(gate.called[IX_BSYS_CONNECT], 2);
}

static void bytes_are_read_as_they_came(void **state)
{
	char buf[8] = "";

	(void)state;
	assert_int_equal(take(buf, 8, 0), -EAGAIN);
	happens(IX_EV_RECV, 5, 0);
	assert_int_equal(take(buf, 2, MSG_PEEK), 2);
	assert_int_equal(take(buf, 2, 0), 2);
	assert_int_equal(take(buf + 2, 6, 0), 3);
	assert_string_equal(buf, "hello");
	assert_int_equal(take(buf, 8, 0), -EAGAIN);
}

static void the_end_comes_behind_the_bytes(void **state)
{
	char buf[8];

	(void)state;
	happens(IX_EV_RECV, 5, 0);
	happens(IX_EV_EOF, 0, 0);
	assert_int_equal(take(buf, 8, 0), 5);
	assert_int_equal(take(buf, 8, 0), 0);
	assert_int_equal(take(buf, 8, 0), 0);
}

static void a_reset_is_told_once(void **state)
{
	char buf[8];

	(void)state;
	happens(IX_EV_DEAD, 0, ECONNRESET);
	assert_int_equal(take(buf, 8, 0), -ECONNRESET);
	assert_int_equal(take(buf, 8, 0), 0);
	assert_int_equal(give("x"), -EPIPE);
}

static void what_is_written_is_sent(void **state)
{
	(void)state;
	assert_int_equal(give("question"), 8);
	assert_int_equal(gate.wire_len, 8);
	assert_memory_equal(gate.wire, "question", 8);
}

static void nothing_is_written_behind_the_end(void **state)
{
	(void)state;
	assert_int_equal(stream_shutdown(fd, s, SHUT_WR), 0);
	assert_int_equal(gate.called[IX_BSYS_SHUTDOWN], 1);
	assert_int_equal(give("x"), -EPIPE);
}

static void a_socket_without_a_peer_does_neither(void **state)
{
	char buf[8];

	(void)state;
	assert_int_equal(take(buf, 8, 0), -ENOTCONN);
	assert_int_equal(give("x"), -EPIPE);
	assert_int_equal(stream_shutdown(fd, s, SHUT_RDWR), -ENOTCONN);
}

static void the_level_follows_the_state(void **state)
{
	const unsigned in = POLLIN | POLLRDNORM, out = POLLOUT | POLLWRNORM;

	(void)state;
	assert_int_equal(stream_poll(s), out | POLLHUP);
	assert_int_equal(begin(), -EINPROGRESS);
	assert_int_equal(stream_poll(s), 0);
	happens(IX_EV_CONNECTED, 0, 0);
	assert_int_equal(stream_poll(s), out);
	happens(IX_EV_RECV, 5, 0);
	assert_int_equal(stream_poll(s), in | out);
	happens(IX_EV_EOF, 0, 0);
	assert_int_equal(stream_poll(s), in | out | POLLRDHUP);
	assert_int_equal(stream_shutdown(fd, s, SHUT_WR), 0);
	assert_int_equal(stream_poll(s), in | out | POLLRDHUP | POLLHUP);
	happens(IX_EV_DEAD, 0, ECONNRESET);
	assert_int_equal(stream_poll(s),
			 in | out | POLLRDHUP | POLLHUP | POLLERR);
}

#define FRESH(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define CONNECTED(f) \
	cmocka_unit_test_setup_teardown(f, setup_connected, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FRESH(an_attempt_tells_once_how_it_ended),
		FRESH(a_refused_one_may_be_tried_again),
		CONNECTED(bytes_are_read_as_they_came),
		CONNECTED(the_end_comes_behind_the_bytes),
		CONNECTED(a_reset_is_told_once),
		CONNECTED(what_is_written_is_sent),
		CONNECTED(nothing_is_written_behind_the_end),
		FRESH(a_socket_without_a_peer_does_neither),
		FRESH(the_level_follows_the_state),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
