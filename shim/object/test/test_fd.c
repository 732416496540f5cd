// SPDX-License-Identifier: MIT
/*
 * test_fd.c - the descriptor table, without an instance
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "shim/object/fd.h"
#include "shim/object/fdtab.h"
#include "shim/object/root.h"

/* More references than any test gives up: nothing is ever closed. */
static struct aligned_sock {
	struct sock s;
} __attribute__((aligned(64))) boxes[2];
#define first (&boxes[0].s)
#define second (&boxes[1].s)

static void no_pools(struct shim_root *r)
{
	(void)r;
}

static int setup(void **state)
{
	(void)state;
	memset(boxes, 0, sizeof(boxes));
	first->refs = second->refs = 10;
	return root_map(no_pools) < 0 || fdtab_start() < 0;
}

static int teardown(void **state)
{
	(void)state;
	fd_self.limit = 0;
	root_unmap();
	return 0;
}

static void foreign_numbers_are_nobodys(void **state)
{
	(void)state;
	assert_null(fd_sock(0));
	assert_null(fd_sock(-1));
	assert_null(fd_sock(INT32_MAX));
	assert_null(fd_epoll(5));
	assert_int_equal(fd_lookup(5).kind, FD_NONE);
	fd_install(-1, FD_SOCK, first);
	fd_install(INT32_MAX, FD_SOCK, first);
}

static void before_the_start_all_are_foreign(void **state)
{
	uint32_t limit = fd_self.limit;

	(void)state;
	fd_self.limit = 0;
	fd_install(3, FD_SOCK, first);
	assert_null(fd_sock(3));
	assert_false(fd_hidden(3));
	fd_self.limit = limit;
}

static void an_entry_is_what_was_installed(void **state)
{
	(void)state;
	fd_install(7, FD_SOCK, first);
	assert_ptr_equal(fd_sock(7), first);
	assert_ptr_equal(fd_lookup(7).obj, first);
	assert_int_equal(fd_lookup(7).kind, FD_SOCK);
	assert_null(fd_epoll(7));
	assert_int_equal(first->refs, 10);
	fd_take(7);
	assert_null(fd_sock(7));
	assert_int_equal(first->refs, 10);
}

static void what_an_entry_replaces_loses_its_reference(void **state)
{
	(void)state;
	fd_install(7, FD_SOCK, first);
	fd_install(7, FD_SOCK, second);
	assert_ptr_equal(fd_sock(7), second);
	assert_int_equal(first->refs, 9);
	assert_int_equal(second->refs, 10);
}

static void a_taken_entry_passes_its_reference_on(void **state)
{
	uint64_t e;

	(void)state;
	fd_install(7, FD_SOCK, first);
	e = fd_take(7);
	assert_ptr_equal(entry_obj(e, FD_SOCK), first);
	assert_null(fd_sock(7));
	assert_int_equal(fd_take(7), 0);
	entry_ref(e);
	assert_int_equal(first->refs, 11);
	entry_unref(e);
	assert_int_equal(first->refs, 10);
}

static void a_reason_is_not_an_object(void **state)
{
	(void)state;
	fd_set_reason(9, 3);
	assert_null(fd_sock(9));
	assert_int_equal(fd_lookup(9).kind, FD_NONE);
	assert_int_equal(FD_REASON(fd_entry(9)), 3);
}

static void the_highest_number_works(void **state)
{
	int fd = (int)fd_self.limit - 1;

	(void)state;
	fd_install(fd, FD_SOCK, first);
	assert_ptr_equal(fd_sock(fd), first);
	assert_int_equal(fd_self.tab->high, fd + 1);
	fd_take(fd);
}

static void a_childs_table_has_references_of_its_own(void **state)
{
	struct fdtab *t;

	(void)state;
	fd_install(4, FD_SOCK, first);
	fd_install(5, FD_SOCK, first);
	t = fdtab_copy();
	assert_non_null(t);
	assert_int_equal(first->refs, 12);
	assert_int_equal(t->ent[5], fd_entry(5));
	assert_null(fdtab_find(4711));
	t->pid = 4711;
	assert_ptr_equal(fdtab_find(4711), t);
	fdtab_drop(t);
	assert_int_equal(first->refs, 10);
	assert_null(fdtab_find(4711));
	assert_ptr_equal(fd_sock(4), first);
}

static void a_reference_given_up_at_exec_is_not_dropped_twice(void **state)
{
	struct fdtab *t;

	(void)state;
	fd_install(4, FD_SOCK, first);
	t = fdtab_copy();
	assert_int_equal(first->refs, 11);
	t->ent[4] |= ENTRY_GIVEN;
	fdtab_drop(t);
	assert_int_equal(first->refs, 11);
}

/* What the shim of the next image finds: an exec closes descriptors. */
static void the_next_image_takes_over_what_is_open(void **state)
{
	int open_fd = socket(AF_UNIX, SOCK_STREAM, 0), pipe_fd[2];
	struct fdtab *t = fd_self.tab;

	(void)state;
	assert_true(open_fd >= 0 && pipe(pipe_fd) == 0);
	fd_install(open_fd, FD_SOCK, first);
	fd_install(900, FD_SOCK, first);	 /* closed by the exec */
	fd_install(pipe_fd[0], FD_SOCK, second); /* ... and used again */
	fd_install(901, FD_SOCK, second);
	fd_self.ent[901] |= ENTRY_GIVEN;
	t->lock.word = (uint32_t)getpid(); /* of a thread that it ended */
	fd_self = (struct fd_self){ .limit = 0 };
	assert_int_equal(fdtab_start(), 0);
	assert_ptr_equal(fd_self.tab, t);
	assert_ptr_equal(fd_sock(open_fd), first);
	assert_null(fd_sock(900));
	assert_null(fd_sock(pipe_fd[0]));
	assert_int_equal(fd_entry(901), 0);
	assert_int_equal(first->refs, 9);
	assert_int_equal(second->refs, 9);
	fd_take(open_fd);
	close(open_fd);
	close(pipe_fd[0]);
	close(pipe_fd[1]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(foreign_numbers_are_nobodys),
		TEST(before_the_start_all_are_foreign),
		TEST(an_entry_is_what_was_installed),
		TEST(what_an_entry_replaces_loses_its_reference),
		TEST(a_taken_entry_passes_its_reference_on),
		TEST(a_reason_is_not_an_object),
		TEST(the_highest_number_works),
		TEST(a_childs_table_has_references_of_its_own),
		TEST(a_reference_given_up_at_exec_is_not_dropped_twice),
		TEST(the_next_image_takes_over_what_is_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
