// SPDX-License-Identifier: MIT
/*
 * test_aspace.c - the program's memory, with the kernel's own calls: after each the
 * window has no hole, and the guest's tables say what they should
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>

#include <cmocka.h>

#include "dune/host/fds.h"
#include "dune/host/layout.h"
#include "dune/host/maps.h"
#include "dune/host/self.h"
#include "dune/mem/aspace.h"
#include "dune/vm/pagetable.h"
#include "dune/vm/tables.h"

#define GPA (8 * GB)
#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS)
#define RW (PROT_READ | PROT_WRITE)
#define RX (PROT_READ | PROT_EXEC)
#define HUGE_SHIFT 26 /* of the size of huge pages, in mmap()'s flags */

static int set_up(void **state)
{
	(void)state;
	dune_config.hidden_fd_min = 200;
	if (fds_start() < 0 || maps_open() < 0 || pt_init(&dune_pt, 256) < 0)
		return -1;
	dune_pt.gpa = 4 * GB;
	pt_reset(&dune_pt);
	return pt_map(&dune_pt, WINDOW_BASE, GPA, WINDOW_SIZE,
		      PTE_W | PTE_U | PTE_NX);
}

static int clear(void **state)
{
	(void)state;
	aspace_clear();
	return 0;
}

/* Something of the host might come to lie in a hole. */
static bool window_is_whole(void)
{
	uint64_t at = WINDOW_BASE;
	struct dune_maps m;
	struct dune_vma v;

	maps_begin(&m);
	while (maps_next(&m, &v))
		if (v.start <= at && at < v.end)
			at = v.end;
	maps_end();
	return at >= WINDOW_END;
}

static char *map(size_t len, int prot)
{
	long at = aspace_mmap(0, len, prot, PRIVATE, -1, 0);

	assert_true(at > 0);
	return (char *)at;
}

/* Linux has pages of no such size, nor at such a place. */
static void test_odd_pages(void **state)
{
	uint64_t p = (uint64_t)map(2 * PAGE_SIZE, RX), at = p | PAGE_SIZE, was;
	unsigned shift;

	(void)state;
	was = pt_lookup(&dune_pt, at);
	assert_false(was & PTE_NX);
	for (shift = 1; shift < 64; shift++) {
		int flags = (int)(shift << HUGE_SHIFT);

		assert_true(
			aspace_mmap(at, 1, PROT_READ,
				    PRIVATE | MAP_FIXED | MAP_HUGETLB | flags,
				    -1, 0) < 0);
		assert_int_equal(pt_lookup(&dune_pt, at), was);
	}
	assert_true(window_is_whole());
}

/* The kernel would move all of it. */
static void test_huge_page_that_moves(void **state)
{
	long p = aspace_mmap(0, MB2, RW, PRIVATE | MAP_HUGETLB, -1, 0);
	char *to = map(3 * MB2, RW);

	(void)state;
	if (p < 0)
		skip();
	to += MB2 - (uintptr_t)to % MB2;
	to[PAGE_SIZE] = 'c';
	assert_int_equal(aspace_mremap((uint64_t)p, PAGE_SIZE, PAGE_SIZE,
				       MREMAP_MAYMOVE | MREMAP_FIXED,
				       (uint64_t)to),
			 -EINVAL);
	assert_int_equal(to[PAGE_SIZE], 'c');
	assert_true(window_is_whole());
}

/* ... but what is behind a page that moves may be anything. */
static void test_pages_that_move(void **state)
{
	char *p = map(PAGE_SIZE, RW), *to = map(2 * PAGE_SIZE, RW);

	(void)state;
	*p = 'c';
	assert_int_equal(aspace_mremap((uint64_t)p, PAGE_SIZE, PAGE_SIZE,
				       MREMAP_MAYMOVE | MREMAP_FIXED,
				       (uint64_t)to),
			 (long)to);
	assert_int_equal(*to, 'c');
	assert_true(window_is_whole());
}

/* Where one was attached lies a larger one: the kernel takes all of it. */
static void test_segment_that_was_moved(void **state)
{
	int small = shmget(IPC_PRIVATE, PAGE_SIZE, IPC_CREAT | 0600);
	int large = shmget(IPC_PRIVATE, 16 * PAGE_SIZE, IPC_CREAT | 0600);
	uint64_t p = (uint64_t)map(64 * PAGE_SIZE, RW), q = p + 32 * PAGE_SIZE;

	(void)state;
	assert_int_equal(aspace_shmat(small, p, SHM_REMAP), p);
	assert_int_equal(aspace_shmat(large, q, SHM_REMAP | SHM_EXEC), q);
	assert_false(pt_lookup(&dune_pt, q + PAGE_SIZE) & PTE_NX);
	assert_int_equal(aspace_mremap(q, 16 * PAGE_SIZE, 16 * PAGE_SIZE,
				       MREMAP_MAYMOVE | MREMAP_FIXED, p),
			 p);
	assert_int_equal(aspace_shmdt(p), 0);
	assert_true(window_is_whole());
	assert_false(aspace_mapped(p + 15 * PAGE_SIZE));
	assert_true(pt_lookup(&dune_pt, p + 15 * PAGE_SIZE) & PTE_NX);
	assert_int_equal(aspace_shmdt(p), -EINVAL);
	shmctl(small, IPC_RMID, NULL);
	shmctl(large, IPC_RMID, NULL);
}

static void test_segment_that_is_covered(void **state)
{
	int id = shmget(IPC_PRIVATE, 4 * PAGE_SIZE, IPC_CREAT | 0600);
	long p = aspace_shmat(id, 0, 0);
	char *over = (char *)p + PAGE_SIZE;

	(void)state;
	assert_true(p > 0);
	assert_int_equal(aspace_mmap((uint64_t)over, PAGE_SIZE, RW,
				     PRIVATE | MAP_FIXED, -1, 0),
			 (long)over);
	*over = 'c';
	assert_int_equal(aspace_shmdt((uint64_t)p), 0);
	assert_int_equal(*over, 'c');
	assert_false(aspace_mapped((uint64_t)p));
	assert_true(aspace_mapped((uint64_t)over));
	assert_true(window_is_whole());
	shmctl(id, IPC_RMID, NULL);
}

#define TEST(f) cmocka_unit_test_teardown(f, clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_odd_pages),
		TEST(test_huge_page_that_moves),
		TEST(test_pages_that_move),
		TEST(test_segment_that_was_moved),
		TEST(test_segment_that_is_covered),
	};

	/* a sanitizer has memory there */
	if (aspace_start() == -EEXIST) {
		puts("skipped: the window's addresses are taken");
		return 0;
	}
	return cmocka_run_group_tests(tests, set_up, NULL);
}
