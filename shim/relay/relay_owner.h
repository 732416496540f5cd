/* SPDX-License-Identifier: MIT */
/*
 * relay_owner.h - the owner copies between connections and kernel streams
 */
#ifndef IX_SHIM_RELAY_OWNER_H
#define IX_SHIM_RELAY_OWNER_H

/* See struct ix_app_ops. */
int relay_work_fd(void);
int relay_work(int readable);

#endif
