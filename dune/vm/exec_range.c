// SPDX-License-Identifier: MIT
/*
 * exec_range.c - what ring 3 may execute, in all threads
 */
#include "dune/host/self.h"
#include "dune/vm/exec_range.h"
#include "dune/vm/fatal.h"
#include "dune/vm/pool.h"
#include "dune/vm/tables.h"

void dune_exec_range(uint64_t start, uint64_t end, bool executable)
{
	int rc = tables_exec(start, end, executable);

	/* a stale "no" corrects itself by a fault, see trap.c */
	if (rc > 0 && !executable)
		vcpu_flush_others();
	if (rc < 0)
		dune_fatal(dune_self, "page tables cannot be changed");
}
