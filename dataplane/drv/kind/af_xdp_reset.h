/* SPDX-License-Identifier: MIT */
/*
 * af_xdp_reset.h - repairing the rings of XDP sockets after their driver died
 */
#ifndef IX_DRV_AF_XDP_RESET_H
#define IX_DRV_AF_XDP_RESET_H

#include "drv/common/dev.h"

/* Do the PMD's structures look as pmd_priv.h says? */
int af_xdp_known(const struct drv_dev *d, uint16_t q);
/* drv_ops.reset */
int af_xdp_reset(struct drv_dev *d, uint16_t q);

#endif
