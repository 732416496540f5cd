/* SPDX-License-Identifier: MIT */
/*
 * hugepages.h - are enough 2 MB hugepages available for EAL?
 */
#ifndef IX_DRV_HUGEPAGES_H
#define IX_DRV_HUGEPAGES_H

#include <stdint.h>

/* NULL if mem_mb MB of hugepages are available, for which more are requested
 * from the kernel if we may; else the reason why not. */
const char *hugepages_get(uint32_t mem_mb);

#endif
