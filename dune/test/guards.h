/* SPDX-License-Identifier: MIT */
/*
 * guards.h - memory of the host that no program may change
 */
#ifndef IX_DUNE_TEST_GUARDS_H
#define IX_DUNE_TEST_GUARDS_H

#include <stdint.h>

#include "dune/dune.h"

/* Make the regions, with pages before and behind each; and once the guest has
 * started, make these pages and others the guarded objects. 0 or -errno. */
int guards_start(struct dune_region region[2]);
int guards_open(void);
/* 0, or 1 + the number of the object that has changed since this was last
 * asked; it is put right then. In ring 0. */
long guards_intact(void);
/* Address of an object (enum guard_object) of this thread's; -EINVAL. */
long guards_object(unsigned n);

#endif
