/* SPDX-License-Identifier: MIT */
/*
 * program.h - the program that is to run
 */
#ifndef IX_RUN_PROGRAM_H
#define IX_RUN_PROGRAM_H

#include "control/ix-run/run.h"

/* Find the program as execvp() would, and check that the shim can be loaded
 * into it. */
int program_find(struct run *r, char *err, size_t err_size);

#endif
