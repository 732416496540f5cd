/* SPDX-License-Identifier: MIT */
/*
 * rlimits.h - resource limits of the program, which the process does not have
 *
 * The process has more memory and descriptors than the program: the reserved
 * windows, the dataplane. So RLIMIT_AS, RLIMIT_DATA and RLIMIT_STACK are kept
 * here and applied to what the program maps, and RLIMIT_NOFILE in fds.c.
 */
#ifndef IX_DUNE_MEM_RLIMITS_H
#define IX_DUNE_MEM_RLIMITS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

int limits_start(void); /* begin with the process's limits: 0 or -errno */
/* The size of a new program's stack in bytes, from RLIMIT_STACK. */
uint64_t limits_stack(void);
/* Is this limit (RLIMIT_*) kept here? */
bool limits_keep(unsigned resource);
/* Get and set a limit that is kept here. Setting returns 0, -EINVAL, or -EPERM
 * to raise the hard limit without CAP_SYS_RESOURCE. */
void limits_get(unsigned resource, struct rlimit *out);
int limits_set(unsigned resource, const struct rlimit *want);

#endif
