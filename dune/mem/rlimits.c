/* SPDX-License-Identifier: MIT */
/*
 * rlimits.c - resource limits that are the program's, not the process's
 *
 * What the program may map is counted by aspace.c, and its stack is made when a
 * program is loaded; so these limits are kept here, and the process's stay as
 * they were.
 */
#include <errno.h>
#include <linux/capability.h>
#include <pthread.h>

#include "dune/host/host.h"
#include "dune/host/layout.h"
#include "dune/mem/aspace.h"
#include "dune/mem/rlimits.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct rlimit kept[RLIM_NLIMITS];

bool limits_keep(unsigned resource)
{
	return resource == RLIMIT_AS || resource == RLIMIT_DATA ||
	       resource == RLIMIT_STACK;
}

static void apply(void)
{
	aspace_limit(kept[RLIMIT_AS].rlim_cur, kept[RLIMIT_DATA].rlim_cur);
}

static void before_fork(void)
{
	pthread_mutex_lock(&lock);
}

static void after_fork(void)
{
	pthread_mutex_unlock(&lock);
}

int limits_start(void)
{
	unsigned i;

	for (i = 0; i < RLIM_NLIMITS; i++)
		if (limits_keep(i) && host(SYS_prlimit64, 0, i, 0, &kept[i]))
			return -EINVAL;
	apply();
	return -pthread_atfork(before_fork, after_fork, after_fork);
}

uint64_t limits_stack(void)
{
	const uint64_t least = UINT64_C(128) << 10, most = UINT64_C(1) << 30;
	uint64_t cur = kept[RLIMIT_STACK].rlim_cur;

	if (cur == RLIM_INFINITY)
		cur = UINT64_C(8) << 20;
	cur = page_up(cur < most ? cur : most);
	return cur < least ? least : cur;
}

static bool may_raise(void)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2] = { { 0, 0, 0 }, { 0, 0, 0 } };

	return !host(SYS_capget, &h, d) &&
	       (d[0].effective & 1u << CAP_SYS_RESOURCE);
}

void limits_get(unsigned resource, struct rlimit *out)
{
	*out = kept[resource];
}

int limits_set(unsigned resource, const struct rlimit *want)
{
	int ret = 0;

	if (want->rlim_cur > want->rlim_max)
		return -EINVAL;
	pthread_mutex_lock(&lock);
	if (want->rlim_max > kept[resource].rlim_max && !may_raise())
		ret = -EPERM;
	else
		kept[resource] = *want;
	apply();
	pthread_mutex_unlock(&lock);
	return ret;
}
