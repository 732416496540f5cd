/* SPDX-License-Identifier: MIT */
/*
 * resources.h - what the kernel lets the program have: CPUs, locked memory
 */
#ifndef IX_RUN_RESOURCES_H
#define IX_RUN_RESOURCES_H

#include "control/ix-run/run.h"

/* Check that the program may run on the CPUs of --cpus. */
int cpus_check(const struct ix_config *c, char *err, size_t err_size);

/* Raise RLIMIT_MEMLOCK as far as allowed. */
void limits_raise(void);

#endif
