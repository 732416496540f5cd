/* SPDX-License-Identifier: MIT */
/*
 * mediate_sockopt.c - socket, setsockopt, getsockopt
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/icmp.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>

#include "dune/host.h"
#include "dune/mediate.h"

#ifndef SOL_RAW
#define SOL_RAW 255
#endif

#define OPTION(level, name) { level, name, name },
#define OPTIONS(level, first, last) { level, first, last },
static const struct {
	int level, first, last;
} options[] = {
#include "dune/sockopts.def"
};
#undef OPTION
#undef OPTIONS

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

static bool option_ok(int level, int name)
{
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (options[i].level == level && name >= options[i].first &&
		    name <= options[i].last)
			return true;
	return false;
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

/* What Linux says of an option that there is not. */
static long no_option(struct dune_thread *t, const uint64_t a[6])
{
	char dummy[4];
	int len = sizeof(dummy);
	long ret = host(SYS_getsockopt, a[0], SOL_SOCKET, SO_TYPE, dummy, &len);

	t->stats.refused++;
	return ret < 0 ? ret : -ENOPROTOOPT;
}

long sys_setsockopt(struct dune_thread *t, const uint64_t a[6])
{
	int level = (int)a[1], name = (int)a[2];

	if (level == SOL_SOCKET &&
	    (name == SO_ATTACH_FILTER || name == SO_ATTACH_REUSEPORT_CBPF))
		return set_filter(a);
	if (!option_ok(level, name))
		return no_option(t, a);
	return host(SYS_setsockopt, a[0], a[1], a[2], a[3], a[4]);
}

long sys_getsockopt(struct dune_thread *t, const uint64_t a[6])
{
	if (!option_ok((int)a[1], (int)a[2]))
		return no_option(t, a);
	return host(SYS_getsockopt, a[0], a[1], a[2], a[3], a[4]);
}
