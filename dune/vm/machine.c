// SPDX-License-Identifier: MIT
/*
 * machine.c - KVM, the virtual machine, and its memory
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "dune/host/fds.h"
#include "dune/host/layout.h"
#include "dune/vm/machine.h"

#define INTEL_TSS 0xfffbd000u
#define INTEL_IDENTITY UINT64_C(0xfffbc000)

static int kvm_fd = -1, the_vm = -1;

int vm_fd(void)
{
	return the_vm;
}

int vm_kvm_fd(void)
{
	return kvm_fd;
}

int vm_add_slot(uint64_t va, uint64_t gpa)
{
	struct kvm_userspace_memory_region r = {
		.slot = (uint32_t)(gpa / GB),
		.guest_phys_addr = gpa,
		.memory_size = va + GB > HOST_TOP ? HOST_TOP - va : GB,
		.userspace_addr = va,
	};

	if (the_vm < 0) /* machine_create() is to come */
		return 0;
	return ioctl(the_vm, KVM_SET_USER_MEMORY_REGION, &r) < 0 ? -errno : 0;
}

int machine_open(char *err, size_t err_size)
{
	static const int needed[] = { KVM_CAP_SYNC_MMU, KVM_CAP_IMMEDIATE_EXIT,
				      KVM_CAP_XCRS };
	unsigned i;
	int rc;

	fds_hide_begin();
	rc = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	kvm_fd = rc < 0 ? -errno : fds_hide(rc);
	fds_hide_end();
	if (kvm_fd < 0) {
		snprintf(err, err_size, "/dev/kvm: %s", strerror(-kvm_fd));
		return kvm_fd;
	}
	for (i = 0; i < sizeof(needed) / sizeof(*needed); i++)
		if (ioctl(kvm_fd, KVM_CHECK_EXTENSION, needed[i]) <= 0) {
			snprintf(err, err_size, "KVM lacks capability %d",
				 needed[i]);
			return -EOPNOTSUPP;
		}
	return 0;
}

int machine_create(void)
{
	uint64_t identity = INTEL_IDENTITY;
	int rc;

	fds_hide_begin();
	rc = ioctl(kvm_fd, KVM_CREATE_VM, 0);
	rc = rc < 0 ? -errno : fds_hide(rc);
	fds_hide_end();
	if (rc < 0)
		return rc;
	the_vm = rc;
	if (ioctl(the_vm, KVM_SET_IDENTITY_MAP_ADDR, &identity) < 0 ||
	    ioctl(the_vm, KVM_SET_TSS_ADDR, INTEL_TSS) < 0)
		return -errno;
	return 0;
}

void machine_close(void)
{
	close(the_vm);
	the_vm = -1;
}
