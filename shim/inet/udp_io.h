/* SPDX-License-Identifier: MIT */
/*
 * udp_io.h - receiving and sending of datagrams, from and to both worlds
 */
#ifndef IX_SHIM_UDP_IO_H
#define IX_SHIM_UDP_IO_H

#include "shim/option/priv.h"

/* As recvmsg(2), sendmsg(2); msg_namelen and msg_controllen are updated. */
ssize_t dgram_recvmsg(int fd, struct sock *s, struct msghdr *m, int flags);
ssize_t dgram_sendmsg(int fd, struct sock *s, const struct msghdr *m,
		      int flags);

/* Locked. UDP_CORK was switched off: send what it held back. */
void dgram_uncork(struct sock *s);

#endif
