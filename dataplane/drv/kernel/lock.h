/* SPDX-License-Identifier: MIT */
/*
 * lock.h - one file for each device, whose text says what to undo
 */
#ifndef IX_DRV_LOCK_H
#define IX_DRV_LOCK_H

#include "drv/common/dev.h"

int lock_take(struct drv_dev *d, struct drv_ctx *ctx, const char *key);
/* For what belongs to the whole machine, not to a network namespace. */
int lock_take_host(struct drv_dev *d, struct drv_ctx *ctx, const char *key);
void lock_note(struct drv_dev *d, const char *what, const char *value);
void lock_drop(struct drv_dev *d);

#endif
