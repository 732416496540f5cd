/* SPDX-License-Identifier: MIT */
/*
 * machine.h - KVM, the virtual machine, and its memory
 */
#ifndef IX_DUNE_VM_MACHINE_H
#define IX_DUNE_VM_MACHINE_H

#include <stddef.h>
#include <stdint.h>

/* KVM, which must have what we need: 0, or -errno with a line in err. */
int machine_open(char *err, size_t err_size);
int machine_create(void); /* a virtual machine without memory: 0 or -errno */
void machine_close(void); /* the parent's, in the child of a fork */
int vm_fd(void);
int vm_kvm_fd(void);
/* 1 GB of memory; of a machine that is created later it is to be added then. */
int vm_add_slot(uint64_t va, uint64_t gpa);

#endif
