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
	/* address in host and guest, bytes, guest-physical address */
	uint64_t va, size, gpa;
	bool user; /* program memory, not the host's */
};
extern struct dune_window dune_windows[MAX_WINDOWS];
extern unsigned dune_nwindows;
/* Find the windows from what is mapped at the moment, and give them
 * guest-physical addresses of at most address_bits bits. Returns 0, or -errno,
 * mostly with one line in err. */
int vm_find_windows(uint64_t address_bits, char *err, size_t err_size);
struct dune_window *vm_window(uint64_t va); /* that holds va, or NULL */
/* The guest-physical address of va: 0, or -EFAULT if no window holds it. */
int vm_gpa(uint64_t va, uint64_t *gpa_out);
/* Is it a mapping of the host (not the program's, not the kernel's) that may be
 * accessed? */
bool vm_is_host(const struct dune_vma *v);

#endif
