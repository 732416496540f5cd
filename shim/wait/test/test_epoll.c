// SPDX-License-Identifier: MIT
/*
 * test_epoll.c - sockets that are ready when the test says so, in one instance
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>
#include <cmocka.h>

#include "shim/object/fd.h"
#include "shim/object/root.h"
#include "shim/object/sock.h"
#include "shim/object/test/gate.h"
#include "shim/wait/epoll_ctl.h"
#include "shim/wait/epoll_instance.h"
#include "shim/wait/epoll_item.h"
#include "shim/wait/epoll_ready.h"
#include "shim/wait/epoll_wait.h"
#include "shim/wait/watch.h"

#define NSOCKS 3

/* What the stack's side of a socket is, in place of its options. */
struct sock_priv {
	unsigned level;
};

static struct sock *socks[NSOCKS];
static int fds[NSOCKS], epfd;
static struct epoll_event got[8];

static unsigned level_of(const struct sock *s)
{
	return s->priv->level;
}

static void nothing(struct sock *s)
{
	(void)s;
}

static uint16_t closed(struct sock *s)
{
	watch_closed(s);
	sock_free(s);
	return 0;
}

static void pools(struct shim_root *r)
{
	r->socks.size = (uint32_t)sock_size(sizeof(struct sock_priv));
	wait_pools_init(r);
	epoll_pools_init(r);
}

static int group_setup(void **state)
{
	static const struct sock_ops ops = { .poll = level_of,
					     .init = nothing,
					     .drop = nothing,
					     .close = closed };

	(void)state;
	sock_ops[SOCK_STREAM] = &ops;
	epoll_init();
	return gate_start(NULL);
}

static int group_teardown(void **state)
{
	(void)state;
	gate_stop();
	return 0;
}

static int setup(void **state)
{
	int i;

	(void)state;
	if (root_map(pools) < 0 || fdtab_start() < 0)
		return -1;
	ix_self.boot.fds.wake[0] = dup(STDERR_FILENO);
	epfd = epoll_create1(0);
	for (i = 0; i < NSOCKS; i++) {
		fds[i] = dup(STDERR_FILENO);
		socks[i] = sock_new(SOCK_STREAM, AF_INET);
		socks[i]->world = WORLD_STACK;
		fd_install(fds[i], FD_SOCK, socks[i]);
	}
	gate.now_ns += 1000000000;
	return 0;
}

static int teardown(void **state)
{
	unsigned in_use;
	int i;

	(void)state;
	for (i = 0; i < NSOCKS; i++)
		fd_close(fds[i]);
	fd_close(epfd);
	close(ix_self.boot.fds.wake[0]);
	in_use = shim_root->socks.in_use + shim_root->epitems.in_use +
		 shim_root->epolls.in_use + shim_root->watches.in_use;
	fd_self.limit = 0;
	root_unmap();
	return (int)in_use;
}

static int ctl(int op, int i, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.u32 = (uint32_t)i };

	return epoll_ctl_fd(epfd, op, fds[i], &ev);
}

/* It happens: the level rises, and those who watch are told. */
static void rise(int i, unsigned level)
{
	sock_lock_own(socks[i]);
	socks[i]->priv->level = level;
	watch_notify(socks[i], level);
	sock_unlock(socks[i]);
}

static int look(int max)
{
	memset(got, 0, sizeof(got));
	return epoll_wait_fd(epfd, got, max, 0, NULL);
}

static void a_level_is_told_for_as_long_as_it_lasts(void **state)
{
	(void)state;
	assert_int_equal(ctl(EPOLL_CTL_ADD, 0, EPOLLIN), 0);
	assert_int_equal(look(8), 0);
	rise(0, POLLIN | POLLOUT);
	assert_int_equal(look(8), 1);
	assert_int_equal(got[0].events, EPOLLIN);
	assert_int_equal(got[0].data.u32, 0);
	assert_int_equal(look(8), 1);
	socks[0]->priv->level = POLLOUT;
	assert_int_equal(look(8), 0);
}

static void an_edge_is_told_once(void **state)
{
	(void)state;
	assert_int_equal(ctl(EPOLL_CTL_ADD, 0, EPOLLIN | EPOLLET), 0);
	rise(0, POLLIN);
	assert_int_equal(look(8), 1);
	assert_int_equal(look(8), 0);
	rise(0, POLLIN); /* more came: an edge, though the level was up */
	assert_int_equal(look(8), 1);
	assert_int_equal(look(8), 0);
}

static void one_shot_is_over_until_it_is_loaded_again(void **state)
{
	(void)state;
	assert_int_equal(ctl(EPOLL_CTL_ADD, 0, EPOLLIN | EPOLLONESHOT), 0);
	rise(0, POLLIN);
	assert_int_equal(look(8), 1);
	rise(0, POLLIN);
	assert_int_equal(look(8), 0);
	assert_int_equal(ctl(EPOLL_CTL_MOD, 0, EPOLLIN | EPOLLONESHOT), 0);
	assert_int_equal(look(8), 1);
	assert_int_equal(look(8), 0);
}

static void what_is_ready_when_it_is_added_is_told(void **state)
{
	(void)state;
	socks[1]->priv->level = POLLOUT;
	assert_int_equal(ctl(EPOLL_CTL_ADD, 1, EPOLLOUT | EPOLLET), 0);
	assert_int_equal(look(8), 1);
	assert_int_equal(got[0].data.u32, 1);
}

static void errors_need_not_be_asked_for(void **state)
{
	(void)state;
	assert_int_equal(ctl(EPOLL_CTL_ADD, 0, 0), 0);
	rise(0, POLLIN | POLLHUP | POLLERR);
	assert_int_equal(look(8), 1);
	assert_int_equal(got[0].events, EPOLLHUP | EPOLLERR);
}

/* Who has room for one gets each in turn. */
static void ready_sockets_take_turns(void **state)
{
	unsigned seen[NSOCKS] = { 0 }, i;

	(void)state;
	for (i = 0; i < NSOCKS; i++) {
		assert_int_equal(ctl(EPOLL_CTL_ADD, (int)i, EPOLLIN), 0);
		rise((int)i, POLLIN);
	}
	for (i = 0; i < 2 * NSOCKS; i++) {
		assert_int_equal(look(1), 1);
		seen[got[0].data.u32]++;
	}
	for (i = 0; i < NSOCKS; i++)
		assert_int_equal(seen[i], 2);
}

static void a_call_that_makes_no_sense_is_refused(void **state)
{
	(void)state;
	assert_int_equal(ctl(EPOLL_CTL_MOD, 0, EPOLLIN), -ENOENT);
	assert_int_equal(ctl(EPOLL_CTL_ADD, 0, EPOLLIN), 0);
	assert_int_equal(ctl(EPOLL_CTL_ADD, 0, EPOLLIN), -EEXIST);
	assert_int_equal(ctl(EPOLL_CTL_MOD, 0, EPOLLIN | EPOLLEXCLUSIVE),
			 -EINVAL);
	assert_int_equal(ctl(17, 0, EPOLLIN), -EINVAL);
	assert_int_equal(look(0), -EINVAL);
	assert_int_equal(ctl(EPOLL_CTL_DEL, 0, 0), 0);
	assert_int_equal(ctl(EPOLL_CTL_DEL, 0, 0), -ENOENT);
}

static void a_socket_that_closes_is_in_no_instance(void **state)
{
	(void)state;
	assert_int_equal(ctl(EPOLL_CTL_ADD, 0, EPOLLIN), 0);
	rise(0, POLLIN);
	fd_close(fds[0]);
	assert_int_equal(shim_root->epitems.in_use, 0);
	assert_int_equal(look(8), 0);
	fds[0] = dup(STDERR_FILENO);
}

static void the_kernels_descriptors_are_told_as_well(void **state)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u32 = 77 };
	int pair[2];

	(void)state;
	assert_int_equal(pipe(pair), 0);
	assert_int_equal(epoll_ctl_fd(epfd, EPOLL_CTL_ADD, pair[0], &ev), 0);
	assert_int_equal(ctl(EPOLL_CTL_ADD, 0, EPOLLIN), 0);
	assert_int_equal(write(pair[1], "x", 1), 1);
	assert_int_equal(look(8), 1);
	assert_int_equal(got[0].data.u32, 77);
	close(pair[0]);
	close(pair[1]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_level_is_told_for_as_long_as_it_lasts),
		TEST(an_edge_is_told_once),
		TEST(one_shot_is_over_until_it_is_loaded_again),
		TEST(what_is_ready_when_it_is_added_is_told),
		TEST(errors_need_not_be_asked_for),
		TEST(ready_sockets_take_turns),
		TEST(a_call_that_makes_no_sense_is_refused),
		TEST(a_socket_that_closes_is_in_no_instance),
		TEST(the_kernels_descriptors_are_told_as_well),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
