/* SPDX-License-Identifier: MIT */
/*
 * af_xdp_reset.h - rings whose driver died
 */
#ifndef IX_DRV_AF_XDP_RESET_H
#define IX_DRV_AF_XDP_RESET_H

#include "drv/common/dev.h"

/* Are the structures of DPDK's driver as we know them? */
int af_xdp_known(const struct drv_dev *d, uint16_t q);
int af_xdp_reset(struct drv_dev *d, uint16_t q);

#endif
