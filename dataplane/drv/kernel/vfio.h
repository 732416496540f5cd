/* SPDX-License-Identifier: MIT */
/*
 * vfio.h - letting go of all cards
 */
#ifndef IX_DRV_VFIO_H
#define IX_DRV_VFIO_H

/* Close and unmap all of vfio's that this process has. Only for one that has no
 * other use of it, and will not touch a card again. */
void vfio_let_go(void);

#endif
