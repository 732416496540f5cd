/* SPDX-License-Identifier: MIT */
/*
 * boot_claim.h - steps of the start: an address is one instance's
 */
#ifndef IX_HOST_BOOT_CLAIM_H
#define IX_HOST_BOOT_CLAIM_H

#include "control/host/boot/step.h"

/* The i-th address is ours alone; 0 or -errno. */
int boot_claim_address(struct boot *b, uint32_t i);
void boot_claims_undo(struct boot *b);

#endif
