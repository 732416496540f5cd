/* SPDX-License-Identifier: MIT */
/*
 * uaccess.h - copies that survive bad addresses, in ring 0 and in the host
 */
#ifndef IX_DUNE_HOST_UACCESS_H
#define IX_DUNE_HOST_UACCESS_H

#include <stddef.h>
#include <stdint.h>

#include "dune/dune.h"

/* Bytes that were not copied; 0: all. */
size_t dune_copy(void *to, const void *from, size_t len);
extern const struct dune_fixup dune_own_fixups[];
extern const unsigned dune_own_nfixups;
/* Where to go on after a fault at rip; 0: nowhere. */
uint64_t dune_fixup_find(uint64_t rip);

#endif
