/* SPDX-License-Identifier: MIT */
/*
 * privs.h - before the program loses privileges
 */
#ifndef IX_SHIM_PRIVS_H
#define IX_SHIM_PRIVS_H

/* A call is about to take some away: start the instance, which needs them. */
void privs_before(void);

#endif
