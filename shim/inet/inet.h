/* SPDX-License-Identifier: MIT */
/*
 * inet.h - the operations of stream and datagram sockets
 */
#ifndef IX_SHIM_INET_H
#define IX_SHIM_INET_H

#include "ix/libix.h"

struct shim_root;

/* Before the instance starts: fill in sock_ops, set the sizes of pools. */
void inet_init(void);
void inet_pools_init(struct shim_root *r);

/* notify and knock of struct ix_handlers. */
void inet_notify(struct ix_obj *o, unsigned what);
void inet_knock(struct ix_listener *l, unsigned et, const struct ix_event *ev);

#endif
