// SPDX-License-Identifier: MIT
/*
 * fail.c - the one line that says why a device cannot be opened
 */
#include <stdarg.h>
#include <stdio.h>

#include "drv/common/dev.h"
#include "drv/common/fail.h"

int drv_fail(struct drv_ctx *ctx, int rc, const char *fmt, ...)
{
	va_list ap;
	size_t n;

	n = (size_t)snprintf(ctx->err, ctx->err_size, "%s: ", ctx->spec->text);
	if (n < ctx->err_size) {
		va_start(ap, fmt);
		vsnprintf(ctx->err + n, ctx->err_size - n, fmt, ap);
		va_end(ap);
	}
	return rc;
}
