/* SPDX-License-Identifier: MIT */
/*
 * device.h - what a device is, before the start
 */
#ifndef IX_RUN_DEVICE_H
#define IX_RUN_DEVICE_H

#include "control/ix-run/run.h"

/* What can be said of a device before the start. */
struct device_view {
	char what[160]; /* what it is, as --check prints it */
	char why[256];	/* why it cannot be used; "": it can */
};
void device_look(const char *spec, struct device_view *out);

#endif
