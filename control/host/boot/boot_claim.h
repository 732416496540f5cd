/* SPDX-License-Identifier: MIT */
/*
 * boot_claim.h - claims, by which an address belongs to one instance alone
 */
#ifndef IX_HOST_BOOT_CLAIM_H
#define IX_HOST_BOOT_CLAIM_H

#include "control/host/boot/step.h"

/* Claim the i-th address of the settings for this instance. Returns 0, or
 * -errno with a line by boot_fail(): -EADDRINUSE if another one has it. */
int boot_claim_address(struct boot *b, uint32_t i);
void boot_claims_undo(struct boot *b);

#endif
