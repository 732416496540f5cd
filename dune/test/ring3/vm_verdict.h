/* SPDX-License-Identifier: MIT */
/*
 * vm_verdict.h - a line for each test: PASS NAME, or FAIL NAME and why
 */
#ifndef IX_DUNE_TEST_VM_VERDICT_H
#define IX_DUNE_TEST_VM_VERDICT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int verdict_failed;

static inline void verdict(bool ok, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static inline void verdict(bool ok, const char *name, const char *format, ...)
{
	va_list args;

	printf("%s %s", ok ? "PASS" : "FAIL", name);
	if (!ok) {
		verdict_failed = 1;
		printf(": ");
		va_start(args, format);
		vprintf(format, args);
		va_end(args);
	}
	printf("\n");
	fflush(stdout);
}

#endif
