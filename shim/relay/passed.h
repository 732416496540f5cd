/* SPDX-License-Identifier: MIT */
/*
 * passed.h - sockets of the shim that are sent by SCM_RIGHTS
 *
 * Connections are relayed (relay.h). Another socket is sent as a socket of the
 * kernel, its token: its half of the kernel, or a new one that stands for it. A
 * process of the instance that receives the token knows it by its inode, and
 * has the same socket again. On the way the socket has a reference for each
 * descriptor, for a minute: nobody tells us of a message that is never read, or
 * that another program has read.
 */
#ifndef IX_SHIM_PASSED_H
#define IX_SHIM_PASSED_H

struct sock;

/* fd, which refers to s, is to be sent. Returns its token, the descriptor to
 * send in its place, which may be fd itself; or -errno. */
int passed_out(int fd, struct sock *s);
/* The token is sent once more; or it was not sent after all. */
void passed_again(int token, struct sock *s);
void passed_not(int token);
/* fd was received: if it is a token, make it a descriptor of its socket. */
void passed_in(int fd);

#endif
