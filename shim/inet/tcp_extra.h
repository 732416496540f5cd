/* SPDX-License-Identifier: MIT */
/*
 * tcp_extra.h - what goes beside the bytes of a stream
 */
#ifndef IX_SHIM_TCP_EXTRA_H
#define IX_SHIM_TCP_EXTRA_H

#include "shim/option/priv.h"

/* What recvmsg() tells beside the bytes. */
void stream_report(const struct sock *s, struct msghdr *m);
/* MSG_ERRQUEUE; m: NULL: nobody wants to know. */
int stream_recv_error(int fd, struct sock *s, struct msghdr *m);
/* A call with MSG_ZEROCOPY has sent something. Not locked. */
void stream_zerocopied(struct sock *s);

#endif
