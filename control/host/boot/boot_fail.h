/* SPDX-License-Identifier: MIT */
/*
 * boot_fail.h - the line that says why a start failed
 */
#ifndef IX_HOST_BOOT_FAIL_H
#define IX_HOST_BOOT_FAIL_H

#include "control/host/boot/step.h"

/* Write the one line that says what is wrong into args->err, and return rc. */
int boot_fail(struct boot *b, int rc, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
