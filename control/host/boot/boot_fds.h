/* SPDX-License-Identifier: MIT */
/*
 * boot_fds.h - steps of the start: the descriptors of an instance, above those
 * of the program, and the limit on their number
 */
#ifndef IX_HOST_BOOT_FDS_H
#define IX_HOST_BOOT_FDS_H

#include "control/host/boot/step.h"

int boot_limits(struct boot *b);
void boot_limits_restore(struct boot *b);
int boot_fds_begin(struct boot *b);
void boot_fds_end(struct boot *b);
void boot_fds_done(struct boot *b);
void boot_fds_count(struct boot *b);
int boot_wakes(struct boot *b);
int boot_placeholder(struct boot *b);
int boot_relay(struct boot *b);
void boot_relay_done(struct boot *b);

#endif
