// SPDX-License-Identifier: MIT
/*
 * udp_err.c - the error queue of a datagram socket: IP_RECVERR, MSG_ZEROCOPY
 */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>

#include "libix/share/usermem.h"
#include "shim/host/addr.h"
#include "shim/host/cmsg.h"
#include "shim/inet/udp_cmsg.h"
#include "shim/inet/udp_err.h"
#include "shim/object/root.h"
#include "shim/option/priv.h"
#include "shim/wait/watch.h"

#define ERRS_MAX 256 /* of one socket */

static struct udp_err *append(struct sock *s)
{
	struct udp_opts *o = &s->priv->udp;
	struct udp_err *e = NULL;

	if (o->nerrs < ERRS_MAX)
		e = hold_pool_get(&shim_root->lock, &shim_root->udp_errs);
	if (!e)
		return NULL;
	memset(e, 0, offsetof(struct udp_err, data));
	e->at_ns = ix_drive_now(s->o.et);
	if (o->err_last)
		o->err_last->next = e;
	else
		o->err_first = e;
	o->err_last = e;
	o->nerrs++;
	return e;
}

static void drop_first(struct udp_opts *o)
{
	struct udp_err *e = o->err_first;

	o->err_first = e->next;
	if (!o->err_first)
		o->err_last = NULL;
	o->nerrs--;
	hold_pool_put(&shim_root->lock, &shim_root->udp_errs, e);
}

void udp_err_purge(struct sock *s)
{
	while (s->priv->udp.err_first)
		drop_first(&s->priv->udp);
}

static void quote(struct udp_err *e, const void *data, size_t len)
{
	e->len = (uint16_t)(len < sizeof(e->data) ? len : sizeof(e->data));
	memcpy(e->data, data, e->len);
}

void udp_err_icmp(struct sock *s, const struct ix_event *ev)
{
	struct ix_udp_error what;
	struct udp_err *e;

	if (!ev || ev->len < sizeof(what))
		return;
	e = append(s);
	if (!e)
		return;
	memcpy(&what, (const void *)ev->data, sizeof(what));
	e->ee.ee_errno = ev->err;
	e->ee.ee_origin = SO_EE_ORIGIN_ICMP;
	e->ee.ee_type = what.type;
	e->ee.ee_code = what.code;
	e->ee.ee_info = what.mtu;
	e->to = (struct endpoint){ .ip = ev->ip, .port = ev->rport };
	e->from = what.from;
	e->lip = ev->lip;
	e->ttl = what.ttl;
	e->tos = what.tos;
	quote(e, (const char *)ev->data + sizeof(what), ev->len - sizeof(what));
}

void udp_err_local(struct sock *s, int err, const struct endpoint *to,
		   uint32_t mtu)
{
	struct udp_err *e;

	if (!opt_get(&s->priv->opts, OPT_RECVERR))
		return;
	e = append(s);
	if (!e)
		return;
	e->ee.ee_errno = (uint32_t)err;
	e->ee.ee_origin = SO_EE_ORIGIN_LOCAL;
	e->ee.ee_info = mtu;
	e->to.ip = to->ip;
	e->to.port = s->priv->has_peer ? s->priv->peer.port : 0;
	watch_notify(s, POLLERR);
}

/* Calls that follow one another have one message together. */
void udp_err_zerocopy(struct sock *s)
{
	struct udp_opts *o = &s->priv->udp;
	uint32_t id = o->zerocopies++;
	struct udp_err *e = o->err_last;

	if (!e || e->ee.ee_origin != SO_EE_ORIGIN_ZEROCOPY) {
		e = append(s);
		if (!e)
			return;
		e->ee.ee_origin = SO_EE_ORIGIN_ZEROCOPY;
		e->ee.ee_code = SO_EE_CODE_ZEROCOPY_COPIED;
		e->ee.ee_info = id;
	}
	e->ee.ee_data = id;
	watch_notify(s, POLLERR);
}

static bool by_icmp(const struct udp_err *e)
{
	return e && e->ee.ee_origin == SO_EE_ORIGIN_ICMP;
}

/* The error itself, and who said it. */
static void put_error(const struct sock *s, struct msghdr *m, size_t *used,
		      const struct udp_err *e)
{
	struct {
		struct sock_extended_err ee;
		union {
			struct sockaddr_in four;
			struct sockaddr_in6 six;
		} from;
	} out = { .ee = e->ee };
	struct endpoint from = { .ip = e->from };
	socklen_t len = sizeof(out.from);
	bool v4 = s->family == AF_INET;

	if (by_icmp(e))
		addr_show(&from, s->family, (struct sockaddr *)&out.from, &len);
	cmsg_put(m, used, v4 ? IPPROTO_IP : IPPROTO_IPV6,
		 v4 ? IP_RECVERR : IPV6_RECVERR, &out,
		 sizeof(out.ee) +
			 (v4 ? sizeof(out.from.four) : sizeof(out.from.six)));
}

static ssize_t copy_data(struct msghdr *m, const struct udp_err *e)
{
	size_t done = 0, i, n;
	int rc = 0;

	for (i = 0; i < m->msg_iovlen && done < e->len; i++) {
		n = e->len - done;
		if (n > m->msg_iov[i].iov_len)
			n = m->msg_iov[i].iov_len;
		if (ix_user_copy(m->msg_iov[i].iov_base, e->data + done, n) < 0)
			rc = -EFAULT;
		done += n;
	}
	if (done < e->len)
		m->msg_flags |= MSG_TRUNC;
	return rc < 0 ? rc : (ssize_t)done;
}

/* What is next tells SO_ERROR, as on Linux. */
static void taken(struct sock *s)
{
	struct udp_opts *o = &s->priv->udp;
	bool was = by_icmp(o->err_first);

	drop_first(o);
	if (by_icmp(o->err_first))
		s->so_error = (int)o->err_first->ee.ee_errno;
	else if (was)
		s->so_error = 0;
	if (o->err_first)
		watch_notify(s, POLLERR);
}

ssize_t udp_err_recv(struct sock *s, struct msghdr *m)
{
	const struct udp_err *e = s->priv->udp.err_first;
	size_t used = 0;
	ssize_t n;

	if (!e)
		return -EAGAIN;
	m->msg_flags = 0;
	n = copy_data(m, e);
	if (e->ee.ee_origin == SO_EE_ORIGIN_ZEROCOPY)
		m->msg_namelen = 0;
	else
		addr_show(&e->to, s->family, m->msg_name, &m->msg_namelen);
	cmsg_put_stamps(s, m, &used, e->at_ns);
	if (by_icmp(e))
		cmsg_put_about(s, m, &used,
			       &(struct dgram_about){ .lip = e->lip,
						      .peer = e->to.ip,
						      .ttl = e->ttl,
						      .tos = e->tos,
						      .is_error = true });
	put_error(s, m, &used, e);
	m->msg_controllen = used;
	m->msg_flags |= MSG_ERRQUEUE;
	taken(s);
	return n;
}

void udp_err_pools_init(struct shim_root *r)
{
	r->udp_errs.size = sizeof(struct udp_err);
}
