/* SPDX-License-Identifier: MIT */
/*
 * mediate.c - a system call of ring 3: look up its row, check, execute
 *
 * Trust: numbers and arguments are the program's. How they are read is in
 * args.c; from here on they are ours.
 */
#include <errno.h>
#include <linux/stat.h>
#include <linux/time_types.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <utime.h>

#include "dune/host/host.h"
#include "dune/host/self.h"
#include "dune/sys/args.h"
#include "dune/sys/mediate.h"
#include "dune/sys/table.h"

#define NATIVE(name, ...) \
	[SYS_##name] = { #name, HOW_NATIVE, 0, NULL, { __VA_ARGS__ } },
#define BLOCK(name, ...) \
	[SYS_##name] = { #name, HOW_BLOCK, 0, NULL, { __VA_ARGS__ } },
#define OWN(name, fn, ...) \
	[SYS_##name] = { #name, HOW_OWN, 0, fn, { __VA_ARGS__ } },
#define DENY(name, err) \
	[SYS_##name] = { #name, HOW_DENY, -err, NULL, { { 0, 0, 0 } } },
static const struct call rows[] = {
#include "dune/sys/syscalls.def"
};
#undef NATIVE
#undef BLOCK
#undef OWN
#undef DENY

const struct call *call_row(uint64_t nr)
{
	if (nr >= sizeof(rows) / sizeof(rows[0]) || !rows[nr].name)
		return NULL;
	return &rows[nr];
}

static long execute(struct dune_thread *t, const struct call *c,
		    const struct args *f)
{
	const uint64_t *a = f->a;

	switch (c->how) {
	case HOW_DENY:
		break;
	case HOW_NATIVE:
		return host_call(t->nr, a[0], a[1], a[2], a[3], a[4], a[5]);
	case HOW_BLOCK:
		return forward(a, t->nr);
	case HOW_OWN:
		return c->fn(t, a);
	}
	return c->refusal;
}

static long call(struct dune_thread *t, const struct call *c)
{
	struct args f;
	long ret = args_take(t, c, &f);

	if (!ret)
		return args_give(t, c, &f, execute(t, c, &f));
	t->stats.refused++;
	return ret;
}

void dune_syscall(struct dune_thread *t)
{
	uint32_t nr = (uint32_t)t->regs.rax;
	const struct call *c = call_row(nr);

	t->nr = nr;
	t->stats.syscalls++;
	if (!c || c->how == HOW_DENY) {
		t->stats.refused++;
		t->regs.rax = (uint64_t)(c ? c->refusal : -ENOSYS);
		return;
	}
	t->regs.rax = (uint64_t)call(t, c);
}
