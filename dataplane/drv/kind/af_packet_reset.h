/* SPDX-License-Identifier: MIT */
/*
 * af_packet_reset.h - repairing packet rings after their driver died
 */
#ifndef IX_DRV_AF_PACKET_RESET_H
#define IX_DRV_AF_PACKET_RESET_H

#include "drv/common/dev.h"

/* Do the PMD's structures look as pmd_priv.h says? */
int af_packet_known(const struct drv_dev *d, uint16_t q);
/* drv_ops.reset */
int af_packet_reset(struct drv_dev *d, uint16_t q);
/* After a reset: if the rx ring has frames, continue with the oldest one. */
void af_packet_find_next(struct drv_dev *d, uint16_t q);

#endif
