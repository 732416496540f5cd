/* SPDX-License-Identifier: MIT */
/*
 * fence.h - is there memory at an address?
 */
#ifndef IX_MEM_TEST_FENCE_H
#define IX_MEM_TEST_FENCE_H

#include <stdbool.h>
#include <unistd.h>

/* As the kernel sees it: a write from there into a pipe fails where none is. */
static inline bool kernel_reads(const char *at)
{
	int fd[2];
	ssize_t n;

	assert_int_equal(pipe(fd), 0);
	n = write(fd[1], at, 1);
	close(fd[0]);
	close(fd[1]);
	return n == 1;
}

#endif
