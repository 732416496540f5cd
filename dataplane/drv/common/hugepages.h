/* SPDX-License-Identifier: MIT */
/*
 * hugepages.h - can EAL have 2 MB pages?
 */
#ifndef IX_DRV_HUGEPAGES_H
#define IX_DRV_HUGEPAGES_H

#include <stdint.h>

/* NULL if mem_mb of hugepages can be had (more are asked of the kernel where
 * that is allowed), else why not. */
const char *hugepages_get(uint32_t mem_mb);

#endif
