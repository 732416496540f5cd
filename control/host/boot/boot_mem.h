/* SPDX-License-Identifier: MIT */
/*
 * boot_mem.h - steps of the start: DPDK, shared memory, pools of packet buffers
 */
#ifndef IX_HOST_BOOT_MEM_H
#define IX_HOST_BOOT_MEM_H

#include "control/host/boot/step.h"

int boot_eal(struct boot *b);
int boot_memory(struct boot *b);
void boot_memory_undo(struct boot *b);
int boot_pools(struct boot *b);
int boot_fences(struct boot *b);
void boot_pools_undo(struct boot *b);

#endif
