/* SPDX-License-Identifier: MIT */
/*
 * pci.h - which kernel driver a PCI device belongs to
 */
#ifndef IX_DRV_PCI_H
#define IX_DRV_PCI_H

/* Take the device from vfio-pci and bind it to driver ("-": to none). */
void pci_give_back(const char *bdf, const char *driver);

#endif
