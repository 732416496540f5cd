/* SPDX-License-Identifier: MIT */
/*
 * af_packet_reset.h - a ring whose driver died
 */
#ifndef IX_DRV_AF_PACKET_RESET_H
#define IX_DRV_AF_PACKET_RESET_H

#include "drv/common/dev.h"

/* Are the structures of DPDK's driver as we know them? */
int af_packet_known(const struct drv_dev *d, uint16_t q);
int af_packet_reset(struct drv_dev *d, uint16_t q);
void af_packet_find_next(struct drv_dev *d, uint16_t q);

#endif
