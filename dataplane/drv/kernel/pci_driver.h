/* SPDX-License-Identifier: MIT */
/*
 * pci_driver.h - the kernel driver that a PCI card is bound to
 */
#ifndef IX_DRV_PCI_DRIVER_H
#define IX_DRV_PCI_DRIVER_H

#include <stddef.h>

#define PCI_SYS "/sys/bus/pci/"

/* bdf: the card's bus address, such as 0000:03:00.0. */

/* Does the card have a file called what in sysfs? */
int pci_has(const char *bdf, const char *what);
/* The name of the card's driver; "-": it has none. */
void pci_get_driver(const char *bdf, char *out, size_t size);
/* The first byte of the card's PCI class: 2 is a network card. */
unsigned pci_get_class(const char *bdf);
/* Is an interface of the kernel on the card up, in our network namespace or in
 * that of PID 1? 1 and its name, else 0. */
int pci_is_up(const char *bdf, char *name, size_t size);
/* Is it a driver by which user space drives cards (vfio, uio)? */
int pci_for_user(const char *driver);
/* Bind the card to driver, instead of the present one. 0 or -errno. */
int pci_bind_to(const char *bdf, const char *driver);
/* If vfio-pci has the card, give it to the kernel's driver, or to none if
 * driver is "-". */
void pci_give_back(const char *bdf, const char *driver);

#endif
