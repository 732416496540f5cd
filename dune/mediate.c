/* SPDX-License-Identifier: MIT */
/*
 * mediate.c - a system call of ring 3: look up its row, check, execute
 *
 * Trust: numbers and arguments are the program's, and so is all memory that
 * they point to, which another thread may change at any time. Hence nothing is
 * read twice: what a check depends on is copied first, and the copy is passed.
 * A plain buffer needs no copy: that its addresses are the program's cannot
 * change.
 */
#include <errno.h>
#include <limits.h>
#include <linux/stat.h>
#include <linux/time_types.h>
#include <mqueue.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
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
#include <unistd.h>
#include <utime.h>

#include "dune/aspace.h"
#include "dune/exe.h"
#include "dune/fds.h"
#include "dune/host.h"
#include "dune/mediate.h"
#include "dune/table.h"

#define NATIVE(name, ...) \
	[SYS_##name] = { #name, HOW_NATIVE, 0, NULL, { __VA_ARGS__ } },
#define BLOCK(name, ...) \
	[SYS_##name] = { #name, HOW_BLOCK, 0, NULL, { __VA_ARGS__ } },
#define OWN(name, fn, ...) \
	[SYS_##name] = { #name, HOW_OWN, 0, fn, { __VA_ARGS__ } },
#define DENY(name, err) \
	[SYS_##name] = { #name, HOW_DENY, -err, NULL, { { 0, 0, 0 } } },
static const struct call rows[] = {
#include "dune/syscalls.def"
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

/* What a call's arguments are replaced by while it runs. */
struct frame {
	uint64_t a[6];
	unsigned nstrings;
	char string[2][PATH_MAX + 1];
	uint64_t len_at; /* where the T_LEN came from; 0: there is none */
	int len;
};

int check_in(uint64_t addr, uint64_t len)
{
	return !addr || user_range_ok(addr, len) ? 0 : -EFAULT;
}

int check_out(uint64_t addr, uint64_t len)
{
	return !addr || user_range_writable(addr, len) ? 0 : -EFAULT;
}

/* The number of elements that argument i counts; what is checked is passed. */
static uint64_t count(const struct call *c, struct frame *f, unsigned i)
{
	if (c->arg[i].type != T_COUNT)
		f->a[i] = (uint32_t)f->a[i];
	else if (f->a[i] > COUNT_MAX)
		f->a[i] = COUNT_MAX;
	return f->a[i];
}

static int take_string(struct frame *f, unsigned i, size_t max)
{
	char *to = f->string[f->nstrings++];
	long ret;

	if (!f->a[i])
		return 0;
	ret = user_string(to, f->a[i], max);
	f->a[i] = (uint64_t)to;
	return ret < 0 ? (int)ret : 0;
}

static int take_path(struct dune_thread *t, struct frame *f, unsigned i)
{
	int ret = take_string(f, i, PATH_MAX - 1);

	if (!ret && f->a[i] && t->nr != SYS_readlink && t->nr != SYS_readlinkat)
		f->a[i] = (uint64_t)exe_substitute((const char *)f->a[i]);
	return ret;
}

/* A string that is too long is passed as one, for the kernel to refuse. */
static int take_name(struct frame *f, unsigned i, size_t max)
{
	char *to = f->string[f->nstrings];
	int ret = take_string(f, i, max + 1);

	if (ret == -ENAMETOOLONG) {
		to[max + 1] = 0;
		ret = 0;
	}
	return ret;
}

/* The int that a[i] points to, and the buffer before it that it measures. */
static int take_len(const struct call *c, struct frame *f, unsigned i)
{
	uint64_t at = f->a[i];
	unsigned k;

	for (k = 0; k < 6; k++)
		if (c->arg[k].type == T_OUT_LEN && c->arg[k].n == i)
			break;
	if (!at || !f->a[k])
		return 0;
	if (!user_range_writable(at, sizeof(int)) ||
	    user_get(&f->len, at, sizeof(int)))
		return -EFAULT;
	f->len_at = at;
	f->a[i] = (uint64_t)&f->len;
	return f->len > 0 ? check_out(f->a[k], (uint64_t)f->len) : 0;
}

static int check_fd(struct frame *f, unsigned i, unsigned use)
{
	int fd = (int)f->a[i];

	f->a[i] = (uint64_t)(int64_t)fd;
	if (fd < 0 || fd_visible(fd) || (use && fd_allowed(fd, use)))
		return 0;
	return -EBADF;
}

static int take_arg(struct dune_thread *t, const struct call *c,
		    struct frame *f, unsigned i)
{
	const struct arg *arg = &c->arg[i];
	int ret;

	switch ((enum arg_type)arg->type) {
	case T_FD:
	case T_DIRFD:
		return check_fd(f, i, arg->n);
	case T_IN:
		return check_in(f->a[i], arg->size);
	case T_OUT:
		return check_out(f->a[i], arg->size);
	case T_INOUT:
		return check_out(f->a[i], arg->size);
	case T_IN_N:
		return check_in(f->a[i], count(c, f, arg->n) * arg->size);
	case T_OUT_N:
		return check_out(f->a[i], count(c, f, arg->n) * arg->size);
	case T_PATH:
		return take_path(t, f, i);
	case T_STRING:
		return take_name(f, i, arg->size);
	case T_LEN:
		return take_len(c, f, i);
	case T_FDSET:
		/* as Linux, bits that no descriptor has are not looked at */
		if ((int)f->a[arg->n] > dune_config.hidden_fd_min)
			f->a[arg->n] = (uint64_t)dune_config.hidden_fd_min;
		ret = (int)f->a[arg->n];
		return ret <= 0 ? 0 :
				  check_out(f->a[i],
					    ((uint64_t)ret + 63) / 64 * 8);
	case T_NONE:
	case T_VAL:
	case T_COUNT:
	case T_OUT_LEN:
	case T_PTR:
		break;
	}
	return 0;
}

static long execute(struct dune_thread *t, const struct call *c,
		    const struct frame *f)
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
	const struct dune_regs *r = &t->regs;
	struct frame f;
	long ret = 0;
	unsigned i;

	f.nstrings = 0;
	f.len_at = 0;
	memcpy(f.a,
	       (uint64_t[6]){ r->rdi, r->rsi, r->rdx, r->r10, r->r8, r->r9 },
	       sizeof(f.a));
	for (i = 0; i < 6 && !ret; i++)
		ret = take_arg(t, c, &f, i);
	if (ret) {
		t->stats.refused++;
		return ret;
	}
	ret = execute(t, c, &f);
	if (ret >= 0 && f.len_at)
		user_put(f.len_at, &f.len, sizeof(f.len));
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

int mediate_start(void)
{
	int ret = aspace_start();

	return ret ? ret : fds_start();
}
