// SPDX-License-Identifier: MIT
/*
 * tcp_extra.c - what goes beside the bytes of a stream: control messages and the
 * error queue
 */
#include <errno.h>
#include <time.h>

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>

#include "shim/host/cmsg.h"
#include "shim/inet/tcp_extra.h"
#include "shim/object/sock.h"
#include "shim/option/cold.h"
#include "shim/option/priv.h"
#include "shim/wait/watch.h"

void stream_report(const struct sock *s, struct msghdr *m)
{
	int left = (int)s->o.rx_bytes;
	size_t used = 0;

	if (__builtin_expect(opt_get(&s->priv->opts, OPT_INQ), 0)) {
		/* the end of the stream counts as one more */
		if (!left && s->o.flags & (IX_O_EOF | IX_O_DEAD))
			left = 1;
		cmsg_put(m, &used, IPPROTO_TCP, TCP_CM_INQ, &left,
			 sizeof(left));
	}
	m->msg_controllen = used;
}

/*
 * SO_ZEROCOPY: the bytes were copied, so the memory is the program's again at
 * once; each call is numbered, and told of on the error queue.
 */
void stream_zerocopied(struct sock *s)
{
	if (!cold_get(s, COLD_ZEROCOPY, 0))
		return;
	sock_lock_own(s);
	s->priv->zc_next++;
	s->zc_pending = 1;
	watch_notify(s, POLLERR);
	sock_unlock(s);
}

/* Locked: all that was not told of yet. */
static int take_completions(struct sock *s, struct sock_extended_err *e)
{
	struct sock_priv *p = s->priv;

	if (!s->zc_pending)
		return -EAGAIN;
	*e = (struct sock_extended_err){
		.ee_origin = SO_EE_ORIGIN_ZEROCOPY,
		.ee_code = SO_EE_CODE_ZEROCOPY_COPIED,
		.ee_info = p->zc_told,
		.ee_data = p->zc_next - 1,
	};
	p->zc_told = p->zc_next;
	s->zc_pending = 0;
	return 0;
}

int stream_recv_error(int fd, struct sock *s, struct msghdr *m)
{
	struct {
		struct sock_extended_err e;
		struct sockaddr_in6 offender;
	} six = { 0 };
	struct {
		struct sock_extended_err e;
		struct sockaddr_in offender;
	} four = { 0 };
	size_t used = 0;
	int rc;

	if (s->state == SS_LISTEN)
		return -ENOTCONN;
	if (!sock_lock(fd, s))
		return -EBADF;
	rc = take_completions(s, &six.e);
	sock_unlock(s);
	if (rc < 0 || !m)
		return rc;
	m->msg_namelen = 0;
	m->msg_flags = MSG_ERRQUEUE;
	four.e = six.e;
	if (s->family == AF_INET6)
		cmsg_put(m, &used, IPPROTO_IPV6, IPV6_RECVERR, &six,
			 sizeof(six));
	else
		cmsg_put(m, &used, IPPROTO_IP, IP_RECVERR, &four, sizeof(four));
	m->msg_controllen = used;
	return 0;
}
