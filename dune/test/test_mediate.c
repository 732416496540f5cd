// SPDX-License-Identifier: MIT
/*
 * test_mediate.c - system calls of ring 3, from the registers to the result
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "dune/sys/mediate.h"
#include "dune/test/guest.h"

static long call(uint64_t nr, uint64_t a, uint64_t b, uint64_t c)
{
	guest_thread.regs =
		(struct dune_regs){ .rax = nr, .rdi = a, .rsi = b, .rdx = c };
	dune_syscall(&guest_thread);
	return (long)guest_thread.regs.rax;
}

/* A page of the program's memory. */
static char *page(void)
{
	long at = aspace_mmap(0, PAGE_SIZE, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(at > 0);
	return (char *)at;
}

static void test_calls_that_there_are_not(void **state)
{
	uint64_t refused = guest_thread.stats.refused;

	(void)state;
	assert_int_equal(call(UINT32_MAX, 0, 0, 0), -ENOSYS);
	assert_int_equal(call(SYS_ptrace, 0, 0, 0),
			 call_row(SYS_ptrace)->refusal);
	assert_int_equal(guest_thread.stats.refused, refused + 2);
}

/* The bits above the 32nd are not looked at, as in Linux. */
static void test_number_of_a_call(void **state)
{
	(void)state;
	assert_int_equal(call(UINT64_C(1) << 32 | SYS_getpid, 0, 0, 0),
			 getpid());
}

static void test_bytes_go_to_the_program_alone(void **state)
{
	char ours[8] = "", *p = page();
	int fd[2];

	(void)state;
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], "abc", 3), 3);
	assert_int_equal(call(SYS_read, (uint64_t)fd[0], (uint64_t)ours, 3),
			 -EFAULT);
	assert_int_equal(*ours, 0);
	assert_int_equal(call(SYS_read, (uint64_t)fd[0], (uint64_t)p, 3), 3);
	assert_memory_equal(p, "abc", 3);
	close(fd[0]);
	close(fd[1]);
}

static void test_structs_are_copied(void **state)
{
	struct timespec ours = { 0 }, *p = (struct timespec *)page();

	(void)state;
	assert_int_equal(call(SYS_clock_gettime, CLOCK_REALTIME,
			      (uint64_t)&ours, 0),
			 -EFAULT);
	assert_int_equal(ours.tv_sec, 0);
	assert_int_equal(
		call(SYS_clock_gettime, CLOCK_REALTIME, (uint64_t)p, 0), 0);
	assert_true(p->tv_sec > 0);
}

static void test_hidden_descriptors(void **state)
{
	int hidden = fds_hide_one(open("/dev/null", O_RDWR));
	char *p = page();

	(void)state;
	assert_true(hidden >= GUEST_HIDDEN);
	assert_int_equal(call(SYS_write, (uint64_t)hidden, (uint64_t)p, 1),
			 -EBADF);
	assert_int_equal(call(SYS_close, (uint64_t)hidden, 0, 0), -EBADF);
	close(hidden);
}

static void test_files_by_what_they_are(void **state)
{
	char *p = page();
	long fd;

	(void)state;
	strcpy(p, "/proc/self/mem");
	assert_int_equal(call(SYS_openat, (uint64_t)AT_FDCWD, (uint64_t)p,
			      O_RDONLY),
			 -EACCES);
	strcpy(p, "/dev/null");
	fd = call(SYS_openat, (uint64_t)AT_FDCWD, (uint64_t)p, O_RDONLY);
	assert_in_range(fd, 0, GUEST_HIDDEN - 1);
	assert_int_equal(call(SYS_close, (uint64_t)fd, 0, 0), 0);
}

#define TEST(f) cmocka_unit_test_teardown(f, guest_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_calls_that_there_are_not),
		TEST(test_number_of_a_call),
		TEST(test_bytes_go_to_the_program_alone),
		TEST(test_structs_are_copied),
		TEST(test_hidden_descriptors),
		TEST(test_files_by_what_they_are),
	};

	/* a sanitizer has memory there */
	if (aspace_start() == -EEXIST) {
		puts("skipped: the window's addresses are taken");
		return 0;
	}
	return cmocka_run_group_tests(tests, guest_start, NULL);
}
