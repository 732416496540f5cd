/* SPDX-License-Identifier: MIT */
/*
 * steer.h - XDP programs that choose the frames which the stack gets
 */
#ifndef IX_DRV_STEER_H
#define IX_DRV_STEER_H

#include "drv/common/dev.h"

/* Replace libxdp's program, which gives every frame to the XDP socket, by one
 * that gives it frames for the addresses of s and passes the others to the
 * kernel. 0 or -errno. */
int steer_attach(const struct drv_dev *d, const struct drv_spec *s,
		 const char *ifn);
/* Attach a program that passes all frames to the kernel. 0, -EBUSY: another
 * program is attached, or another -errno. */
int steer_pass(const char *ifn);

#endif
