/* SPDX-License-Identifier: MIT */
/*
 * steer.h - XDP programs that say which frames are the stack's
 */
#ifndef IX_DRV_STEER_H
#define IX_DRV_STEER_H

#include "drv/common/dev.h"

/* In place of the program that gives all to the socket. */
int steer_attach(const struct drv_dev *d, const struct drv_spec *s,
		 const char *ifn);
/* One that passes all on. -EBUSY: there is another. */
int steer_pass(const char *ifn);

#endif
