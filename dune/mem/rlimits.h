/* SPDX-License-Identifier: MIT */
/*
 * rlimits.h - resource limits that are the program's, not the process's
 *
 * The process has the windows, the dataplane and their descriptors besides;
 * so RLIMIT_AS, RLIMIT_DATA and RLIMIT_STACK are kept here and applied to what
 * the program maps, and RLIMIT_NOFILE in fds.c.
 */
#ifndef IX_DUNE_MEM_RLIMITS_H
#define IX_DUNE_MEM_RLIMITS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

int limits_start(void);
/* Bytes of a new program's stack. */
uint64_t limits_stack(void);
/* Is this one of those that are kept here? */
bool limits_keep(unsigned resource);
/* Of those: the program's limit. Setting it is 0, -EINVAL or -EPERM. */
void limits_get(unsigned resource, struct rlimit *out);
int limits_set(unsigned resource, const struct rlimit *want);

#endif
