/* SPDX-License-Identifier: MIT */
/*
 * address.h - the addresses, before the start
 */
#ifndef IX_RUN_ADDRESS_H
#define IX_RUN_ADDRESS_H

#include "control/ix-run/run.h"

/* Check that the kernel does not have an address that the stack is to have. */
int address_check(const struct ix_config *c, char *err, size_t err_size);

#endif
