/* SPDX-License-Identifier: MIT */
/*
 * preload.h - the libraries, and LD_PRELOAD
 */
#ifndef IX_RUN_PRELOAD_H
#define IX_RUN_PRELOAD_H

#include "control/ix-run/run.h"

/* Find libixshim.so and libixdp.so. */
int preload_find(struct run *r, char *err, size_t err_size);
/* Put the shim in front of the other libraries in LD_PRELOAD. */
int preload_set(const struct run *r, char *err, size_t err_size);
/* Was ix-run executed by a program that has the shim preloaded (variables
 * IX_RUN_PROGRAM, IX_RUN_PRELOAD)? Then take that program for the one to
 * run. */
void preload_look(struct run *r);
/* Execute that program again, with its own LD_PRELOAD, in direct mode. Returns
 * only if that fails. */
int preload_go_back(struct run *r, char *err, size_t err_size);

#endif
