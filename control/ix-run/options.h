/* SPDX-License-Identifier: MIT */
/*
 * options.h - the options of ix-run, from all their sources
 */
#ifndef IX_RUN_OPTIONS_H
#define IX_RUN_OPTIONS_H

#include "control/ix-run/run.h"

/* Read the settings from all sources, and the command line, into r. */
int options_read(struct run *r, char *const *argv, char *err, size_t err_size);
void options_help(void);

#endif
