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
#include <stddef.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/time.h>

#include "dune/host/host.h"
#include "dune/host/self.h"
#include "dune/mem/user.h"
#include "dune/sys/args.h"
#include "dune/sys/mediate.h"
#include "dune/sys/table.h"

#define IOCTL(request, arg) { (unsigned)(request), arg },
static const struct ioctl_row {
	unsigned request;
	struct arg arg;
} ioctls[] = {
#include "dune/sys/ioctls.def"
};
#undef IOCTL

/* The interfaces' addresses, into a buffer that a struct names. */
#define IFCONF_MAX 65536

static long put_ifconf(uint64_t at, uint64_t to, const struct ifconf *conf)
{
	if (to && conf->ifc_len > 0 &&
	    user_put(to, conf->ifc_buf, (size_t)conf->ifc_len))
		return -EFAULT;
	return user_put(at + offsetof(struct ifconf, ifc_len), &conf->ifc_len,
			sizeof(conf->ifc_len));
}

static long get_ifconf(const uint64_t a[6])
{
	struct ifconf conf;
	char *buf = NULL;
	uint64_t to;
	long ret;

	if (user_get(&conf, a[2], sizeof(conf)))
		return -EFAULT;
	to = (uint64_t)conf.ifc_buf;
	if (conf.ifc_len > IFCONF_MAX)
		conf.ifc_len = IFCONF_MAX;
	if (to && conf.ifc_len > 0) {
		if (check_out(to, (uint64_t)conf.ifc_len))
			return -EFAULT;
		buf = calloc(1, (size_t)conf.ifc_len);
		if (!buf)
			return -ENOMEM;
		conf.ifc_buf = buf;
	}
	ret = host(SYS_ioctl, a[0], SIOCGIFCONF, &conf);
	if (!ret)
		ret = put_ifconf(a[2], to, &conf);
	free(buf);
	return ret;
}

static long ioctl_copied(struct dune_thread *t, const uint64_t a[6],
			 const struct arg *arg)
{
	struct copied copy;
	const uint64_t b[6] = { a[0], a[1], (uint64_t)copy.bytes };

	if (copied_take(&copy, a[2], arg))
		return -EFAULT;
	return copied_give(&copy, forward(b, t->nr));
}

static long unknown(struct dune_thread *t, const uint64_t a[6])
{
	/* a descriptor that is none is the first thing to be seen */
	long ret = host(SYS_fcntl, a[0], 1 /* F_GETFD */);

	t->stats.refused++;
	return ret < 0 ? ret : -ENOTTY;
}

long sys_ioctl(struct dune_thread *t, const uint64_t a[6])
{
	unsigned request = (unsigned)a[1];
	size_t i;

	if (request == SIOCGIFCONF)
		return get_ifconf(a);
	for (i = 0; i < sizeof(ioctls) / sizeof(ioctls[0]); i++)
		if (ioctls[i].request == request)
			break;
	if (i == sizeof(ioctls) / sizeof(ioctls[0]))
		return unknown(t, a);
	if (ioctls[i].arg.type == T_VAL)
		return forward(a, t->nr);
	return ioctl_copied(t, a, &ioctls[i].arg);
}
