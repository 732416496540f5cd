/* SPDX-License-Identifier: MIT */
/*
 * user.h - addresses of the program: checks, and copies from and to them
 */
#ifndef IX_DUNE_MEM_USER_H
#define IX_DUNE_MEM_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Does [addr, addr + len) lie within one window or one region, so that it is
 * the program's? Nothing need be mapped there. An empty range is always ok. */
bool user_range_ok(uint64_t addr, uint64_t len);
/* The same, and it lies in no region that ring 3 may only read. */
bool user_range_writable(uint64_t addr, uint64_t len);
/* The same two checks, for memory that the kernel will read (in) or write
 * (out): 0 or -EFAULT. NULL passes: what it means is for the kernel to
 * judge. */
int check_in(uint64_t addr, uint64_t len);
int check_out(uint64_t addr, uint64_t len);
/* Copy from the program's memory, copy to it, or clear it: 0 or -EFAULT. */
int user_get(void *to, uint64_t from, size_t len);
int user_put(uint64_t to, const void *from, size_t len);
int user_zero(uint64_t to, size_t len);
/* Copy a string of at most max bytes and its terminating 0 into to[max + 1].
 * Returns its length without the 0, -EFAULT or -ENAMETOOLONG. */
long user_string(char *to, uint64_t from, size_t max);

#endif
