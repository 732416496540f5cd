/* SPDX-License-Identifier: MIT */
/*
 * mediate_ioctl.c - ioctl by request
 */
#include <errno.h>
#include <linux/fs.h>
#include <linux/kd.h>
#include <linux/random.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>

#include "dune/aspace.h"
#include "dune/host.h"
#include "dune/mediate.h"

/* glibc has these as its own struct termios, or not at all. */
#define TCGETS2_NR 0x802c542a
#define TCSETS2_NR 0x402c542b
#define TCSETSW2_NR 0x402c542c
#define TCSETSF2_NR 0x402c542d
#undef TCGETS2
#undef TCSETS2
#undef TCSETSW2
#undef TCSETSF2
#define TCGETS2 TCGETS2_NR
#define TCSETS2 TCSETS2_NR
#define TCSETSW2 TCSETSW2_NR
#define TCSETSF2 TCSETSF2_NR

#define IOCTL(request, arg) { (unsigned)(request), arg },
static const struct {
	unsigned request;
	struct arg arg;
} ioctls[] = {
#include "dune/ioctls.def"
};
#undef IOCTL

/* The interfaces' addresses, into a buffer that a struct names. */
static long get_ifconf(const uint64_t a[6])
{
	struct ifconf conf;
	long ret;

	if (user_get(&conf, a[2], sizeof(conf)))
		return -EFAULT;
	if (conf.ifc_buf && conf.ifc_len > 0 &&
	    !user_range_writable((uint64_t)conf.ifc_buf,
				 (uint64_t)conf.ifc_len))
		return -EFAULT;
	ret = host(SYS_ioctl, a[0], SIOCGIFCONF, &conf);
	if (!ret && user_put(a[2], &conf, sizeof(conf)))
		ret = -EFAULT;
	return ret;
}

long sys_ioctl(struct dune_thread *t, const uint64_t a[6])
{
	unsigned request = (unsigned)a[1];
	int ret = 0;
	size_t i;

	if (request == SIOCGIFCONF)
		return get_ifconf(a);
	for (i = 0; i < sizeof(ioctls) / sizeof(ioctls[0]); i++)
		if (ioctls[i].request == request)
			break;
	if (i == sizeof(ioctls) / sizeof(ioctls[0])) {
		t->stats.refused++;
		/* a descriptor that is none is the first thing to be seen */
		ret = (int)host(SYS_fcntl, a[0], 1 /* F_GETFD */);
		return ret < 0 ? ret : -ENOTTY;
	}
	if (ioctls[i].arg.type == T_IN)
		ret = check_in(a[2], ioctls[i].arg.size);
	else if (ioctls[i].arg.type != T_VAL)
		ret = check_out(a[2], ioctls[i].arg.size);
	return ret ? ret : forward(a, t->nr);
}
