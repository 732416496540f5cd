/* SPDX-License-Identifier: MIT */
/*
 * protect.h - which mode the program runs in
 */
#ifndef IX_RUN_PROTECT_H
#define IX_RUN_PROTECT_H

#include "control/ix-run/run.h"

/* Choose how the program is run, PROTECT_KVM or PROTECT_NONE.
 * verdict gets one line that says why, or why the mode that was asked for
 * cannot be had. Returns 0, or an exit code for the latter. */
int protect_choose(const struct ix_config *c, enum config_protect *mode_out,
		   char *verdict, size_t size);

#endif
