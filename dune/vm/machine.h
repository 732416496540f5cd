/* SPDX-License-Identifier: MIT */
/*
 * machine.h - KVM, the virtual machine, and its memory
 */
#ifndef IX_DUNE_VM_MACHINE_H
#define IX_DUNE_VM_MACHINE_H

#include <stddef.h>
#include <stdint.h>

/* Open /dev/kvm and check the capabilities that we need: 0, or -errno with one
 * line in err. */
int machine_open(char *err, size_t err_size);
int machine_create(void); /* a virtual machine without memory: 0 or -errno */
/* In the child of a fork: close the parent's virtual machine. */
void machine_close(void);
int vm_fd(void);     /* descriptor of the virtual machine, hidden */
int vm_kvm_fd(void); /* of /dev/kvm, hidden */
/* Add a memory slot of 1 GB: host address va at guest-physical address gpa.
 * Returns 0 or -errno. Before machine_create() it does nothing: then add slots
 * afterwards, by vm_add_used_slots(). */
int vm_add_slot(uint64_t va, uint64_t gpa);

#endif
