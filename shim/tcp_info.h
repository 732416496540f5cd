/* SPDX-License-Identifier: MIT */
/*
 * tcp_info.h - TCP_INFO, apart because linux/tcp.h and netinet/tcp.h clash
 */
#ifndef IX_SHIM_TCP_INFO_H
#define IX_SHIM_TCP_INFO_H

#include "shim/sock.h"

/* Locked. Fill a struct tcp_info of at most room bytes; bytes filled. */
socklen_t tcp_info_get(const struct sock *s, void *out, socklen_t room);

#endif
