// SPDX-License-Identifier: MIT
/*
 * test_ethread.c - the order of an iteration, and going to sleep
 */
#include "stubs.h"

#include <errno.h>

static struct ix_event ev[8];
static struct ix_bsys bs[2];

static struct ix_ctx make_ctx(void)
{
	return (struct ix_ctx){ .bsys = bs, .events = ev, .events_cap = 8 };
}

static void test_order(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_ctx c = make_ctx();

	(void)state;
	bs[0] = (struct ix_bsys){ .nr = IX_BSYS_CONNECT };
	c.nbsys = 1;
	rx_frames = 2;
	loop_answers = 1;
	events_left = 3;
	assert_int_equal(ethread_enter(et, &c, IX_ENTER_POLL | IX_ENTER_EVENTS),
			 0);
	assert_string_equal(trace, "connect timers output rx input input "
				   "output tx2 events ");
	assert_int_equal(c.nbsys, 0);
	assert_int_equal(c.rx, 2);
	assert_int_equal(c.nevents, 3);
	assert_int_equal(c.more, 0);
	assert_true(c.now_ns > 0);
	assert_true(c.next_timer_ns == UINT64_MAX);
	assert_int_equal(et->stats.busy, 1);
	assert_int_equal(et->stats.batch[1], 1);
}

static void test_nothing_to_do(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_ctx c = make_ctx();

	(void)state;
	assert_int_equal(ethread_enter(et, &c, 0), 0);
	assert_string_equal(trace, "timers output ");
	trace[0] = 0;
	assert_int_equal(ethread_enter(et, &c, IX_ENTER_POLL), 0);
	assert_string_equal(trace, "timers output rx ");
	assert_int_equal(et->stats.busy, 0);
	assert_int_equal(et->stats.iterations, 2);
}

static void test_batch_is_bounded(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_ctx c = make_ctx();

	(void)state;
	rx_frames = 100;
	ethread_enter(et, &c, IX_ENTER_POLL);
	assert_int_equal(c.rx, 64);
	ethread_enter(et, &c, IX_ENTER_POLL);
	assert_int_equal(c.rx, 36);
	assert_int_equal(et->stats.batch[6], 1);
	assert_int_equal(et->stats.batch[5], 1);
}

static void test_answers_of_a_batch_are_sent_before_they_overflow(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_ctx c = make_ctx();

	(void)state;
	rx_frames = 64;
	loop_answers = 10;
	ethread_enter(et, &c, IX_ENTER_POLL);
	assert_int_equal(et->stats.tx, 640);
	assert_int_equal(et->net.ntx, 0);
}

static void test_answers_do_not_wait_for_the_batch(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_ctx c = make_ctx();

	(void)state;
	rx_frames = 20;
	loop_answers = 1;
	ethread_enter(et, &c, IX_ENTER_POLL);
	assert_non_null(strstr(trace, "input tx16 input"));
	assert_int_equal(et->stats.tx, 20);
}

/* It is asked once in an iteration, not for each frame. */
static void test_answers_wait_for_a_device_that_is_behind(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_ctx c = make_ctx();

	(void)state;
	et->backlog = backlog = 3;
	rx_frames = 20;
	loop_answers = 1;
	ethread_enter(et, &c, IX_ENTER_POLL);
	assert_non_null(strstr(trace, "timers tx0 rx input"));
	assert_null(strstr(trace, "tx16"));
	assert_non_null(strstr(trace, "tx20"));
	backlog = 0;
}

static void test_backlog_stops_output(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_ctx c = make_ctx();

	(void)state;
	et->backlog = backlog = 3;
	ethread_enter(et, &c, 0);
	assert_string_equal(trace, "timers tx0 ");
	backlog = 0;
	trace[0] = 0;
	ethread_enter(et, &c, 0);
	assert_string_equal(trace, "timers tx0 ");
	assert_int_equal(et->backlog, 0);
	trace[0] = 0;
	ethread_enter(et, &c, 0);
	assert_string_equal(trace, "timers output ");
}

static void test_loop(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_ctx c = make_ctx();

	(void)state;
	et->net.loop_head = frames;
	ethread_enter(et, &c, 0);
	assert_string_equal(trace, "timers output loop output ");
}

static void test_events_and_more(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_ctx c = make_ctx();

	(void)state;
	events_left = 9;
	ethread_enter(et, &c, IX_ENTER_EVENTS);
	assert_int_equal(c.nevents, 8);
	assert_int_equal(c.more, 1);
	/* a deadline that finds no room waits, and is raised once */
	c.timer_ns = 1;
	ethread_enter(et, &c, IX_ENTER_EVENTS);
	assert_int_equal(c.more, 1);
	assert_int_equal(c.timer_ns, 1);
	events_left = 7;
	ethread_enter(et, &c, IX_ENTER_EVENTS);
	assert_int_equal(c.nevents, 8);
	assert_int_equal(ev[7].type, IX_EV_TIMER);
	assert_int_equal(c.timer_ns, 0);
	assert_int_equal(c.more, 0);
}

static void test_future_deadline(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_ctx c = make_ctx();

	(void)state;
	c.timer_ns = clock_kernel_ns() + 1000000000;
	ethread_enter(et, &c, IX_ENTER_EVENTS);
	assert_int_equal(c.nevents, 0);
	assert_true(c.timer_ns > 0);
}

static void test_bad_ctx(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_ctx c = make_ctx();

	(void)state;
	assert_int_equal(ethread_enter(et, NULL, 0), -EFAULT);
	assert_int_equal(
		ethread_enter(et, (void *)(uintptr_t)0xffff800000000000u, 0),
		-EFAULT);
	assert_int_equal(ethread_enter(et, &c, 4), -EINVAL);
	c.events = (void *)(uintptr_t)8;
	assert_int_equal(ethread_enter(et, &c, IX_ENTER_EVENTS), -EFAULT);
	c.events = (void *)((uintptr_t)ev + 1);
	assert_int_equal(ethread_enter(et, &c, IX_ENTER_EVENTS), -EFAULT);
	c = make_ctx();
	c.nbsys = 1;
	c.bsys = (void *)(uintptr_t)0x7fffffffefc1u;
	assert_int_equal(ethread_enter(et, &c, 0), -EFAULT);
	c = make_ctx();
	c.nbsys = IX_MAX_BATCH + 1;
	assert_int_equal(ethread_enter(et, &c, 0), -EINVAL);
	c.nbsys = UINT32_MAX;
	assert_int_equal(ethread_enter(et, &c, 0), -EINVAL);
	assert_int_equal(ethread_arm(et, NULL), -EFAULT);
	assert_int_equal(et->armed_tid, 0);
	assert_string_equal(trace, "");
	assert_int_equal(et->lease.word, 0);
}

static void test_identity(void **state)
{
	struct ethread *et = make_ethread();

	(void)state;
	et->id = 0;
	assert_int_equal(ethread_take(et, 0), 0);
	assert_int_equal(lcore, ETHREAD_LCORE);
	assert_int_equal(lease_holder(&et->lease), lease_tid());
	assert_int_equal(ethread_take(et, 0), -EDEADLK);
	ethread_leave(et);
	assert_int_equal(lcore, 77);
	assert_int_equal(et->lease.word, 0);
}

static void test_arm(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_sleep s;

	(void)state;
	next_timer = clock_kernel_ns() + 1000000000;
	assert_int_equal(ethread_arm(et, &s), 0);
	assert_int_equal(s.nfds, 1);
	assert_int_equal(s.fds[0], 5);
	assert_true(s.deadline_ns == next_timer);
	assert_int_equal(et->armed_tid, lease_tid());
	ethread_disarm(et);
	assert_int_equal(et->armed_tid, 0);
	assert_string_equal(trace, "arm disarm ");
}

/* The owner's sleep leaves that of the program's thread alone. */
static void test_watch_beside_arm(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_sleep s;

	(void)state;
	assert_int_equal(ethread_watch(et, &s, 0, 0), 0);
	assert_int_equal(et->armed_tid, 0);
	assert_int_equal(ethread_arm(et, &s), 0);
	ethread_unwatch(et, 0);
	assert_string_equal(trace, "arm arm ");
	assert_int_equal(et->armed_tid, lease_tid());
	ethread_disarm(et);
	assert_string_equal(trace, "arm arm disarm ");
}

/* Else the owner, whose tid it then were, would think that nobody drives. */
static void test_unwatch_is_not_driving(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_sleep s;

	(void)state;
	assert_int_equal(ethread_watch(et, &s, 0, 0), 0);
	assert_int_equal(et->last_tid, lease_tid());
	et->last_tid = 1;
	ethread_unwatch(et, 0);
	assert_int_equal(et->last_tid, 1);
}

/* A device that does not know itself whether there are frames. */
static void test_arm_looks(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_sleep s;

	(void)state;
	arm_looks = true;
	rx_frames = 1;
	assert_int_equal(ethread_arm(et, &s), 1);
	assert_string_equal(trace, "arm rx input disarm ");
	assert_int_equal(et->stats.refused_rx, 1);
	trace[0] = 0;
	assert_int_equal(ethread_arm(et, &s), 0);
	assert_string_equal(trace, "arm rx ");
	ethread_disarm(et);
}

/* The owner, which finds frames, does not put out what would wake a sleeper. */
static void test_refused_beside_arm(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_sleep s;

	(void)state;
	arm_looks = true;
	et->armed_tid = lease_tid() + 1;
	rx_frames = 1;
	assert_int_equal(ethread_watch(et, &s, 0, 0), 1);
	assert_string_equal(trace, "arm rx input ");
	et->armed_tid = 0;
}

static void test_arm_refused(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_sleep s;

	(void)state;
	rx_frames = 1;
	assert_int_equal(ethread_arm(et, &s), 1);
	assert_string_equal(trace, "arm disarm ");
	rx_frames = 0;
	events_left = 1;
	assert_int_equal(ethread_arm(et, &s), 1);
	events_left = 0;
	next_timer = 1;
	assert_int_equal(ethread_arm(et, &s), 1);
	next_timer = UINT64_MAX;
	et->net.loop_head = frames;
	assert_int_equal(ethread_arm(et, &s), 1);
	et->net.loop_head = NULL;
	assert_int_equal(et->armed_tid, 0);
	assert_int_equal(et->stats.arms_refused, 4);
}

/* A backlog that shrinks is worth a look at once, one that does not is not. */
static void test_arm_with_backlog(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_sleep s;

	(void)state;
	et->backlog = 2;
	backlog = 1;
	assert_int_equal(ethread_arm(et, &s), 1);
	assert_int_equal(ethread_arm(et, &s), 0);
	assert_true(s.deadline_ns <= clock_kernel_ns() + ETHREAD_RETRY_NS);
	ethread_disarm(et);
}

/* What TCP has to send is sent, unless there is no memory: then in a moment. */
static void test_arm_with_output(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_sleep s;

	(void)state;
	pending = 1;
	assert_int_equal(ethread_arm(et, &s), 1);
	et->net.starved = 1;
	assert_int_equal(ethread_arm(et, &s), 0);
	assert_true(s.deadline_ns <= clock_kernel_ns() + ETHREAD_RETRY_NS);
	pending = 0;
	ethread_disarm(et);
}

/* A driver that died: queues, pools, protocols, in this order; then as ever. */
static void test_dead_driver(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_ctx c = make_ctx();

	(void)state;
	et->lease.word = 0x3fffffff; /* above pid_max: nobody */
	assert_int_equal(ethread_enter(et, &c, 0), 0);
	assert_string_equal(trace, "reset pool pool ip tcp timers output ");
	assert_int_equal(et->stats.recoveries, 1);
	assert_int_equal(et->lease.word, 0);
	assert_int_equal(ethread_reap(et), -EBUSY);
	et->lease.word = 0x3fffffff;
	assert_int_equal(ethread_reap(et), 0);
	ethread_leave(et);
	assert_int_equal(et->lease.recovered, 2);
}

/* A device that cannot be repaired: what it may hold is not given out, and
 * TCP learns of it. */
static void test_dead_driver_of_a_lost_device(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_ctx c = make_ctx();

	(void)state;
	link_down = 1;
	et->lease.word = 0x3fffffff;
	assert_int_equal(ethread_enter(et, &c, 0), 0);
	assert_string_equal(trace, "reset salvage salvage ip tcp down timers "
				   "output ");
	assert_int_equal(et->stats.recover_failed, 1);
}

/* TCP is told once, before the program's calls; nobody sleeps over it. */
static void test_link_down(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_ctx c = make_ctx();
	struct ix_sleep s;

	(void)state;
	assert_false(ethread_links_lost(et));
	link_down = 1;
	assert_true(ethread_links_lost(et));
	assert_int_equal(ethread_arm(et, &s), 1);
	assert_string_equal(trace, "");
	assert_int_equal(ethread_enter(et, &c, 0), 0);
	assert_string_equal(trace, "down timers output ");
	assert_false(ethread_links_lost(et));
	trace[0] = 0;
	assert_int_equal(ethread_enter(et, &c, 0), 0);
	assert_string_equal(trace, "timers output ");
	assert_int_equal(ethread_arm(et, &s), 0);
	assert_int_equal(s.nfds, 0);
	assert_true(s.deadline_ns == UINT64_MAX);
	ethread_disarm(et);
}

static void test_clock(void **state)
{
	uint64_t tsc0, ns0, tsc, ns, was = 0, out, kernel;
	struct clock c;
	int i;

	(void)state;
	if (!clock_tsc_usable())
		skip();
	clock_pair(&tsc0, &ns0);
	do
		clock_pair(&tsc, &ns);
	while (ns - ns0 < 20000000);
	clock_init(&c, clock_slope(tsc0, ns0, tsc, ns));
	assert_true(c.mult != 0);
	for (i = 0; i < 2000000; i++) {
		ns = clock_now(&c, &out);
		assert_true(ns >= was);
		was = ns;
	}
	/* within 100 us, unless the thread was interrupted in between */
	for (i = 0; i < 50; i++) {
		ns = clock_now(&c, &out);
		kernel = clock_kernel_ns();
		if ((kernel > ns ? kernel - ns : ns - kernel) < 100000)
			break;
	}
	assert_true(i < 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_nothing_to_do),
		cmocka_unit_test(test_batch_is_bounded),
		cmocka_unit_test(
			test_answers_of_a_batch_are_sent_before_they_overflow),
		cmocka_unit_test(test_answers_do_not_wait_for_the_batch),
		cmocka_unit_test(test_answers_wait_for_a_device_that_is_behind),
		cmocka_unit_test(test_backlog_stops_output),
		cmocka_unit_test(test_loop),
		cmocka_unit_test(test_events_and_more),
		cmocka_unit_test(test_future_deadline),
		cmocka_unit_test(test_bad_ctx),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_arm),
		cmocka_unit_test(test_watch_beside_arm),
		cmocka_unit_test(test_unwatch_is_not_driving),
		cmocka_unit_test(test_arm_looks),
		cmocka_unit_test(test_refused_beside_arm),
		cmocka_unit_test(test_arm_refused),
		cmocka_unit_test(test_arm_with_backlog),
		cmocka_unit_test(test_arm_with_output),
		cmocka_unit_test(test_dead_driver),
		cmocka_unit_test(test_dead_driver_of_a_lost_device),
		cmocka_unit_test(test_link_down),
		cmocka_unit_test(test_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
