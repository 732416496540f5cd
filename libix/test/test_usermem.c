// SPDX-License-Identifier: MIT
/*
 * test_usermem.c - copies of every size, up to memory that is not there
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <cmocka.h>

#include "libix/share/usermem.h"

#define MOST 300

static unsigned faults;

static void on_fault(int sig, siginfo_t *si, void *arg)
{
	greg_t *ip = &((ucontext_t *)arg)->uc_mcontext.gregs[REG_RIP];
	uint64_t resume = ix_fixup((uint64_t)*ip);

	(void)si;
	if (!resume)
		signal(sig, SIG_DFL);
	else
		*ip = (greg_t)resume;
	faults++;
}

/* In each test: cmocka has handlers of its own in between. */
static void catch_faults(void)
{
	struct sigaction act = { .sa_sigaction = on_fault,
				 .sa_flags = SA_SIGINFO };

	faults = 0;
	assert_int_equal(sigaction(SIGSEGV, &act, NULL), 0);
}

/* The last n bytes before a page that is not there. */
static unsigned char *edge(size_t n)
{
	unsigned char *p = mmap(NULL, 2 * IX_USER_PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(p != MAP_FAILED);
	assert_int_equal(munmap(p + IX_USER_PAGE, IX_USER_PAGE), 0);
	return p + IX_USER_PAGE - n;
}

static void each_size_is_copied_whole(void **state)
{
	unsigned char from[MOST], to[MOST + 2];
	size_t n, i;

	(void)state;
	for (i = 0; i < MOST; i++)
		from[i] = (unsigned char)(i * 7 + 1);
	for (n = 0; n < MOST; n++) {
		memset(to, 0, sizeof(to));
		assert_int_equal(ix_user_copy(to + 1, from, n), 0);
		assert_memory_equal(to + 1, from, n);
		assert_int_equal(to[0], 0);
		assert_int_equal(to[n + 1], 0);
	}
}

static void no_byte_beyond_is_touched(void **state)
{
	unsigned char *end = edge(0), mine[MOST];
	size_t n;

	(void)state;
	memset(mine, 5, sizeof(mine));
	catch_faults();
	for (n = 0; n < MOST; n++) {
		assert_int_equal(ix_user_copy(end - n, mine, n), 0);
		assert_int_equal(ix_user_copy(mine, end - n, n), 0);
	}
	assert_int_equal(faults, 0);
}

static void a_byte_too_many_is_a_fault(void **state)
{
	unsigned char *end = edge(0), mine[MOST];
	size_t n;

	(void)state;
	catch_faults();
	for (n = 1; n < MOST; n++) {
		assert_int_equal(ix_user_put(end - n + 1, mine, n), -EFAULT);
		assert_int_equal(ix_user_get(mine, end - n + 1, n), -EFAULT);
	}
	assert_int_equal(faults, 2 * (MOST - 1));
}

static void looks_change_nothing(void **state)
{
	unsigned char *end = edge(0);

	(void)state;
	catch_faults();
	memset(end - 9, 3, 9);
	assert_true(ix_user_readable(end - 9, 9));
	assert_true(ix_user_writable(end - 9, 9));
	assert_false(ix_user_readable(end - 9, 10));
	assert_false(ix_user_writable(end - 9, 10));
	assert_false(ix_user_readable(end - 9, 3 * IX_USER_PAGE));
	assert_true(ix_user_readable(NULL, 0));
	assert_int_equal(end[-1], 3);
	assert_int_equal(mprotect(end - IX_USER_PAGE, IX_USER_PAGE, PROT_READ),
			 0);
	assert_true(ix_user_readable(end - 9, 9));
	assert_false(ix_user_writable(end - 9, 9));
	assert_false(ix_user_set32((uint32_t *)(end - 8), 1));
	assert_false(ix_user_set64((uint64_t *)(end - 8), 1));
}

static void no_program_has_such_addresses(void **state)
{
	char c = 0;

	(void)state;
	catch_faults();
	assert_int_equal(ix_user_put((void *)(UINTPTR_MAX - 64), &c, 1),
			 -EFAULT);
	assert_int_equal(ix_user_get(&c, (void *)(1ull << 62), 1), -EFAULT);
	assert_false(ix_user_readable(&c, SIZE_MAX));
	assert_int_equal(faults, 0);
	/* as plain addresses they fault like any other */
	assert_int_equal(ix_user_copy(&c, (void *)(1ull << 62), 1), -EFAULT);
	assert_int_equal(faults, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_size_is_copied_whole),
		cmocka_unit_test(no_byte_beyond_is_touched),
		cmocka_unit_test(a_byte_too_many_is_a_fault),
		cmocka_unit_test(looks_change_nothing),
		cmocka_unit_test(no_program_has_such_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
