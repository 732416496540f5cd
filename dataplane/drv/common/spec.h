/* SPDX-License-Identifier: MIT */
/*
 * spec.h - parsing the text of --dev
 */
#ifndef IX_DRV_SPEC_H
#define IX_DRV_SPEC_H

#include "drv/common/dev.h"

/* 0, -EINVAL (unknown kind) or -ENAMETOOLONG, with a line of text in err. */
int spec_parse(const char *text, struct drv_args *out, char *err,
	       size_t err_size);
/* Copy the value of key in opts ("a=1,b=2") to out. 1; 0: there is none; or
 * -EINVAL: it is too long. */
int spec_opt(const char *opts, const char *key, char *out, size_t size);
/* 0 if every key in opts is one of keys, which ends with NULL; else -EINVAL,
 * and the first other one with its value in bad. */
int spec_only(const char *opts, const char *const *keys, char *bad,
	      size_t size);
/* Is text a PCI address, such as 0000:03:00.0? */
int spec_bdf(const char *text);

#endif
