/* SPDX-License-Identifier: MIT */
/*
 * vm.h - the virtual machine
 */
#ifndef IX_DUNE_VM_VM_H
#define IX_DUNE_VM_VM_H

#include <stddef.h>

#include "dune/host/self.h"

/* Build it: 0, or -errno, perhaps with one line in err. */
int vm_start(char *err, size_t err_size);
/* In the child of a fork: the VM is bound to the parent's mm. t keeps regs; the
 * FPU's state is a fresh one. */
int dune_vm_rebuild(struct dune_thread *t);

#endif
