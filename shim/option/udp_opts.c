// SPDX-License-Identifier: MIT
/*
 * udp_opts.c - socket options of datagram sockets
 */
#include <errno.h>
#include <linux/net_tstamp.h>
#include <string.h>

#include "shim/host/host.h"
#include "shim/option/priv.h"

#define SEGMENT_MAX 65535
#define UDP_ENCAP_NR 100
/* What we have times for: that of the arrival. */
#define STAMPING_OURS                                                          \
	((uint32_t)(SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE | \
		    SOF_TIMESTAMPING_RX_HARDWARE |                             \
		    SOF_TIMESTAMPING_RAW_HARDWARE |                            \
		    SOF_TIMESTAMPING_SYS_HARDWARE |                            \
		    SOF_TIMESTAMPING_OPT_CMSG | SOF_TIMESTAMPING_OPT_ID))

#define STAMPING_ALL ((uint32_t)(1u << 19) - 1) /* what Linux has */

static const struct {
	int level, name;
} switches[UDP_ON_N] = {
#define X(id, level, name) { level, name },
	UDP_SWITCHES(X)
#undef X
};

void udp_opts_init(struct udp_opts *o)
{
	memset(o, 0, sizeof(*o));
	o->peek_off = -1;
}

static int find_switch(int level, int name)
{
	int i;

	for (i = 0; i < UDP_ON_N; i++)
		if (switches[i].level == level && switches[i].name == name)
			break;
	return i;
}

/* The options of IP take a byte, or nothing. */
static int number(int level, const void *val, socklen_t len, int *out)
{
	if (len < sizeof(int) && level != IPPROTO_IP)
		return -EINVAL;
	*out = 0;
	if (len >= sizeof(int))
		memcpy(out, val, sizeof(int));
	else if (len)
		*out = *(const unsigned char *)val;
	return 0;
}

static int set_switch(struct sock *s, int id, int n)
{
	struct udp_opts *o = &s->priv->udp;

	if (id == UDP_ON_ZEROCOPY && (n < 0 || n > 1))
		return -EINVAL;
	if (n)
		o->on |= 1u << id;
	else
		o->on &= ~(1u << id);
	return 0;
}

static int stamp_of(int name)
{
	switch (name) {
	case SO_TIMESTAMP_OLD:
		return UDP_STAMP_ON;
	case SO_TIMESTAMPNS_OLD:
		return UDP_STAMP_ON | UDP_STAMP_NS;
	case SO_TIMESTAMP_NEW:
		return UDP_STAMP_ON | UDP_STAMP_NEW;
	default:
		return UDP_STAMP_ON | UDP_STAMP_NS | UDP_STAMP_NEW;
	}
}

static int set_stamping(struct udp_opts *o, int name, uint32_t flags)
{
	if (flags & ~STAMPING_OURS)
		return flags & ~STAMPING_ALL ? -EINVAL : -ENOPROTOOPT;
	o->stamping = flags;
	o->stamp = (uint8_t)(o->stamp & ~UDP_STAMP_NEW);
	if (name == SO_TIMESTAMPING_NEW)
		o->stamp |= UDP_STAMP_NEW;
	return 0;
}

static int set_segment(struct udp_opts *o, int n)
{
	if (n < 0 || n > SEGMENT_MAX)
		return -EINVAL;
	o->segment = (uint16_t)n;
	return 0;
}

static int set_socket(struct udp_opts *o, int name, int n)
{
	switch (name) {
	case SO_PEEK_OFF:
		o->peek_off = n;
		return 0;
	case SO_TIMESTAMPING_OLD:
	case SO_TIMESTAMPING_NEW:
		return set_stamping(o, name, (uint32_t)n);
	default:
		o->stamp = n ? (uint8_t)stamp_of(name) : 0;
		return 0;
	}
}

bool udp_opt_known(int level, int name)
{
	if (find_switch(level, name) < UDP_ON_N)
		return true;
	switch (name) {
	case UDP_SEGMENT:
	case UDP_ENCAP_NR:
		return level == IPPROTO_UDP;
	case SO_PEEK_OFF:
	case SO_TIMESTAMP_OLD:
	case SO_TIMESTAMPNS_OLD:
	case SO_TIMESTAMP_NEW:
	case SO_TIMESTAMPNS_NEW:
	case SO_TIMESTAMPING_OLD:
	case SO_TIMESTAMPING_NEW:
		return level == SOL_SOCKET;
	}
	return false;
}

/* Times of sending, and IPsec. */
bool udp_opt_foreign(int level, int name, const void *val, socklen_t len)
{
	int n;

	if (len < sizeof(n))
		return false;
	memcpy(&n, val, sizeof(n));
	if (level == IPPROTO_UDP)
		return name == UDP_ENCAP_NR && n;
	return level == SOL_SOCKET &&
	       (name == SO_TIMESTAMPING_OLD || name == SO_TIMESTAMPING_NEW) &&
	       (uint32_t)n & ~STAMPING_OURS;
}

int udp_opt_set(struct sock *s, int level, int name, const void *val,
		socklen_t len)
{
	int id = find_switch(level, name), n, rc = number(level, val, len, &n);

	if (rc < 0)
		return rc;
	if (id < UDP_ON_N)
		return set_switch(s, id, n);
	if (level == SOL_SOCKET)
		return set_socket(&s->priv->udp, name, n);
	if (name == UDP_SEGMENT)
		return set_segment(&s->priv->udp, n);
	return n ? -ENOPROTOOPT : 0; /* UDP_ENCAP */
}

static int get_socket(const struct udp_opts *o, int name)
{
	switch (name) {
	case SO_PEEK_OFF:
		return o->peek_off;
	case SO_TIMESTAMPING_OLD:
		return (int)o->stamping;
	case SO_TIMESTAMPING_NEW:
		return o->stamp & UDP_STAMP_NEW ? (int)o->stamping : 0;
	default:
		return o->stamp == stamp_of(name);
	}
}

int udp_opt_get(const struct sock *s, int level, int name)
{
	const struct udp_opts *o = &s->priv->udp;
	int id = find_switch(level, name);

	if (id < UDP_ON_N)
		return udp_on(o, (enum udp_switch)id);
	if (level == SOL_SOCKET)
		return get_socket(o, name);
	return name == UDP_SEGMENT ? o->segment : 0;
}

static void copy_one(int kfd, int level, int name, int n)
{
	host.setsockopt(kfd, level, name, &n, sizeof(n));
}

void udp_opts_copy(const struct sock *s, int kfd)
{
	static const int stamps[] = { SO_TIMESTAMP_OLD, SO_TIMESTAMPNS_OLD,
				      SO_TIMESTAMP_NEW, SO_TIMESTAMPNS_NEW };
	const struct udp_opts *o = &s->priv->udp;
	int i;

	for (i = 0; i < UDP_ON_N; i++)
		if (udp_on(o, (enum udp_switch)i))
			copy_one(kfd, switches[i].level, switches[i].name, 1);
	for (i = 0; i < 4; i++)
		if (o->stamp == stamp_of(stamps[i]))
			copy_one(kfd, SOL_SOCKET, stamps[i], 1);
	if (o->stamping)
		copy_one(kfd, SOL_SOCKET,
			 o->stamp & UDP_STAMP_NEW ? SO_TIMESTAMPING_NEW :
						    SO_TIMESTAMPING_OLD,
			 (int)o->stamping);
	if (o->peek_off != -1)
		copy_one(kfd, SOL_SOCKET, SO_PEEK_OFF, o->peek_off);
	if (o->segment)
		copy_one(kfd, IPPROTO_UDP, UDP_SEGMENT, o->segment);
}
