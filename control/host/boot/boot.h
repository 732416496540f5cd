/* SPDX-License-Identifier: MIT */
/*
 * boot.h - the start of an instance
 */
#ifndef IX_HOST_BOOT_H
#define IX_HOST_BOOT_H

#include "ix/abi.h"

/* Start the instance of this process. Returns 0, or -errno with one line in
 * args->err. */
int instance_boot(const struct ix_boot_args *args, struct ix_booted *out);

#endif
