/* SPDX-License-Identifier: MIT */
/*
 * lock.h - a lock file for each device, whose text says what to undo
 */
#ifndef IX_DRV_LOCK_H
#define IX_DRV_LOCK_H

#include "drv/common/dev.h"

/* Lock what key names, in our network namespace, and undo what a dead instance
 * left there. 0, -EBUSY: another instance has it, or another -errno; the reason
 * is in ctx->err. */
int lock_take(struct drv_dev *d, struct drv_ctx *ctx, const char *key);
/* The same for what belongs to the whole machine, such as a PCI card. */
int lock_take_host(struct drv_dev *d, struct drv_ctx *ctx, const char *key);
/* Append a line of what is to be undone, see reclaim.c. Called before it is
 * done. */
void lock_note(struct drv_dev *d, const char *what, const char *value);
/* Remove the lock file and release the lock, after all was undone. */
void lock_drop(struct drv_dev *d);

#endif
