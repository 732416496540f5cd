/* SPDX-License-Identifier: MIT */
/*
 * kinds.h - the list of the kinds of device
 */
#ifndef IX_DRV_KINDS_H
#define IX_DRV_KINDS_H

#include "drv/common/dev.h"

/* The kinds of device: NAME.c defines drv_NAME_ops. */
#define DRV_KIND_LIST(X) \
	X(veth)          \
	X(tun)           \
	X(af_packet)     \
	X(af_xdp)        \
	X(memif)         \
	X(pci)           \
	X(vdev)

#define X(name) extern const struct drv_ops drv_##name##_ops;
DRV_KIND_LIST(X)
#undef X

#endif
