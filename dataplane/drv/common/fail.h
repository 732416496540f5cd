/* SPDX-License-Identifier: MIT */
/*
 * fail.h - the one line that says why a device does not open
 */
#ifndef IX_DRV_FAIL_H
#define IX_DRV_FAIL_H

#include "drv/common/dev.h"

/* Write one line into ctx->err; returns rc. */
int drv_fail(struct drv_ctx *ctx, int rc, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
