/* SPDX-License-Identifier: MIT */
/*
 * tcp_extra.h - stream sockets: control messages and the error queue
 */
#ifndef IX_SHIM_TCP_EXTRA_H
#define IX_SHIM_TCP_EXTRA_H

#include "shim/option/priv.h"

/* Write the control messages of recvmsg() into m: TCP_CM_INQ, if TCP_INQ is
 * on. */
void stream_report(const struct sock *s, struct msghdr *m);
/* recvmsg() with MSG_ERRQUEUE: report the MSG_ZEROCOPY completions, into m
 * unless that is NULL. 0, -EAGAIN (there are none), -ENOTCONN (a listener),
 * -EBADF. */
int stream_recv_error(int fd, struct sock *s, struct msghdr *m);
/* Not locked. A call with MSG_ZEROCOPY has sent something: queue its
 * completion, if SO_ZEROCOPY is on. */
void stream_zerocopied(struct sock *s);

#endif
