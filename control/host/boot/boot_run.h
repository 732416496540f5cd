/* SPDX-License-Identifier: MIT */
/*
 * boot_run.h - steps of the start: the directory of running instances, and the lock on starts
 */
#ifndef IX_HOST_BOOT_RUN_H
#define IX_HOST_BOOT_RUN_H

#include "control/host/boot/step.h"

int boot_run_dir(struct boot *b);
void boot_run_unlock(struct boot *b);
/* ... and in between. */
void boot_run_pause(struct boot *b);
int boot_run_relock(struct boot *b);
void boot_run_undo(struct boot *b);
int boot_leftovers(struct boot *b);
int boot_claim(struct boot *b, int number); /* 0, -EBUSY or -errno */
int boot_control(struct boot *b);
void boot_control_done(struct boot *b);
void boot_control_undo(struct boot *b);

#endif
