/* SPDX-License-Identifier: MIT */
/*
 * calls.h - the functions that stand for the C library's, from calls.def
 *
 * For each row: call_<name>(), which is linked under the symbol <name> and
 * thus is what the program calls. (The prefix is not ix_: libix has
 * ix_connect() and others.)
 */
#ifndef IX_SHIM_CALLS_H
#define IX_SHIM_CALLS_H

#include "shim/host/host.h"

#define SHIM_EXPORT __attribute__((visibility("default")))

/* clang-format off */
#define X(ret, name, params, args) SHIM_EXPORT ret call_##name params __asm__(#name);
#define V(ret, name, params) SHIM_EXPORT ret call_##name params __asm__(#name);
#include "shim/host/calls.def"
#undef X
#undef V
/* clang-format on */

#endif
