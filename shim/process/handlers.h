/* SPDX-License-Identifier: MIT */
/*
 * handlers.h - the callbacks that libix makes
 */
#ifndef IX_SHIM_HANDLERS_H
#define IX_SHIM_HANDLERS_H

#include "ix/libix.h"

/* For ix_start(). */
extern const struct ix_handlers sock_handlers;

#endif
