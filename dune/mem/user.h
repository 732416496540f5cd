/* SPDX-License-Identifier: MIT */
/*
 * user.h - what is the program's memory, and copies from and to it
 */
#ifndef IX_DUNE_MEM_USER_H
#define IX_DUNE_MEM_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Does [addr, addr + len) lie in memory that is the program's? An empty range
 * does anywhere. */
bool user_range_ok(uint64_t addr, uint64_t len);
/* ... and may the host write there for it? */
bool user_range_writable(uint64_t addr, uint64_t len);
/* The same, as 0 or -EFAULT; NULL is for the kernel to judge. */
int check_in(uint64_t addr, uint64_t len);
int check_out(uint64_t addr, uint64_t len);
/* 0 or -EFAULT */
int user_get(void *to, uint64_t from, size_t len);
int user_put(uint64_t to, const void *from, size_t len);
int user_zero(uint64_t to, size_t len);
/* Length of a string without its 0, at most max; copied with its 0 into
 * to[max + 1]. -EFAULT, -ENAMETOOLONG. */
long user_string(char *to, uint64_t from, size_t max);

#endif
