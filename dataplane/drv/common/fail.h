/* SPDX-License-Identifier: MIT */
/*
 * fail.h - the line of text that says why a device cannot be opened
 */
#ifndef IX_DRV_FAIL_H
#define IX_DRV_FAIL_H

#include "drv/common/dev.h"

/* Write one line into ctx->err; returns rc. */
int drv_fail(struct drv_ctx *ctx, int rc, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
