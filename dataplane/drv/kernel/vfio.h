/* SPDX-License-Identifier: MIT */
/*
 * vfio.h - releasing all cards of a process
 */
#ifndef IX_DRV_VFIO_H
#define IX_DRV_VFIO_H

/* Close all vfio descriptors of this process and unmap what they mapped. The
 * process must not use any card afterwards. */
void vfio_let_go(void);

#endif
