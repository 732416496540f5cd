// SPDX-License-Identifier: MIT
/*
 * uaccess.c - the window of program memory
 */
#include "mem/uaccess.h"

/* The user half of the address space, without the page at 0. */
struct uaccess_window uaccess_window = {
	.lo = 4096,
	.hi = UINT64_C(0x7ffffffff000),
};
