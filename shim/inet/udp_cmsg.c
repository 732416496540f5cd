// SPDX-License-Identifier: MIT
/*
 * udp_cmsg.c - control messages of datagrams: what a sender asks for, and what
 * a receiver is told
 *
 * All that Linux knows is obeyed or refused; in the words of an IPv4 socket, for
 * an AF_INET6 one has IPv4 peers alone in the stack.
 */
#include <errno.h>
#include <limits.h>
#include <linux/net_tstamp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "base/timespec.h"
#include "shim/host/addr.h"
#include "shim/host/cmsg.h"
#include "shim/host/host.h"
#include "shim/inet/udp_cmsg.h"
#include "shim/inet/world.h"
#include "shim/option/cold.h"
#include "shim/option/priv.h"

#define IP_PROTOCOL_NR 52
#define IFINDEX_LOOPBACK 1
#define IFINDEX_OURS (1 << 30) /* of device 0: the kernel has no such */
#define OPTIONS_MAX 40	       /* bytes of an IPv4 header */

/*
 * Send
 */

/* What of it has to be looked at together. */
struct asked {
	struct in_addr src;
	int ifindex;
};

static int int_of(const struct cmsghdr *c)
{
	int n;

	memcpy(&n, CMSG_DATA(c), sizeof(n));
	return n;
}

static bool has(const struct cmsghdr *c, size_t len)
{
	return c->cmsg_len == CMSG_LEN(len);
}

static int ask_pktinfo(struct asked *a, const struct cmsghdr *c)
{
	struct in_pktinfo info;

	if (!has(c, sizeof(info)))
		return -EINVAL;
	memcpy(&info, CMSG_DATA(c), sizeof(info));
	if (info.ipi_ifindex)
		a->ifindex = info.ipi_ifindex;
	a->src = info.ipi_spec_dst;
	return 0;
}

static int ask_pktinfo6(struct asked *a, const struct cmsghdr *c)
{
	struct in6_pktinfo info;

	if (c->cmsg_len < CMSG_LEN(sizeof(info)))
		return -EINVAL;
	memcpy(&info, CMSG_DATA(c), sizeof(info));
	if (!IN6_IS_ADDR_V4MAPPED(&info.ipi6_addr))
		return -EINVAL;
	if (info.ipi6_ifindex)
		a->ifindex = (int)info.ipi6_ifindex;
	memcpy(&a->src, (const char *)&info.ipi6_addr + 12, sizeof(a->src));
	return 0;
}

static int ask_tos(struct ix_udp_to *to, const struct cmsghdr *c)
{
	int n;

	if (has(c, sizeof(int)))
		n = int_of(c);
	else if (has(c, 1))
		n = *CMSG_DATA(c);
	else
		return -EINVAL;
	if (n < 0 || n > UINT8_MAX)
		return -EINVAL;
	to->tos = (uint8_t)n;
	to->flags |= IX_UDP_TOS;
	return 0;
}

static int ask_byte(const struct cmsghdr *c)
{
	int n = has(c, sizeof(int)) ? int_of(c) : 0;

	return n < 1 || n > UINT8_MAX ? -EINVAL : n;
}

/* IP options: padding alone is none. */
static int ask_options(const struct cmsghdr *c)
{
	const unsigned char *p = CMSG_DATA(c);
	size_t len = c->cmsg_len - CMSG_LEN(0), i;

	for (i = 0; i < len && i < OPTIONS_MAX; i++)
		if (p[i] > 1)
			return -EOPNOTSUPP;
		else if (p[i] == 0)
			break;
	return 0;
}

static int ask_ip(struct asked *a, struct ix_udp_to *to,
		  const struct cmsghdr *c)
{
	int n;

	switch (c->cmsg_type) {
	case IP_RETOPTS:
		return ask_options(c);
	case IP_PKTINFO:
		return ask_pktinfo(a, c);
	case IP_TTL:
		n = ask_byte(c);
		to->ttl = (uint8_t)n;
		return n < 0 ? n : 0;
	case IP_TOS:
		return ask_tos(to, c);
	case IP_PROTOCOL_NR:
		n = ask_byte(c);
		return n < 0 ? n : 0;
	default:
		return -EINVAL;
	}
}

static int ask_udp(struct ix_udp_to *to, const struct cmsghdr *c)
{
	if (c->cmsg_type != UDP_SEGMENT || !has(c, sizeof(to->cut)))
		return -EINVAL;
	memcpy(&to->cut, CMSG_DATA(c), sizeof(to->cut));
	return 0;
}

static int ask(const struct sock *s, struct asked *a, struct ix_udp_to *to,
	       const struct cmsghdr *c)
{
	switch (c->cmsg_level) {
	case IPPROTO_UDP:
		return ask_udp(to, c);
	case SOL_SOCKET:
		return cmsg_check_socket(c);
	case IPPROTO_IP:
		return ask_ip(a, to, c);
	case IPPROTO_IPV6:
		return s->family == AF_INET6 && c->cmsg_type == IPV6_PKTINFO ?
			       ask_pktinfo6(a, c) :
			       0;
	default:
		return 0;
	}
}

/* The own address that a datagram to `to` shall come from. */
static int set_source(struct ix_udp_to *to, struct in_addr src)
{
	uint32_t number = ntohl(src.s_addr);
	struct ix_addr ip = addr_from_v4(src.s_addr);
	int own;

	if (!number)
		return 0;
	if (IN_MULTICAST(number) || number == INADDR_BROADCAST)
		return -EINVAL;
	if (ix_info()->loopback && addr_is_loopback(&ip)) /* the route's */
		return sock_route(&to->ip) == 1 ? 0 : -EINVAL;
	own = addr_own(ix_info(), &ip);
	if (own < 0)
		return -ENETUNREACH;
	to->laddr = (uint16_t)(own + 1);
	return 0;
}

static bool kernel_has(int ifindex)
{
	int fd = host.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq ifr = { .ifr_ifindex = ifindex };
	bool known;

	if (fd < 0)
		return false;
	known = host.ioctl(fd, SIOCGIFNAME, &ifr) == 0;
	own_close(fd);
	return known;
}

/* As an interface's number is told of datagrams that come in. */
static int ifindex_of(uint32_t lip)
{
	if (lip >= ix_info()->naddrs)
		return IFINDEX_LOOPBACK;
	return IFINDEX_OURS + (int)ix_info()->addrs[lip].dev;
}

/* May a datagram to `to` leave there? */
static int check_interface(const struct ix_udp_to *to, int ifindex)
{
	uint32_t lip = addr_source(ix_info(), &to->ip);
	int route = ifindex_of(lip);

	if (!ifindex || ifindex == route ||
	    (ifindex == IFINDEX_LOOPBACK && sock_route(&to->ip) == 1))
		return 0;
	if (ifindex >= IFINDEX_OURS || kernel_has(ifindex))
		return -ENETUNREACH;
	return -ENODEV;
}

int udp_cmsg_send(const struct sock *s, const struct msghdr *m,
		  struct ix_udp_to *to)
{
	struct asked a = { .ifindex = 0 };
	const struct cmsghdr *c;
	int rc = cmsg_check_room(m);

	for (c = cmsg_first(m); rc == 0 && c; c = cmsg_next(m, c))
		rc = cmsg_ok(m, c) ? ask(s, &a, to, c) : -EINVAL;
	if (rc == 0)
		rc = set_source(to, a.src);
	return rc < 0 ? rc : check_interface(to, a.ifindex);
}

/*
 * Receive
 */

/* Our clock and that of the day, as far as they lie apart: read anew when that
 * has changed by more than reading it is off, so that stamps keep their order. */
#define CLOCKS_OFF_NS 100000
#define CLOCK_TRIES 4

static int64_t clocks_apart(void)
{
	static int64_t known;
	int64_t mono, apart = 0,
		      was = __atomic_load_n(&known, __ATOMIC_RELAXED);
	struct timespec day;
	int i;

	for (i = 0; i < CLOCK_TRIES; i++) {
		mono = (int64_t)ix_now_ns();
		clock_gettime(CLOCK_REALTIME, &day);
		apart = timespec_ns(&day) - mono;
		if ((int64_t)ix_now_ns() - mono < CLOCKS_OFF_NS / 2)
			break;
	}
	if (was && apart - was < CLOCKS_OFF_NS && was - apart < CLOCKS_OFF_NS)
		return was;
	__atomic_store_n(&known, apart, __ATOMIC_RELAXED);
	return apart;
}

struct timespec udp_day_time(uint64_t at_ns)
{
	return ns_timespec((int64_t)at_ns + clocks_apart());
}

static void put_stamp(const struct udp_opts *o, struct msghdr *m, size_t *used,
		      const struct timespec *ts)
{
	bool new = o->stamp &UDP_STAMP_NEW;
	struct timeval tv = { .tv_sec = ts->tv_sec,
			      .tv_usec = ts->tv_nsec / 1000 };

	if (o->stamp & UDP_STAMP_NS)
		cmsg_put(m, used, SOL_SOCKET,
			 new ? SO_TIMESTAMPNS_NEW : SO_TIMESTAMPNS_OLD, ts,
			 sizeof(*ts));
	else
		cmsg_put(m, used, SOL_SOCKET,
			 new ? SO_TIMESTAMP_NEW : SO_TIMESTAMP_OLD, &tv,
			 sizeof(tv));
}

void cmsg_put_stamps(const struct sock *s, struct msghdr *m, size_t *used,
		     uint64_t at_ns)
{
	const uint32_t both = SOF_TIMESTAMPING_RX_SOFTWARE |
			      SOF_TIMESTAMPING_SOFTWARE;
	const struct udp_opts *o = &s->priv->udp;
	bool stamping = (o->stamping & both) == both;
	struct timespec ts[3] = { { 0 } };

	if (!(o->stamp & UDP_STAMP_ON) && !stamping)
		return;
	ts[0] = udp_day_time(at_ns);
	if (o->stamp & UDP_STAMP_ON)
		put_stamp(o, m, used, &ts[0]);
	if (stamping)
		cmsg_put(m, used, SOL_SOCKET,
			 o->stamp & UDP_STAMP_NEW ? SO_TIMESTAMPING_NEW :
						    SO_TIMESTAMPING_OLD,
			 ts, sizeof(ts));
}

static void put_pktinfo(const struct opts *o, struct msghdr *m, size_t *used,
			const struct dgram_about *d, const struct ix_addr *own)
{
	struct in_pktinfo four = { .ipi_ifindex = ifindex_of(d->lip) };
	struct in6_pktinfo six = { .ipi6_ifindex = (unsigned)four.ipi_ifindex };

	if (opt_get(o, OPT_V6PKTINFO)) {
		memcpy(&six.ipi6_addr, own->b, 16);
		cmsg_put(m, used, IPPROTO_IPV6, IPV6_PKTINFO, &six,
			 sizeof(six));
	}
	if (opt_get(o, OPT_PKTINFO)) {
		memcpy(&four.ipi_addr, own->b + 12, 4);
		if (!d->is_error)
			four.ipi_spec_dst = four.ipi_addr;
		cmsg_put(m, used, IPPROTO_IP, IP_PKTINFO, &four, sizeof(four));
	}
}

void cmsg_put_about(const struct sock *s, struct msghdr *m, size_t *used,
		    const struct dgram_about *d)
{
	const struct ix_addr *own = addr_local(ix_info(), d->lip, &d->peer);
	const struct opts *o = &s->priv->opts;
	struct sockaddr_in dst = { .sin_family = AF_INET,
				   .sin_port = htons(s->u.lport) };
	int ttl = d->ttl;

	put_pktinfo(o, m, used, d, own);
	if (opt_get(o, OPT_RECVTTL))
		cmsg_put(m, used, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl));
	if (opt_get(o, OPT_RECVTOS))
		cmsg_put(m, used, IPPROTO_IP, IP_TOS, &d->tos, sizeof(d->tos));
	if (udp_on(&s->priv->udp, UDP_ON_ORIGDST) && !d->is_error) {
		memcpy(&dst.sin_addr, own->b + 12, 4);
		cmsg_put(m, used, IPPROTO_IP, IP_ORIGDSTADDR, &dst,
			 sizeof(dst));
	}
}

void udp_cmsg_recv(const struct sock *s, struct msghdr *m,
		   const struct ix_rx *from, int piece)
{
	const struct udp_opts *o = &s->priv->udp;
	const uint32_t none = 0; /* nobody marks the stack's packets */
	size_t used = 0;

	cmsg_put_stamps(s, m, &used, from->at_ns);
	if (udp_on(o, UDP_ON_RXQ_OVFL) && from->dropped)
		cmsg_put(m, &used, SOL_SOCKET, SO_RXQ_OVFL, &from->dropped,
			 sizeof(from->dropped));
	if (cold_get(s, COLD_RCVMARK, 0))
		cmsg_put(m, &used, SOL_SOCKET, SO_MARK, &none, sizeof(none));
	if (cold_get(s, COLD_RCVPRIORITY, 0))
		cmsg_put(m, &used, SOL_SOCKET, SO_PRIORITY, &none,
			 sizeof(none));
	if (piece)
		cmsg_put(m, &used, IPPROTO_UDP, UDP_GRO, &piece, sizeof(piece));
	cmsg_put_about(s, m, &used,
		       &(struct dgram_about){ .lip = from->lip,
					      .peer = from->rip,
					      .ttl = from->ttl,
					      .tos = from->tos });
	m->msg_controllen = used;
}
