/* SPDX-License-Identifier: MIT */
/*
 * boot_stack.h - steps of the start: devices and protocols
 */
#ifndef IX_HOST_BOOT_STACK_H
#define IX_HOST_BOOT_STACK_H

#include "control/host/boot/step.h"

int boot_devices(struct boot *b);
void boot_devices_undo(struct boot *b);
int boot_stack(struct boot *b);
int boot_capture(struct boot *b);

#endif
