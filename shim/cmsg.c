// SPDX-License-Identifier: MIT
/*
 * cmsg.c - ancillary data: own addresses of datagrams, descriptors
 */
#include <netinet/in.h>
#include <string.h>

#include "shim/cmsg.h"
#include "shim/udp.h"

static int own_or_bad(const struct ix_addr *ip)
{
	int own;

	if (addr_is_any(ip) || (ix_info()->loopback && addr_is_loopback(ip)))
		return 0; /* as the route says */
	own = addr_own(ix_info(), ip);
	return own < 0 ? -EINVAL : own + 1;
}

int cmsg_source(const struct msghdr *m)
{
	struct msghdr *h = (struct msghdr *)m;
	struct in6_pktinfo six;
	struct in_pktinfo four;
	struct cmsghdr *c;
	struct ix_addr ip;

	if (!m->msg_control)
		return 0;
	for (c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c)) {
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			memcpy(&four, CMSG_DATA(c), sizeof(four));
			ip = addr_v4(four.ipi_spec_dst);
			return own_or_bad(&ip);
		}
		if (c->cmsg_level == IPPROTO_IPV6 &&
		    c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&six, CMSG_DATA(c), sizeof(six));
			memcpy(ip.b, &six.ipi6_addr, 16);
			return own_or_bad(&ip);
		}
	}
	return 0;
}

static void put(struct msghdr *m, size_t *used, int level, int type,
		const void *data, size_t len)
{
	struct cmsghdr *c;

	if (!m->msg_control || m->msg_controllen < *used + CMSG_SPACE(len)) {
		m->msg_flags |= MSG_CTRUNC;
		return;
	}
	c = (struct cmsghdr *)((char *)m->msg_control + *used);
	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(c), data, len);
	*used += CMSG_SPACE(len);
}

void cmsg_report(const struct sock *s, struct msghdr *m,
		 const struct ix_rx *from)
{
	const struct ix_addr *own =
		addr_local(ix_info(), from->lip, &from->rip);
	const struct opts *o = &s->priv->opts;
	struct in_pktinfo four = { 0 };
	struct in6_pktinfo six = { 0 };
	size_t used = 0;

	if (opt_get(o, OPT_PKTINFO) && addr_is_v4(own)) {
		memcpy(&four.ipi_spec_dst, own->b + 12, 4);
		four.ipi_addr = four.ipi_spec_dst;
		put(m, &used, IPPROTO_IP, IP_PKTINFO, &four, sizeof(four));
	}
	if (opt_get(o, OPT_V6PKTINFO)) {
		memcpy(&six.ipi6_addr, own->b, 16);
		put(m, &used, IPPROTO_IPV6, IPV6_PKTINFO, &six, sizeof(six));
	}
	m->msg_controllen = used;
}

/*
 * Descriptors
 */
static size_t fds_of(const struct cmsghdr *c)
{
	if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS ||
	    c->cmsg_len < CMSG_LEN(0))
		return 0;
	return (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
}

/* Does c end within m? CMSG_NXTHDR looks only at those after it. */
static bool fits(const struct msghdr *m, const struct cmsghdr *c)
{
	size_t at = (size_t)((const char *)c - (const char *)m->msg_control);

	return c->cmsg_len <= m->msg_controllen - at;
}

void cmsg_each_fd(struct msghdr *m, void (*fn)(int *fd, void *arg), void *arg)
{
	struct cmsghdr *c;
	size_t i, n;
	int fd;

	for (c = CMSG_FIRSTHDR(m); c && fits(m, c); c = CMSG_NXTHDR(m, c)) {
		n = fds_of(c);
		for (i = 0; i < n; i++) {
			unsigned char *at = CMSG_DATA(c) + i * sizeof(fd);

			memcpy(&fd, at, sizeof(fd));
			fn(&fd, arg);
			/* the program's own memory may be read-only */
			if (memcmp(at, &fd, sizeof(fd)) != 0)
				memcpy(at, &fd, sizeof(fd));
		}
	}
}

void cmsg_put_fd(struct msghdr *m, union cmsg_fd *u, int fd)
{
	struct cmsghdr *c;

	m->msg_control = u->buf;
	m->msg_controllen = sizeof(u->buf);
	c = CMSG_FIRSTHDR(m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
}

static void keep(int *fd, void *arg)
{
	*(int *)arg = *fd;
}

int cmsg_get_fd(struct msghdr *m)
{
	int fd = -1;

	cmsg_each_fd(m, keep, &fd);
	return fd;
}
