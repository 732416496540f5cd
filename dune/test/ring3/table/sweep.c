// SPDX-License-Identifier: MIT
/*
 * sweep - every number that selects what a call does with its pointers, and
 * every socket option
 *
 * Most are refused; of those that are not, the host's memory is the judge.
 */
#include <netinet/in.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "../hole.h"
#include "table.h"

/* --- numbers that select --- */

static const struct {
	const char *row;
	int arg;
	unsigned from, to;
} selectors[] = {
	{ "ioctl", 1, 0x5400, 0x5480 },
	{ "ioctl", 1, 0x8900, 0x89ff },
	{ "fcntl", 1, 0, 48 },
	{ "fcntl", 1, 1024, 1048 },
	{ "prctl", 0, 0, 80 },
	/* not those that set a base of ring 3's */
	{ "arch_prctl", 0, 0x1003, 0x1030 },
	{ "semctl", 2, 0, 24 },
	{ "shmctl", 1, 0, 24 },
	{ "msgctl", 1, 0, 24 },
	{ "futex", 1, 0, 15 },
	{ "futex", 1, 128, 143 },
	{ "epoll_ctl", 1, 0, 4 },
	{ "set_mempolicy", 0, 0, 8 },
	{ "mbind", 2, 0, 8 },
	{ "get_mempolicy", 4, 0, 8 },
	{ "rt_sigprocmask", 0, 0, 4 },
};

static struct frame frame;

static const struct variant *first_of(const char *row)
{
	unsigned i;

	for (i = 0; i < nvariants; i++)
		if (!strcmp(variants[i].row->name, row))
			return &variants[i];
	return NULL;
}

/* All arguments that are pointers in any case, or that may be, at addr. */
static void select_one(const struct variant *v, int arg, unsigned value,
		       uint64_t addr)
{
	int i;

	frame_good(&frame, v);
	for (i = 0; i < 6; i++)
		if (is_pointer(&v->row->arg[i]))
			frame.a[i] = addr;
	frame.a[arg] = value;
	if (!frame_call(&frame).intact)
		cell_complain(KIND_SWEEP, v, NULL, "the host",
			      "its memory has changed", value);
}

static void select_all(void)
{
	const uint64_t addr[2] = { targets[0].addr,
				   hole_hosted ? hole_rw_end : HOLE_KERNEL };
	size_t i;
	unsigned value, k;

	for (i = 0; i < sizeof(selectors) / sizeof(selectors[0]); i++) {
		const struct variant *v = first_of(selectors[i].row);

		for (value = selectors[i].from; value <= selectors[i].to;
		     value++)
			for (k = 0; k < 2; k++)
				if (cell(KIND_SWEEP))
					select_one(v, selectors[i].arg, value,
						   addr[k]);
	}
	/* an address is a long time, and waits would take it */
	prctl(PR_SET_TIMERSLACK, 0);
}

/* --- socket options --- */

/* Ones: counts in it say more than its length holds. */
struct value {
	const char *name;
	unsigned len;
	char bytes[64];
};
static struct value values[] = { { "zeros", 4, { 0 } }, { "ones", 64, { 0 } } };

static const struct {
	int family, type, protocol, level;
} sockets[] = {
	{ AF_INET, SOCK_DGRAM, 0, SOL_SOCKET },
	{ AF_INET, SOCK_DGRAM, 0, IPPROTO_IP },
	{ AF_INET, SOCK_DGRAM, 0, IPPROTO_UDP },
	{ AF_INET, SOCK_STREAM, 0, IPPROTO_TCP },
	{ AF_INET6, SOCK_DGRAM, 0, IPPROTO_IPV6 },
	{ AF_UNIX, SOCK_STREAM, 0, SOL_SOCKET },
	{ AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, IPPROTO_ICMPV6 },
	{ AF_INET, SOCK_RAW, IPPROTO_ICMP, 255 /* SOL_RAW */ },
	{ AF_PACKET, SOCK_RAW, 0, 263 /* SOL_PACKET */ },
	{ AF_NETLINK, SOCK_RAW, 0, 270 /* SOL_NETLINK */ },
};
#define NSOCKETS (sizeof(sockets) / sizeof(sockets[0]))
#define OPTIONS_END 132

static void judge(const char *call, int level, int name, const char *value)
{
	char what[160];

	if (hole_intact())
		return;
	snprintf(what, sizeof(what), "%s, level %d, option %d changes it", call,
		 level, name);
	cell_complain(KIND_OPTION, first_of(call), NULL, value, what, 0);
}

/* The value ends where a region does, or where a page does. */
static void option(int fd, size_t s, int name, const struct value *v, long nr)
{
	char *end = hole_hosted ? (char *)hole_rw_end : edge + AREA;
	int len = (int)v->len;
	bool get = nr == SYS_getsockopt;
	uint64_t a[6] = { (uint64_t)fd, (uint64_t)sockets[s].level,
			  (uint64_t)name, (uint64_t)(end - v->len),
			  get ? (uint64_t)&len : v->len };

	memcpy(end - v->len, v->bytes, v->len);
	hole_call(nr, a);
	judge(get ? "getsockopt" : "setsockopt", sockets[s].level, name,
	      v->name);
}

/* No value, and the length in the host's memory. */
static void no_value(int fd, size_t s, int name, const struct target *t)
{
	uint64_t a[6] = { (uint64_t)fd, (uint64_t)sockets[s].level,
			  (uint64_t)name, 0, t->addr };

	hole_call(SYS_getsockopt, a);
	judge("getsockopt", sockets[s].level, name, t->name);
}

static void options_of(size_t s, int name, int fd, int set)
{
	size_t k;

	for (k = 0; k < sizeof(values) / sizeof(values[0]); k++) {
		if (cell(KIND_OPTION))
			option(fd, s, name, &values[k], SYS_getsockopt);
		if (cell(KIND_OPTION))
			option(set, s, name, &values[k], SYS_setsockopt);
	}
	for (k = 0; k < ntargets; k += 4)
		if (cell(KIND_OPTION))
			no_value(fd, s, name, &targets[k]);
}

static void options(void)
{
	size_t s;
	int name, fd, set;

	memset(values[1].bytes, 0xff, sizeof(values[1].bytes));
	for (s = 0; s < NSOCKETS; s++) {
		fd = socket(sockets[s].family, sockets[s].type,
			    sockets[s].protocol);
		set = socket(sockets[s].family, sockets[s].type,
			     sockets[s].protocol);
		for (name = 0; name < OPTIONS_END; name++)
			options_of(s, name, fd, set);
		close(fd);
		close(set);
	}
}

void sweeps(void)
{
	select_all();
	options();
}
