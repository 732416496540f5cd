/* SPDX-License-Identifier: MIT */
/*
 * rlimits.h - resource limits that are the program's, not the process's
 *
 * The process has the windows, the dataplane and their descriptors besides;
 * so RLIMIT_AS, RLIMIT_DATA and RLIMIT_STACK are kept here and applied to what
 * the program maps, and RLIMIT_NOFILE in fds.c.
 */
#ifndef IX_DUNE_RLIMITS_H
#define IX_DUNE_RLIMITS_H

#include <stdint.h>

int limits_start(void);
/* Bytes of a new program's stack. */
uint64_t limits_stack(void);

#endif
