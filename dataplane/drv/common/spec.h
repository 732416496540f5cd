/* SPDX-License-Identifier: MIT */
/*
 * spec.h - what a person wrote for --dev, in its parts
 */
#ifndef IX_DRV_SPEC_H
#define IX_DRV_SPEC_H

#include "drv/common/dev.h"

int spec_parse(const char *text, struct drv_args *out, char *err,
	       size_t err_size);
/* The value of key in "a=1,b=2": 1 found, 0 not there, -EINVAL too long. */
int spec_opt(const char *opts, const char *key, char *out, size_t size);
/* 0 if every key of opts is one of keys (NULL at the end). */
int spec_only(const char *opts, const char *const *keys, char *bad,
	      size_t size);
int spec_bdf(const char *text);

#endif
