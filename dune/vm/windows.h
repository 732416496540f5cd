/* SPDX-License-Identifier: MIT */
/*
 * windows.h - which stretches of this process's addresses the guest has
 */
#ifndef IX_DUNE_VM_WINDOWS_H
#define IX_DUNE_VM_WINDOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dune/host/maps.h"

#define MAX_WINDOWS 64
struct dune_window {
	uint64_t va, size, gpa;
	bool user;
};
extern struct dune_window dune_windows[MAX_WINDOWS];
extern unsigned dune_nwindows;
/* address_bits: of what the CPU gives a guest. */
int vm_find_windows(uint64_t address_bits, char *err, size_t err_size);
struct dune_window *vm_window(uint64_t va); /* that holds va, or NULL */
int vm_gpa(uint64_t va, uint64_t *gpa_out);
bool vm_is_host(const struct dune_vma *v); /* and may be accessed */

#endif
