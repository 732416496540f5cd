// SPDX-License-Identifier: MIT
/*
 * vm.c - the virtual machine: its start, its end in a forked child, a new one
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dune/core.h"
#include "dune/fds.h"
#include "dune/vm.h"

#define INTEL_TSS 0xfffbd000u
#define INTEL_IDENTITY UINT64_C(0xfffbc000)
#define PT_PAGES 40960

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

	if (the_vm < 0) /* create_vm() will */
		return 0;
	return ioctl(the_vm, KVM_SET_USER_MEMORY_REGION, &r) < 0 ? -errno : 0;
}

static int create_vm(void)
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
	return vm_add_used_slots();
}

static int open_kvm(char *err, size_t err_size)
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
	return vcpu_limits(err, err_size);
}

/* Tables and stacks are host memory that the windows must hold. */
int vm_start(char *err, size_t err_size)
{
	int rc;

	rc = open_kvm(err, err_size);
	if (rc == 0)
		rc = pt_init(&dune_pt, PT_PAGES);
	if (rc == 0)
		rc = maps_open();
	core_open();
	if (rc == 0)
		rc = vm_find_windows(err, err_size);
	if (rc == 0)
		rc = vm_build_tables();
	if (rc < 0)
		return rc;
	vcpu_idt();
	return create_vm();
}

/* The tables were copied with all other memory, at the same addresses. */
int dune_vm_rebuild(struct dune_thread *t)
{
	int rc;

	close(the_vm);
	the_vm = -1;
	vcpu_forked(t);
	trap_forked();
	rc = maps_open();
	core_open();
	if (rc == 0)
		rc = create_vm();
	if (rc == 0)
		rc = vcpu_attach(t);
	return rc;
}
