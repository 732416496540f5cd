/* SPDX-License-Identifier: MIT */
/*
 * handlers.h - what libix calls
 */
#ifndef IX_SHIM_HANDLERS_H
#define IX_SHIM_HANDLERS_H

#include "ix/libix.h"

/* For ix_start(). */
extern const struct ix_handlers sock_handlers;

#endif
