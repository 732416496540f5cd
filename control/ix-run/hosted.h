/* SPDX-License-Identifier: MIT */
/*
 * hosted.h - a program in protected mode
 */
#ifndef IX_RUN_HOSTED_H
#define IX_RUN_HOSTED_H

#include "control/ix-run/run.h"

/* Start the instance in this process, for protected mode. */
int hosted_boot(const struct run *r, char *err, size_t err_size);
/* Then run the program in a guest; returns only if that fails. */
int hosted_run(const struct run *r, char *err, size_t err_size);

#endif
