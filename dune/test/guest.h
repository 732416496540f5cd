/* SPDX-License-Identifier: MIT */
/*
 * guest.h - a program thread for unit tests: its window is reserved and its
 * page tables are there, but there is no virtual machine
 */
#ifndef IX_DUNE_TEST_GUEST_H
#define IX_DUNE_TEST_GUEST_H

#include "dune/file/object.h"
#include "dune/host/fds.h"
#include "dune/host/maps.h"
#include "dune/host/self.h"
#include "dune/host/sigstate.h"
#include "dune/mem/aspace.h"
#include "dune/mem/rlimits.h"
#include "dune/vm/tables.h"

#define GUEST_HIDDEN 200 /* descriptors from here on are not the program's */

static struct dune_thread guest_thread;
static struct dune_signals guest_signals;

/* The window is reserved before: aspace_start(). 0 or -1. */
static int guest_start(void **state)
{
	(void)state;
	dune_config.hidden_fd_min = GUEST_HIDDEN;
	guest_thread.signals = &guest_signals;
	dune_self = &guest_thread;
	if (fds_start() < 0 || object_start() < 0 || limits_start() < 0 ||
	    maps_open() < 0 || pt_init(&dune_pt, 256) < 0)
		return -1;
	dune_pt.gpa = 4 * GB;
	pt_reset(&dune_pt);
	return pt_map(&dune_pt, WINDOW_BASE, 8 * GB, WINDOW_SIZE,
		      PTE_W | PTE_U | PTE_NX);
}

static int guest_clear(void **state)
{
	(void)state;
	aspace_clear();
	return 0;
}

#endif
