/* SPDX-License-Identifier: MIT */
/*
 * vm.h - the virtual machine
 */
#ifndef IX_DUNE_VM_VM_H
#define IX_DUNE_VM_VM_H

#include <stddef.h>

#include "dune/host/self.h"

/* Build the virtual machine, its windows and page tables, without a vCPU.
 * Returns 0, or -errno, perhaps with one line in err. */
int vm_start(char *err, size_t err_size);
/* In the child of a fork: build another one, since KVM binds a virtual machine
 * to the address space of the process that made it. t keeps its regs and gets a
 * new vCPU, whose FPU state is not ring 3's. Returns 0 or -errno. */
int dune_vm_rebuild(struct dune_thread *t);

#endif
