/* SPDX-License-Identifier: MIT */
/*
 * mediate_sockopt.c - socket, setsockopt, getsockopt
 */
#include <errno.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/icmp.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <stddef.h>
#include <sys/socket.h>

#include "dune/host/fds.h"
#include "dune/host/host.h"
#include "dune/host/self.h"
#include "dune/mem/user.h"
#include "dune/sys/mediate.h"

#ifndef SOL_RAW
#define SOL_RAW 255
#endif

#ifndef SO_TXREHASH
#define SO_TXREHASH 74
#endif
#ifndef SO_RCVMARK
#define SO_RCVMARK 75
#endif
#ifndef SO_RESERVE_MEM
#define SO_RESERVE_MEM 73
#endif

#define NO_NAME INT_MAX /* is an option of no level */

enum direction { GET = 1, SET = 2, BOTH = GET | SET };

#define VALUE_MAX 16384
#define OPTION(level, name, direction, size) { level, name, direction, size },
static const struct option {
	int level, name;
	enum direction direction;
	int size;
} options[] = {
#include "dune/sys/sockopts.def"
};
#undef OPTION
#define OPTION(level, name, direction, size) \
	_Static_assert(size <= VALUE_MAX, "room for " #name);
#include "dune/sys/sockopts.def"
#undef OPTION

/* Families whose sockets do nothing but what the rows know. */
static bool family_ok(int family)
{
	return family == AF_UNIX || family == AF_INET || family == AF_INET6 ||
	       family == AF_NETLINK || family == AF_PACKET;
}

long sys_socket(struct dune_thread *t, const uint64_t a[6])
{
	if (!family_ok((int)a[0])) {
		t->stats.refused++;
		return -EAFNOSUPPORT;
	}
	return host(SYS_socket, a[0], a[1], a[2]);
}

long sys_socketpair(struct dune_thread *t, const uint64_t a[6])
{
	if (!family_ok((int)a[0])) {
		t->stats.refused++;
		return -EAFNOSUPPORT;
	}
	return host(SYS_socketpair, a[0], a[1], a[2], a[3]);
}

static const struct option *find(const uint64_t a[6], enum direction d)
{
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (options[i].level == (int)a[1] &&
		    options[i].name == (int)a[2])
			return options[i].direction & d ? &options[i] : NULL;
	return NULL;
}

/* A filter that a struct points to: both are copied. */
static long set_filter(const uint64_t a[6])
{
	struct sock_filter code[BPF_MAXINSNS];
	struct sock_fprog prog;

	if ((int)a[4] != sizeof(prog))
		return -EINVAL;
	if (user_get(&prog, a[3], sizeof(prog)))
		return -EFAULT;
	if (!prog.len || prog.len > BPF_MAXINSNS)
		return -EINVAL;
	if (user_get(code, (uint64_t)prog.filter, prog.len * sizeof(code[0])))
		return -EFAULT;
	prog.filter = code;
	return host(SYS_setsockopt, a[0], a[1], a[2], &prog, sizeof(prog));
}

/* A filter that a descriptor names; those of ours are none of the program's. */
static long set_filter_fd(const uint64_t a[6])
{
	int fd;

	if ((int)a[4] != sizeof(fd))
		return -EINVAL;
	if (user_get(&fd, a[3], sizeof(fd)))
		return -EFAULT;
	if (!fd_visible(fd))
		return -EBADF;
	return host(SYS_setsockopt, a[0], a[1], a[2], &fd, sizeof(fd));
}

/* What Linux says of an option that this level, if it is one, has not. */
static long no_option(struct dune_thread *t, long nr, const uint64_t a[6])
{
	int value = 0, len = sizeof(value);
	long ret = nr == SYS_getsockopt ?
			   host(nr, a[0], a[1], NO_NAME, &value, &len) :
			   host(nr, a[0], a[1], NO_NAME, &value, len);

	t->stats.refused++;
	return ret < 0 ? ret : -ENOPROTOOPT;
}

long sys_setsockopt(struct dune_thread *t, const uint64_t a[6])
{
	int level = (int)a[1], name = (int)a[2], len = (int)a[4];
	const struct option *o = find(a, SET);
	char value[VALUE_MAX + 1];

	if (level == SOL_SOCKET &&
	    (name == SO_ATTACH_FILTER || name == SO_ATTACH_REUSEPORT_CBPF))
		return set_filter(a);
	if (level == SOL_SOCKET &&
	    (name == SO_ATTACH_BPF || name == SO_ATTACH_REUSEPORT_EBPF))
		return set_filter_fd(a);
	if (!o)
		return no_option(t, SYS_setsockopt, a);
	if (len > o->size)
		len = o->size + 1;
	if (a[3] && len > 0 && user_get(value, a[3], (size_t)len))
		return -EFAULT;
	return host(SYS_setsockopt, a[0], level, name, a[3] ? value : NULL,
		    len);
}

/*
 * The lists of sources say themselves how many they have room for, and Linux
 * goes by that rather than by the length.
 */
static void limit_sources(const struct option *o, char *value, size_t len)
{
	const size_t ip = offsetof(struct ip_msfilter, imsf_slist);
	const size_t group = offsetof(struct group_filter, gf_slist);
	struct group_filter *g = (struct group_filter *)value;
	struct ip_msfilter *m = (struct ip_msfilter *)value;
	uint32_t room;

	if (o->level != IPPROTO_IP)
		return;
	if (o->name == IP_MSFILTER && len >= ip) {
		room = (uint32_t)((len - ip) / sizeof(m->imsf_slist[0]));
		if (m->imsf_numsrc > room)
			m->imsf_numsrc = room;
	}
	if (o->name == MCAST_MSFILTER && len >= group) {
		room = (uint32_t)((len - group) / sizeof(g->gf_slist[0]));
		if (g->gf_numsrc > room)
			g->gf_numsrc = room;
	}
}

/* The length is a copy already, if there is one. */
long sys_getsockopt(struct dune_thread *t, const uint64_t a[6])
{
	const struct option *o = find(a, GET);
	_Alignas(8) char value[VALUE_MAX];
	int *len = (int *)a[4], room;
	long ret;

	if (!o)
		return no_option(t, SYS_getsockopt, a);
	if (len && *len > o->size)
		*len = o->size;
	room = a[3] && len && *len > 0 ? *len : 0;
	if (check_out(a[3], (uint64_t)room) ||
	    user_get(value, a[3], (size_t)room))
		return -EFAULT;
	limit_sources(o, value, (size_t)room);
	ret = host(SYS_getsockopt, a[0], a[1], a[2], a[3] ? value : NULL, len);
	if (ret >= 0 && len && *len < room)
		room = *len;
	if (ret >= 0 && room > 0 && user_put(a[3], value, (size_t)room))
		ret = -EFAULT;
	return ret;
}
