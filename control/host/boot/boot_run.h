/* SPDX-License-Identifier: MIT */
/*
 * boot_run.h - steps of the start: the directory of running instances, and the
 * lock that lets one instance start at a time
 */
#ifndef IX_HOST_BOOT_RUN_H
#define IX_HOST_BOOT_RUN_H

#include "control/host/boot/step.h"

/* Open the directory and take the lock; give the lock up for good. */
int boot_run_dir(struct boot *b);
void boot_run_unlock(struct boot *b);
/* Let others start during a step that may wait for one of them. */
void boot_run_pause(struct boot *b);
int boot_run_relock(struct boot *b);
void boot_run_undo(struct boot *b);
/* Remove what instances that were killed have left. */
int boot_leftovers(struct boot *b);
/* Take the lock file of instance number N: 0, -EBUSY if another instance has
 * it, or another -errno. */
int boot_claim(struct boot *b, int number);
/* The control socket. */
int boot_control(struct boot *b);
void boot_control_done(struct boot *b);
void boot_control_undo(struct boot *b);

#endif
