/* SPDX-License-Identifier: MIT */
/*
 * iface.h - an interface that is there already is locked and made fit
 */
#ifndef IX_DRV_IFACE_H
#define IX_DRV_IFACE_H

#include "drv/common/dev.h"

/* 0 or -errno, and why in ctx->err. */
int drv_if_prepare(struct drv_dev *d, struct drv_ctx *ctx, const char *ifn);
void drv_if_restore(struct drv_dev *d);

#endif
