// SPDX-License-Identifier: MIT
/*
 * test_wait.c - one wait, and a gate behind which nothing happens
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "shim/object/root.h"
#include "shim/object/test/gate.h"
#include "shim/wait/wait.h"

static struct {
	struct wait w;
	int ready;	 /* from the look on that is the next */
	int later;	 /* from the second look on */
	int kernel;	 /* what the kernel has */
	unsigned checks; /* looks */
	unsigned looks;	 /* ... at the kernel */
	unsigned enlisted;
} t;

static int check(struct wait *w)
{
	(void)w;
	t.checks++;
	return t.checks > 1 && t.later ? t.later : t.ready;
}

static int kernel(struct wait *w)
{
	(void)w;
	t.looks++;
	return t.kernel;
}

static void enlist(struct wait *w, int slot)
{
	(void)w;
	(void)slot;
	t.enlisted++;
}

static void delist(struct wait *w)
{
	(void)w;
	t.enlisted--;
}

static void no_pools(struct shim_root *r)
{
	(void)r;
}

static int group_setup(void **state)
{
	(void)state;
	return gate_start(NULL) < 0 || root_map(no_pools) < 0;
}

static int group_teardown(void **state)
{
	(void)state;
	root_unmap();
	gate_stop();
	return 0;
}

static int setup(void **state)
{
	(void)state;
	memset(&t, 0, sizeof(t));
	t.w = (struct wait){ .check = check,
			     .kernel = kernel,
			     .enlist = enlist,
			     .delist = delist };
	/* the last look at the kernel was long ago */
	gate.now_ns += 1000000000;
	return 0;
}

static void what_is_ready_ends_the_first_look(void **state)
{
	(void)state;
	t.ready = 3;
	t.w.timeout_ns = -1;
	assert_int_equal(wait_run(&t.w), 3);
	assert_int_equal(t.checks, 1);
}

static void a_wait_without_time_looks_once_at_either_side(void **state)
{
	(void)state;
	assert_int_equal(wait_run(&t.w), 0);
	assert_int_equal(t.checks, 1);
	assert_int_equal(t.looks, 1);
}

static void the_kernels_descriptors_count(void **state)
{
	(void)state;
	t.kernel = 2;
	assert_int_equal(wait_run(&t.w), 2);
}

/* The kernel is looked at seldom where the stack is busy, but for poll(). */
static void a_busy_thread_looks_at_the_kernel_seldom(void **state)
{
	(void)state;
	t.ready = 1;
	t.kernel = 1;
	assert_int_equal(wait_run(&t.w), 2);
	assert_int_equal(wait_run(&t.w), 1);
	assert_int_equal(t.looks, 1);
	t.w.exact = true;
	assert_int_equal(wait_run(&t.w), 2);
	assert_int_equal(t.looks, 2);
	t.w.exact = false;
	wait_kernel_written();
	gate.now_ns += 200000;
	assert_int_equal(wait_run(&t.w), 2);
	assert_int_equal(t.looks, 3);
}

/* One that comes before the wait does not end it. */
static int check_signal(struct wait *w)
{
	(void)w;
	if (t.checks++ == 0) {
		sig_count.ran++;
		sig_count.norestart += (unsigned)t.later;
	}
	return t.checks > 2 ? t.ready : 0;
}

static void a_handler_ends_the_wait(void **state)
{
	(void)state;
	sig_count.ran++;
	t.w.check = check_signal;
	t.w.timeout_ns = -1;
	assert_int_equal(wait_run(&t.w), -EINTR);
	assert_int_equal(t.enlisted, 0);
}

static void a_handler_that_restarts_calls_does_not(void **state)
{
	(void)state;
	t.ready = 1;
	t.w.check = check_signal;
	t.w.kernel = NULL;
	t.w.timeout_ns = -1;
	t.w.restart = true;
	assert_int_equal(wait_run(&t.w), 1);
	t.checks = 0;
	t.later = 1; /* without SA_RESTART */
	assert_int_equal(wait_run(&t.w), -EINTR);
}

#define TEST(f) cmocka_unit_test_setup(f, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_ready_ends_the_first_look),
		TEST(a_wait_without_time_looks_once_at_either_side),
		TEST(the_kernels_descriptors_count),
		TEST(a_busy_thread_looks_at_the_kernel_seldom),
		TEST(a_handler_ends_the_wait),
		TEST(a_handler_that_restarts_calls_does_not),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
