/* SPDX-License-Identifier: MIT */
/*
 * uaccess.h - copies that survive bad addresses, in ring 0 and in the host
 */
#ifndef IX_DUNE_HOST_UACCESS_H
#define IX_DUNE_HOST_UACCESS_H

#include <stddef.h>
#include <stdint.h>

#include "dune/dune.h"

/* Copy len bytes. Returns how many could not be copied; 0 is success. */
size_t dune_copy(void *to, const void *from, size_t len);
extern const struct dune_fixup dune_own_fixups[];
extern const unsigned dune_own_nfixups;
/* The address at which to continue after a fault at rip; 0 if there is no
 * fix-up, which makes the fault an error of ours. */
uint64_t dune_fixup_find(uint64_t rip);

#endif
