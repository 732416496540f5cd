// SPDX-License-Identifier: MIT
/*
 * boot_fail.c - the one line that says why a start failed
 */
#include "control/host/boot/boot_fail.h"
#include "control/host/boot/step.h"

#include <stdarg.h>
#include <stdio.h>

int boot_fail(struct boot *b, int rc, const char *fmt, ...)
{
	va_list ap;

	if (!b->args->err || !b->args->err_size)
		return rc;
	va_start(ap, fmt);
	vsnprintf(b->args->err, b->args->err_size, fmt, ap);
	va_end(ap);
	return rc;
}
