/* SPDX-License-Identifier: MIT */
/*
 * mediate_proc.c - prctl, futex, limits, capabilities, scheduling, thread
 * pointers
 */
#include <errno.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "dune/host/core.h"
#include "dune/host/fds.h"
#include "dune/host/host.h"
#include "dune/host/self.h"
#include "dune/mem/rlimits.h"
#include "dune/mem/user.h"
#include "dune/sys/args.h"
#include "dune/sys/mediate.h"
#include "dune/sys/table.h"

/* --- prctl --- */

#define COMM_MAX 15

static const struct prctl_row {
	int option;
	struct arg arg; /* the second one */
} prctls[] = {
	{ PR_SET_NAME, STRING(COMM_MAX) },
	{ PR_GET_NAME, OUT(char[COMM_MAX + 1]) },
	{ PR_SET_PDEATHSIG, VAL },
	{ PR_GET_PDEATHSIG, OUT(int) },
	{ PR_SET_KEEPCAPS, VAL },
	{ PR_GET_KEEPCAPS, VAL },
	{ PR_SET_TIMING, VAL },
	{ PR_GET_TIMING, VAL },
	{ PR_CAPBSET_READ, VAL },
	{ PR_CAPBSET_DROP, VAL },
	{ PR_SET_SECUREBITS, VAL },
	{ PR_GET_SECUREBITS, VAL },
	{ PR_SET_TIMERSLACK, VAL },
	{ PR_GET_TIMERSLACK, VAL },
	{ PR_SET_CHILD_SUBREAPER, VAL },
	{ PR_GET_CHILD_SUBREAPER, OUT(int) },
	{ PR_SET_NO_NEW_PRIVS, VAL },
	{ PR_GET_NO_NEW_PRIVS, VAL },
	{ PR_SET_THP_DISABLE, VAL },
	{ PR_GET_THP_DISABLE, VAL },
	{ PR_CAP_AMBIENT, VAL },
	{ PR_GET_SECCOMP, VAL },
};

static long prctl_copied(const uint64_t a[6], const struct arg *arg)
{
	struct copied copy;

	if (copied_take(&copy, a[1], arg))
		return -EFAULT;
	return copied_give(&copy,
			   host(SYS_prctl, a[0], copy.bytes, a[2], a[3], a[4]));
}

/* As Linux, which takes as much of it as there is room for. */
static long set_name(uint64_t from)
{
	char name[COMM_MAX + 2];
	long ret = user_string(name, from, COMM_MAX + 1);

	if (ret < 0 && ret != -ENAMETOOLONG)
		return ret;
	name[COMM_MAX] = 0;
	return host(SYS_prctl, PR_SET_NAME, name);
}

long sys_prctl(struct dune_thread *t, const uint64_t a[6])
{
	int option = (int)a[0];
	size_t i;

	if (option == PR_GET_DUMPABLE)
		return core_dumpable;
	if (option == PR_SET_DUMPABLE) {
		if (a[1] > 1)
			return -EINVAL;
		core_dumpable = a[1];
		return 0;
	}
	for (i = 0; i < sizeof(prctls) / sizeof(prctls[0]); i++)
		if (prctls[i].option == option)
			break;
	if (i == sizeof(prctls) / sizeof(prctls[0])) {
		t->stats.refused++;
		return option == PR_SET_MM ? -EPERM : -EINVAL;
	}
	if (prctls[i].arg.type == T_STRING)
		return set_name(a[1]);
	if (prctls[i].arg.type == T_OUT)
		return prctl_copied(a, &prctls[i].arg);
	return host(SYS_prctl, a[0], a[1], a[2], a[3], a[4]);
}

/* The host's own has address randomization off; the program's is Linux. */
long sys_personality(struct dune_thread *t, const uint64_t a[6])
{
	static uint32_t persona;
	uint32_t want = (uint32_t)a[0], old = persona;

	(void)t;
	if (want == 0xffffffff)
		return (long)old;
	if (want & ~(uint32_t)ADDR_NO_RANDOMIZE)
		return -EINVAL;
	persona = want;
	return (long)old;
}

/* --- futex --- */

long sys_futex(struct dune_thread *t, const uint64_t a[6])
{
	uint64_t b[6] = { a[0], a[1], a[2], a[3], a[4], a[5] };
	bool timeout = false, second = false;
	struct timespec ts;

	switch ((int)a[1] & FUTEX_CMD_MASK) {
	case FUTEX_WAIT_REQUEUE_PI:
		second = true;
		timeout = true;
		break;
	case FUTEX_WAIT:
	case FUTEX_WAIT_BITSET:
	case FUTEX_LOCK_PI:
	case FUTEX_LOCK_PI2:
		timeout = true;
		break;
	case FUTEX_REQUEUE:
	case FUTEX_CMP_REQUEUE:
	case FUTEX_CMP_REQUEUE_PI:
	case FUTEX_WAKE_OP:
		second = true;
		break;
	case FUTEX_WAKE:
	case FUTEX_WAKE_BITSET:
	case FUTEX_UNLOCK_PI:
	case FUTEX_TRYLOCK_PI:
		break;
	default:
		return -ENOSYS;
	}
	if (second && check_out(a[4], sizeof(uint32_t)))
		return -EFAULT;
	if (timeout && a[3]) {
		if (user_get(&ts, a[3], sizeof(ts)))
			return -EFAULT;
		b[3] = (uint64_t)&ts;
	}
	return timeout ? forward(b, t->nr) :
			 host_call(t->nr, b[0], b[1], b[2], b[3], b[4], b[5]);
}

/* --- limits --- */

/* prlimit64 on the program itself; pointers are the host's, or NULL. */
static long own_limit(unsigned resource, const struct rlimit *want,
		      struct rlimit *old)
{
	if (old && resource == RLIMIT_NOFILE)
		fds_get_limit(old);
	else if (old && limits_keep(resource))
		limits_get(resource, old);
	if (resource == RLIMIT_NOFILE)
		return want ? fds_set_limit(want) : 0;
	if (limits_keep(resource))
		return want ? limits_set(resource, want) : 0;
	return host(SYS_prlimit64, 0, resource, want, old);
}

long sys_getrlimit(struct dune_thread *t, const uint64_t a[6])
{
	(void)t;
	return a[1] ? own_limit((unsigned)a[0], NULL, (void *)a[1]) : -EFAULT;
}

long sys_setrlimit(struct dune_thread *t, const uint64_t a[6])
{
	(void)t;
	return a[1] ? own_limit((unsigned)a[0], (void *)a[1], NULL) : -EFAULT;
}

/* Another process's limits can be read; to set them could starve ours. */
long sys_prlimit64(struct dune_thread *t, const uint64_t a[6])
{
	pid_t pid = (pid_t)a[0];

	if (!pid || pid == (pid_t)host(SYS_getpid, 0))
		return own_limit((unsigned)a[1], (void *)a[2], (void *)a[3]);
	if (a[2]) {
		t->stats.refused++;
		return -EPERM;
	}
	return host(SYS_prlimit64, a[0], a[1], 0, a[3]);
}

/* --- capabilities, scheduling --- */

static long cap_call(struct dune_thread *t, const uint64_t a[6], bool set)
{
	struct __user_cap_data_struct d[2] = { { 0, 0, 0 }, { 0, 0, 0 } };
	struct __user_cap_header_struct h;
	uint64_t size = sizeof(d[0]);
	long ret;

	if (user_get(&h, a[0], sizeof(h)))
		return -EFAULT;
	if (h.version == _LINUX_CAPABILITY_VERSION_2 ||
	    h.version == _LINUX_CAPABILITY_VERSION_3)
		size *= 2;
	if (set ? check_in(a[1], size) : check_out(a[1], size))
		return -EFAULT;
	if (set && a[1] && user_get(d, a[1], size))
		return -EFAULT;
	ret = host(t->nr, &h, a[1] ? d : NULL);
	if (!ret && !set && a[1] && user_put(a[1], d, size))
		return -EFAULT;
	/* the version that Linux prefers, for one that it does not know */
	if (user_put(a[0], &h, sizeof(h)))
		return -EFAULT;
	return ret;
}

long sys_capget(struct dune_thread *t, const uint64_t a[6])
{
	return cap_call(t, a, false);
}

long sys_capset(struct dune_thread *t, const uint64_t a[6])
{
	return cap_call(t, a, true);
}

/* As linux/sched/types.h has it, which does not go with sched.h. */
struct sched_attr {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
	uint32_t util_min, util_max;
};
#define SCHED_ATTR_SIZE_VER0 48

/* The struct says its own size. */
long sys_sched_setattr(struct dune_thread *t, const uint64_t a[6])
{
	struct sched_attr attr;
	uint32_t size;

	(void)t;
	if (user_get(&size, a[1], sizeof(size)))
		return -EFAULT;
	if (!size)
		size = SCHED_ATTR_SIZE_VER0;
	if (size < SCHED_ATTR_SIZE_VER0 || size > sizeof(attr)) {
		size = sizeof(attr);
		user_put(a[1], &size, sizeof(size));
		return -E2BIG;
	}
	memset(&attr, 0, sizeof(attr));
	if (user_get(&attr, a[1], size))
		return -EFAULT;
	attr.size = size;
	return host(SYS_sched_setattr, a[0], &attr, a[2]);
}

/* --- thread pointers --- */

#define ARCH_SET_GS 0x1001
#define ARCH_SET_FS 0x1002
#define ARCH_GET_FS 0x1003
#define ARCH_GET_GS 0x1004
#define TASK_SIZE UINT64_C(0x7ffffffff000)

long sys_arch_prctl(struct dune_thread *t, const uint64_t a[6])
{
	switch (a[0]) {
	case ARCH_SET_FS:
	case ARCH_SET_GS:
		if (a[1] >= TASK_SIZE)
			return -EPERM;
		if (a[0] == ARCH_SET_FS)
			t->regs.fs_base = a[1];
		else
			t->regs.gs_base = a[1];
		t->full = 1;
		return 0;
	case ARCH_GET_FS:
		return user_put(a[1], &t->regs.fs_base, sizeof(uint64_t));
	case ARCH_GET_GS:
		return user_put(a[1], &t->regs.gs_base, sizeof(uint64_t));
	default:
		return -EINVAL;
	}
}
