/* SPDX-License-Identifier: MIT */
/*
 * check.h - what --check prints
 */
#ifndef IX_RUN_CHECK_H
#define IX_RUN_CHECK_H

#include "control/ix-run/run.h"

/* Print what would be used, and what is wrong. 0 or EXIT_CHECK. */
int check_report(struct run *r);

#endif
