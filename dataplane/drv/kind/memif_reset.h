/* SPDX-License-Identifier: MIT */
/*
 * memif_reset.h - repairing the rings of memif after their driver died
 */
#ifndef IX_DRV_MEMIF_RESET_H
#define IX_DRV_MEMIF_RESET_H

#include "drv/common/dev.h"

/* drv_ops.reset */
int memif_reset(struct drv_dev *d, uint16_t q);

#endif
