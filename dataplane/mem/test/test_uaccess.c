// SPDX-License-Identifier: MIT
/*
 * test_uaccess.c - which addresses are the program's, and copies that fault
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include <cmocka.h>

#include "mem/uaccess.h"

static void on_fault(int sig, siginfo_t *si, void *arg)
{
	ucontext_t *uc = arg;
	uint64_t rip = (uint64_t)uc->uc_mcontext.gregs[REG_RIP];
	const struct ix_fixup *f;
	size_t n, i;

	(void)si;
	f = uaccess_fixups(&n);
	for (i = 0; i < n; i++)
		if (f[i].at == rip)
			break;
	if (i == n) {
		signal(sig, SIG_DFL);
		return;
	}
	uc->uc_mcontext.gregs[REG_RIP] = (greg_t)f[i].resume;
}

/* Two pages, of which the second cannot be touched. */
static uint8_t *half_mapped(size_t page)
{
	uint8_t *p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(p, MAP_FAILED);
	assert_int_equal(mprotect(p + page, page, PROT_NONE), 0);
	return p;
}

static void test_copies_every_length(void **state)
{
	uint8_t from[300], to[300];
	size_t len, i;

	(void)state;
	for (i = 0; i < sizeof(from); i++)
		from[i] = (uint8_t)(i * 7 + 1);
	for (len = 0; len < 200; len++) {
		size_t off = len % 9;

		memset(to, 0, sizeof(to));
		assert_int_equal(
			uaccess_put((uintptr_t)to + off, from + 3, len), 0);
		assert_memory_equal(to + off, from + 3, len);
		for (i = 0; i < off; i++)
			assert_int_equal(to[i], 0);
		for (i = off + len; i < sizeof(to); i++)
			assert_int_equal(to[i], 0);
	}
}

static void test_faults_are_errors(void **state)
{
	struct sigaction sa = { .sa_sigaction = on_fault,
				.sa_flags = SA_SIGINFO },
			 old;
	size_t page = (size_t)getpagesize(), len, k;
	uint8_t *p = half_mapped(page), buf[128] = { 0 };

	(void)state;
	sigaction(SIGSEGV, &sa, &old);
	for (len = 1; len <= sizeof(buf); len++) {
		for (k = 0; k < len; k++) {
			uintptr_t at = (uintptr_t)p + page - k;

			assert_int_equal(uaccess_get(buf, at, len), -EFAULT);
			assert_int_equal(uaccess_put(at, buf, len), -EFAULT);
		}
		assert_int_equal(
			uaccess_get(buf, (uintptr_t)p + page - len, len), 0);
	}
	sigaction(SIGSEGV, &old, NULL);
	munmap(p, 2 * page);
}

static void test_windows(void **state)
{
	struct uaccess_window saved[UACCESS_WINDOWS];

	(void)state;
	memcpy(saved, uaccess_window, sizeof(saved));
	memset(uaccess_window, 0, sizeof(saved));
	uaccess_window[0] = (struct uaccess_window){ 0x1000, 0x3000 };
	uaccess_window[2] = (struct uaccess_window){ 0x8000, 0x9000 };
	assert_true(uaccess_ok(0x1000, 0x2000));
	assert_true(uaccess_ok(0x8000, 0x1000));
	assert_true(uaccess_ok(0x5000, 0));
	assert_false(uaccess_ok(0xfff, 2));
	assert_false(uaccess_ok(0x2fff, 2));
	assert_false(uaccess_ok(0x1000, 0x2001));
	assert_false(uaccess_ok(0x3000, 1));
	assert_false(uaccess_ok(0x8fff, 2));
	assert_false(uaccess_ok(0x8fff, UINT64_MAX));
	assert_false(uaccess_ok(UINT64_MAX, 1));
	memcpy(uaccess_window, saved, sizeof(saved));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copies_every_length),
		cmocka_unit_test(test_faults_are_errors),
		cmocka_unit_test(test_windows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
