// SPDX-License-Identifier: MIT
/*
 * vm.c - the virtual machine: its start, its end in a forked child, a new one
 */
#include "dune/host/core.h"
#include "dune/host/maps.h"
#include "dune/host/self.h"
#include "dune/vm/machine.h"
#include "dune/vm/pagetable.h"
#include "dune/vm/pool.h"
#include "dune/vm/replay.h"
#include "dune/vm/tables.h"
#include "dune/vm/vcpu.h"
#include "dune/vm/vm.h"
#include "dune/vm/windows.h"

#define PT_PAGES 40960

/* With all the memory that the tables have. */
static int create_vm(void)
{
	int rc = machine_create();

	return rc < 0 ? rc : vm_add_used_slots();
}

/* Tables and stacks are host memory that the windows must hold. */
int vm_start(char *err, size_t err_size)
{
	int rc;

	rc = machine_open(err, err_size);
	if (rc == 0)
		rc = vcpu_limits(err, err_size);
	if (rc == 0)
		rc = pt_init(&dune_pt, PT_PAGES);
	if (rc == 0)
		rc = maps_open();
	core_open();
	if (rc == 0)
		rc = vm_find_windows(vcpu_address_bits(), err, err_size);
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

	machine_close();
	vcpu_forked(t);
	replay_forked();
	rc = maps_open();
	core_open();
	if (rc == 0)
		rc = create_vm();
	if (rc == 0)
		rc = vcpu_attach(t);
	return rc;
}
