/* SPDX-License-Identifier: MIT */
/*
 * tcp.h - stream sockets
 *
 * Functions return 0, a count or a descriptor, or a negative errno.
 */
#ifndef IX_SHIM_TCP_H
#define IX_SHIM_TCP_H

#include <sys/uio.h>

#include "shim/option/priv.h"

#define BACKLOG_MAX 4096 /* as net.core.somaxconn */

/* TCP_CLOSE: neither connected nor listening */
static inline bool tcp_closed(const struct sock *s)
{
	return s->state == SS_INIT || s->state == SS_DONE;
}

int tcp_bind(int fd, struct sock *s, const struct endpoint *ep,
	     const struct sockaddr *addr, socklen_t len);
int tcp_listen(int fd, struct sock *s, int backlog);
int tcp_accept(int fd, struct sock *s, struct sockaddr *addr, socklen_t *len,
	       int flags);
/* bad: what is wrong with addr, else ep is the same. */
int tcp_connect(int fd, struct sock *s, const struct endpoint *ep, int bad,
		const struct sockaddr *addr, socklen_t len);
int tcp_shutdown(int fd, struct sock *s, int how);
void tcp_shut_fresh(struct sock *s, int how);
/* connect() with AF_UNSPEC */
int tcp_disconnect(int fd, struct sock *s, const struct sockaddr *addr,
		   socklen_t len);
ssize_t tcp_recv(int fd, struct sock *s, const struct iovec *iov, int cnt,
		 int flags);
ssize_t tcp_send(int fd, struct sock *s, const struct iovec *iov, int cnt,
		 int flags);
/* tcp_extra.c: what recvmsg() tells beside the bytes. */
void tcp_report(const struct sock *s, struct msghdr *m);
/* MSG_ERRQUEUE; m: NULL: nobody wants to know. */
int tcp_recv_error(int fd, struct sock *s, struct msghdr *m);
/* A call with MSG_ZEROCOPY has sent something. Not locked. */
void tcp_zerocopied(struct sock *s);
/* A socket that was bound without a port, which listens. */
int tcp_bind_port(int fd, struct sock *s);
/* Give the kernel's side of s its name; 0, -errno. */
int tcp_bind_kernel(int fd, const struct sock *s);
/* Could a peer of the stack reach a wildcard of this socket? */
bool tcp_reachable(const struct sock *s);
/* SO_LINGER with a time: what close() waits for. Not locked. */
void tcp_linger(struct sock *s);

/* Locked. */
unsigned tcp_poll(const struct sock *s);
void tcp_notify(struct sock *s, unsigned what);
void tcp_knock(struct sock *s, unsigned et, const struct ix_event *ev);
void tcp_close(struct sock *s);
/* Reset the connection; the socket has none now. */
void tcp_forget(struct sock *s);
/* tcp_extra.c: MSG_FASTOPEN makes the connection first, where there is none: 0,
 * or -1 with errno, as connect(). No data go with the SYN. */
int tcp_fastopen(int fd, const struct sock *s, const struct sockaddr *addr,
		 socklen_t len);
void tcp_unlisten(struct sock *s);

#endif
