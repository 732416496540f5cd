// SPDX-License-Identifier: MIT
/*
 * test_arena.c - memory shared by forks
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fence.h"
#include "mem/arena.h"

static struct arena a;

static int setup(void **state)
{
	(void)state;
	return arena_create(&a, "test", 1 << 20);
}

static int teardown(void **state)
{
	(void)state;
	arena_destroy(&a);
	assert_null(a.base);
	return 0;
}

static void test_aligned_zero_and_apart(void **state)
{
	char *last = NULL;

	(void)state;
	for (size_t align = 1; align <= 4096; align *= 2) {
		char *p = arena_alloc(&a, 3, align);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % align, 0);
		assert_true(!last || p >= last + 3);
		assert_int_equal(p[0] | p[1] | p[2], 0);
		memset(p, 0xff, 3);
		last = p;
	}
}

static void test_exhausted(void **state)
{
	(void)state;
	assert_non_null(arena_alloc(&a, (1 << 20) - 10, 1));
	assert_null(arena_alloc(&a, 11, 1));
	assert_null(arena_alloc(&a, 1, 4096));
	assert_null(arena_alloc(&a, SIZE_MAX, 1));
	assert_non_null(arena_alloc(&a, 10, 1));
	assert_null(arena_alloc(&a, 1, 1));
}

static void test_forks_share(void **state)
{
	char *p = arena_alloc(&a, 16, 8);
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		strcpy(p, "child");
		_exit(0);
	}
	assert_true(waitpid(pid, &status, 0) == pid && status == 0);
	assert_string_equal(p, "child");
}

static void test_untouched_pages_cost_nothing(void **state)
{
	unsigned char in_core[256];
	struct arena big;

	(void)state;
	assert_int_equal(arena_create(&big, "big", (size_t)1 << 40), 0);
	assert_non_null(arena_alloc(&big, (size_t)1 << 39, 64));
	assert_int_equal(mincore(big.base, sizeof(in_core) * 4096, in_core), 0);
	for (unsigned i = 0; i < sizeof(in_core); i++)
		assert_int_equal(in_core[i] & 1, 0);
	arena_destroy(&big);
}

static void test_fences(void **state)
{
	(void)state;
	assert_true(kernel_reads(a.base));
	assert_true(kernel_reads(a.base + a.size - 1));
	assert_false(kernel_reads(a.base - 1));
	assert_false(kernel_reads(a.base - 4096));
	assert_false(kernel_reads(a.base + a.size));
	assert_false(kernel_reads(a.base + a.size + 4095));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_aligned_zero_and_apart),
		T(test_exhausted),
		T(test_forks_share),
		T(test_untouched_pages_cost_nothing),
		T(test_fences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
