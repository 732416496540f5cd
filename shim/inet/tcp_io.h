/* SPDX-License-Identifier: MIT */
/*
 * tcp_io.h - reading and writing of stream sockets
 */
#ifndef IX_SHIM_TCP_IO_H
#define IX_SHIM_TCP_IO_H

#include <sys/uio.h>

#include "shim/option/priv.h"

ssize_t stream_recv(int fd, struct sock *s, const struct iovec *iov, int cnt,
		    int flags);
ssize_t stream_send(int fd, struct sock *s, const struct iovec *iov, int cnt,
		    int flags);

#endif
