/* SPDX-License-Identifier: MIT */
/*
 * pci_driver.h - which driver of the kernel a card belongs to
 */
#ifndef IX_DRV_PCI_DRIVER_H
#define IX_DRV_PCI_DRIVER_H

#include <stddef.h>

#define PCI_SYS "/sys/bus/pci/"

/* Has the card, by its bus address, a file of that name in sysfs? */
int pci_has(const char *bdf, const char *what);
/* The name of its driver; "-": it has none. */
void pci_get_driver(const char *bdf, char *out, size_t size);
/* The first byte of its class: 2 is a network card. */
unsigned pci_get_class(const char *bdf);
/* The kernel's interface on the card that is up, also seen from another network
 * namespace: 1 and its name. */
int pci_is_up(const char *bdf, char *name, size_t size);
/* Is it a driver for programs such as us? */
int pci_for_user(const char *driver);
/* 0 or -errno. */
int pci_bind_to(const char *bdf, const char *driver);
/* Take the device from vfio-pci and bind it to driver ("-": to none). */
void pci_give_back(const char *bdf, const char *driver);

#endif
