/* SPDX-License-Identifier: MIT */
/*
 * memif_reset.h - rings whose driver died
 */
#ifndef IX_DRV_MEMIF_RESET_H
#define IX_DRV_MEMIF_RESET_H

#include "drv/common/dev.h"

int memif_reset(struct drv_dev *d, uint16_t q);

#endif
