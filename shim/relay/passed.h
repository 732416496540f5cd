/* SPDX-License-Identifier: MIT */
/*
 * passed.h - sockets of ours on their way in messages of unix sockets
 *
 * A socket that is no connection (relay.h) goes as a socket of the kernel: its
 * own half, or a new one that stands for it. What arrives in a process of the
 * instance is known by its inode, and is the same socket again. On its way it has
 * a reference for each descriptor, for a minute: nobody tells of a message that
 * is never read, or that another program has read.
 */
#ifndef IX_SHIM_PASSED_H
#define IX_SHIM_PASSED_H

struct sock;

/* fd, which is s, is to be sent: the descriptor to send in its place, which may
 * be fd itself; -errno. */
int passed_out(int fd, struct sock *s);
/* Another one of it, or it was not sent after all. */
void passed_again(int token, struct sock *s);
void passed_not(int token);
/* fd has come: is it one of these? Then it is in our books. */
void passed_in(int fd);

#endif
