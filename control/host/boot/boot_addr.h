/* SPDX-License-Identifier: MIT */
/*
 * boot_addr.h - steps of the start: choose addresses, claim them, set routes
 */
#ifndef IX_HOST_BOOT_ADDR_H
#define IX_HOST_BOOT_ADDR_H

#include "control/host/boot/step.h"

int boot_addresses(struct boot *b);
int boot_claims(struct boot *b);
int boot_routes(struct boot *b);

#endif
