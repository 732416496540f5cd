/* SPDX-License-Identifier: MIT */
/*
 * pci.h - which kernel driver a PCI device belongs to, and letting go of it
 */
#ifndef IX_DRV_PCI_H
#define IX_DRV_PCI_H

/* Take the device from vfio-pci and bind it to driver ("-": to none). */
void pci_give_back(const char *bdf, const char *driver);

/* Close and unmap all of vfio's that this process has. Only for one that has no
 * other use of it, and will not touch a card again. */
void vfio_let_go(void);

#endif
