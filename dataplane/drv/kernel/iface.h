/* SPDX-License-Identifier: MIT */
/*
 * iface.h - preparing an existing interface of the kernel, and restoring it
 */
#ifndef IX_DRV_IFACE_H
#define IX_DRV_IFACE_H

#include "drv/common/dev.h"

/* Lock interface ifn, which must be up, and switch GRO and LRO off and, if the
 * stack has a MAC address of its own, on promiscuous mode. 0, or -errno with
 * the reason in ctx->err. */
int drv_if_prepare(struct drv_dev *d, struct drv_ctx *ctx, const char *ifn);
/* Undo that. */
void drv_if_restore(struct drv_dev *d);

#endif
