// SPDX-License-Identifier: MIT
/*
 * test_maps.c - reading /proc/self/maps, and copies that survive bad addresses
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include <cmocka.h>

#include "dune/host/fds.h"
#include "dune/host/layout.h"
#include "dune/host/maps.h"
#include "dune/host/self.h"
#include "dune/host/uaccess.h"

static int set_up(void **state)
{
	(void)state;
	dune_config.hidden_fd_min = 200;
	return fds_start() < 0 ? -1 : maps_open();
}

static void test_finds_what_is_mapped(void **state)
{
	struct dune_vma v;
	char *p;

	(void)state;
	p = mmap(NULL, 3 * PAGE_SIZE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mprotect(p + PAGE_SIZE, PAGE_SIZE, PROT_READ);
	assert_true(maps_find((uint64_t)p + PAGE_SIZE, &v));
	assert_int_equal(v.start, (uint64_t)p + PAGE_SIZE);
	assert_int_equal(v.end, (uint64_t)p + 2 * PAGE_SIZE);
	assert_int_equal(v.prot, PROT_READ);
	assert_false(v.file);
	munmap(p + PAGE_SIZE, PAGE_SIZE);
	assert_false(maps_find((uint64_t)p + PAGE_SIZE, &v));
	munmap(p, 3 * PAGE_SIZE);
}

static bool named(uint64_t addr, const char *name)
{
	struct dune_maps m;
	struct dune_vma v;
	bool same = false;

	maps_begin(&m);
	while (!same && maps_next(&m, &v))
		same = v.start <= addr && addr < v.end &&
		       strcmp(v.name, name) == 0;
	maps_end();
	return same;
}

static void test_files_and_names(void **state)
{
	int fd = memfd_create("a name with blanks", 0);
	struct dune_vma v;
	char *p;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 4096), 0);
	p = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(maps_find((uint64_t)p, &v));
	assert_true(v.file);
	assert_true(named((uint64_t)p, "/memfd:a name with blanks (deleted)"));
	assert_true(named((uint64_t)environ[0], "[stack]"));
	munmap(p, PAGE_SIZE);
	close(fd);
}

/* More lines than any buffer holds, all in order and none twice. */
static void test_many_mappings(void **state)
{
	unsigned i, n = 3000, seen = 0;
	struct dune_maps m;
	struct dune_vma v;
	uint64_t last = 0;
	char *p;

	(void)state;
	p = mmap(NULL, n * PAGE_SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
		 -1, 0);
	for (i = 0; i < n; i += 2)
		mprotect(p + i * PAGE_SIZE, PAGE_SIZE, PROT_READ | PROT_WRITE);
	maps_begin(&m);
	while (maps_next(&m, &v)) {
		assert_true(v.start >= last && v.end > v.start);
		last = v.end;
		seen += v.start >= (uint64_t)p &&
			v.end <= (uint64_t)p + n * PAGE_SIZE;
	}
	maps_end();
	assert_in_range(seen, n - 2, n);
	munmap(p, n * PAGE_SIZE);
}

static void on_segv(int sig, siginfo_t *si, void *context)
{
	ucontext_t *uc = context;
	uint64_t to;

	(void)sig, (void)si;
	to = dune_fixup_find((uint64_t)uc->uc_mcontext.gregs[REG_RIP]);
	if (!to)
		_exit(1);
	uc->uc_mcontext.gregs[REG_RIP] = (greg_t)to;
}

static void test_copy_survives(void **state)
{
	struct sigaction sa = { .sa_sigaction = on_segv,
				.sa_flags = SA_SIGINFO };
	char buf[64] = "", *p;

	(void)state;
	sigaction(SIGSEGV, &sa, NULL);
	p = mmap(NULL, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memset(p, 'x', PAGE_SIZE);
	munmap(p + PAGE_SIZE, PAGE_SIZE);
	assert_int_equal(dune_copy(buf, p + PAGE_SIZE - 10, 64), 54);
	assert_memory_equal(buf, "xxxxxxxxxx", 10);
	assert_int_equal(dune_copy(p + PAGE_SIZE - 3, buf, 10), 7);
	assert_int_equal(dune_copy(buf, NULL, 8), 8);
	assert_int_equal(dune_copy(buf, (void *)(UINT64_C(1) << 63), 8), 8);
	assert_int_equal(dune_copy(buf, NULL, 0), 0);
	signal(SIGSEGV, SIG_DFL);
	munmap(p, PAGE_SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_what_is_mapped),
		cmocka_unit_test(test_files_and_names),
		cmocka_unit_test(test_many_mappings),
		cmocka_unit_test(test_copy_survives),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
