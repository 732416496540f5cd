/* SPDX-License-Identifier: MIT */
/*
 * gate.h - the dataplane behind system calls, in protected mode
 */
#ifndef IX_LIBIX_GATE_H
#define IX_LIBIX_GATE_H

#include <stdbool.h>

#include "ix/abi.h"

/* Set by ix-run in the environment of a program that it hosts. */
#define GATE_ENV "IX_GATE"

/* The table of functions, each of which is a system call; NULL: not in a
 * guest. */
const struct ix_dp *gate_find(void);
/* Is dp the table of gate_find()? */
bool gate_is(const struct ix_dp *dp);

#endif
