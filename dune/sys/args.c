/* SPDX-License-Identifier: MIT */
/*
 * args.c - a call's arguments, taken from the program and given back to it
 *
 * Trust: numbers and arguments are the program's, and so is all memory that
 * they point to, which another thread may change at any time. Hence nothing is
 * read twice: what a check depends on is copied first, and the copy is passed.
 * And nothing is written unchecked: how much the kernel writes may depend on
 * what it finds, so it writes to memory of ours, of a size that we know, and
 * the program gets a checked copy. Only plain bytes need none, whose number is
 * in a register: that their addresses are the program's cannot change.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "dune/file/exe_link.h"
#include "dune/host/fds.h"
#include "dune/host/host.h"
#include "dune/host/self.h"
#include "dune/mem/user.h"
#include "dune/sys/args.h"
#include "dune/sys/mediate.h"
#include "dune/sys/table.h"

/* The number of elements that argument i counts; what is checked is passed. */
static uint64_t count(const struct call *c, struct args *f, unsigned i)
{
	if (c->arg[i].type == T_U32)
		f->a[i] = (uint32_t)f->a[i];
	else if (f->a[i] > COUNT_MAX)
		f->a[i] = COUNT_MAX;
	return f->a[i];
}

/* Argument i is what the kernel gets for what the program has at a[i]. */
static void replace(struct args *f, unsigned i, const void *with)
{
	f->user[i] = f->a[i];
	f->a[i] = (uint64_t)with;
}

/*
 * What the kernel may leave as it is, it finds as the program has it. If that
 * cannot be read the kernel finds zeros: it may be that it does not look.
 */
static int take_struct(char *to, uint64_t from, const struct arg *arg)
{
	bool in = arg->type == T_IN || arg->type == T_INOUT;

	if (arg->type != T_IN && !user_range_writable(from, arg->size))
		return -EFAULT;
	if (user_get(to, from, arg->size)) {
		if (in)
			return -EFAULT;
		memset(to, 0, arg->size);
	}
	return 0;
}

int copied_take(struct copied *c, uint64_t user, const struct arg *arg)
{
	memset(c, 0, sizeof(*c));
	c->user = arg->type == T_IN ? 0 : user;
	c->size = arg->size;
	return take_struct(c->bytes, user, arg);
}

long copied_give(const struct copied *c, long ret)
{
	if (ret >= 0 && c->user && user_put(c->user, c->bytes, c->size))
		return -EFAULT;
	return ret;
}

static int take_fixed(struct args *f, unsigned i, const struct arg *arg)
{
	char *to = f->fixed + f->used;
	uint64_t at = f->a[i];

	if (!at)
		return 0;
	if (take_struct(to, at, arg))
		return -EFAULT;
	f->used += (unsigned)FIXED_ROOM(arg->size);
	if (arg->type == T_TIMEOUT)
		memcpy(f->timeout, to, sizeof(f->timeout));
	replace(f, i, to);
	return 0;
}

/* Of a set whose descriptors argument n counts, which Linux refuses if it is
 * negative. */
static uint64_t set_bytes(const struct args *f, unsigned n)
{
	return (int)f->a[n] > 0 ? SET_BYTES(f->a[n]) : 0;
}

static int take_set(const struct call *c, struct args *f, unsigned i)
{
	unsigned n = c->arg[i].n;
	uint64_t most = (uint64_t)dune_config.hidden_fd_min;
	uint64_t *to = f->set[f->nsets++], len;

	if (most > FDSET_MAX)
		most = FDSET_MAX;
	if (!f->a[i])
		return 0;
	/* as Linux, bits that no descriptor has are not looked at */
	if ((int)f->a[n] > 0 && f->a[n] > most)
		f->a[n] = most;
	len = set_bytes(f, n);
	if (check_out(f->a[i], len) || user_get(to, f->a[i], len))
		return -EFAULT;
	replace(f, i, to);
	return 0;
}

static int take_string(struct args *f, unsigned i, size_t max)
{
	char *to = f->string[f->nstrings++];
	long ret;

	if (!f->a[i])
		return 0;
	ret = user_string(to, f->a[i], max);
	f->a[i] = (uint64_t)to;
	return ret < 0 ? (int)ret : 0;
}

/* Does the call go where the link at the end of its path leads? */
static bool follows(int64_t nr, const uint64_t a[6])
{
	switch (nr) {
	case SYS_readlink:
	case SYS_readlinkat:
	case SYS_lstat:
	case SYS_lchown:
	case SYS_unlink:
	case SYS_unlinkat:
	case SYS_rename:
	case SYS_renameat:
	case SYS_renameat2:
	case SYS_link:
	case SYS_symlink:
	case SYS_symlinkat:
	case SYS_mkdir:
	case SYS_mkdirat:
	case SYS_mknod:
	case SYS_mknodat:
	case SYS_rmdir:
	case SYS_lsetxattr:
	case SYS_lgetxattr:
	case SYS_llistxattr:
	case SYS_lremovexattr:
		return false;
	case SYS_linkat:
		return a[4] & AT_SYMLINK_FOLLOW;
	case SYS_statx:
		return !(a[2] & AT_SYMLINK_NOFOLLOW);
	case SYS_newfstatat:
	case SYS_utimensat:
	case SYS_faccessat2:
		return !(a[3] & AT_SYMLINK_NOFOLLOW);
	case SYS_fchownat:
		return !(a[4] & AT_SYMLINK_NOFOLLOW);
	default:
		return true;
	}
}

static int take_path(struct dune_thread *t, struct args *f, unsigned i)
{
	int ret = take_string(f, i, PATH_MAX - 1);

	if (!ret && f->a[i] && follows(t->nr, f->a))
		f->a[i] = (uint64_t)exe_substitute((const char *)f->a[i]);
	return ret;
}

/* A string that is too long is passed as one, for the kernel to refuse. */
static int take_name(struct args *f, unsigned i, size_t max)
{
	char *to = f->string[f->nstrings];
	int ret = take_string(f, i, max + 1);

	if (ret == -ENAMETOOLONG) {
		to[max + 1] = 0;
		ret = 0;
	}
	return ret;
}

/* A socket's name: room for any of them. */
static void take_name_out(struct args *f, unsigned i)
{
	if (!f->a[i])
		return;
	memset(&f->name, 0, sizeof(f->name));
	replace(f, i, &f->name);
}

/* The name that the length i measures; 6: it measures none. */
static unsigned measured(const struct call *c, unsigned i)
{
	unsigned k = 0;

	while (k < 6 && (c->arg[k].type != T_OUT_LEN || c->arg[k].n != i))
		k++;
	return k;
}

/* The int that a[i] points to, and the buffer before it that it measures. */
static int take_len(const struct call *c, struct args *f, unsigned i)
{
	unsigned k = measured(c, i);

	if (!f->a[i])
		return 0;
	if (check_out(f->a[i], sizeof(int)) ||
	    user_get(&f->len_given, f->a[i], sizeof(int)))
		return -EFAULT;
	f->len = f->len_given;
	replace(f, i, &f->len);
	if (k == 6 || !f->user[k] || f->len <= 0)
		return 0;
	if (f->len > (int)sizeof(f->name))
		f->len = sizeof(f->name);
	return check_out(f->user[k], (uint64_t)f->len_given);
}

/* As much as there is of the name, and room for it. */
static int put_name(const struct args *f, unsigned i)
{
	int len = f->len < f->len_given ? f->len : f->len_given;

	if (len <= 0)
		return 0;
	if (len > (int)sizeof(f->name))
		len = sizeof(f->name);
	return user_put(f->user[i], &f->name, (size_t)len);
}

/* Linux writes a length that has not changed, too; but none of a name that
 * nobody asked for. */
static int put_len(const struct call *c, const struct args *f, unsigned i)
{
	unsigned k = measured(c, i);

	if (f->len == f->len_given && k < 6 && !f->user[k])
		return 0;
	return user_put(f->user[i], &f->len, sizeof(f->len));
}

/* A negative count is for the kernel to refuse, which needs no address for it. */
static int check_counted(const struct call *c, struct args *f, unsigned i)
{
	const struct arg *arg = &c->arg[i];
	uint64_t n = count(c, f, arg->n);
	int ret = arg->type == T_IN_N ? check_in(f->a[i], n * arg->size) :
					check_out(f->a[i], n * arg->size);

	if (ret && c->arg[arg->n].type == T_U32 && (int32_t)n < 0) {
		f->a[i] = 0;
		return 0;
	}
	return ret;
}

static int check_fd(struct args *f, unsigned i, unsigned use)
{
	int fd = (int)f->a[i];

	f->a[i] = (uint64_t)(int64_t)fd;
	if (fd < 0 || fd_visible(fd) || (use && fd_allowed(fd, use)))
		return 0;
	return -EBADF;
}

static int take_arg(struct dune_thread *t, const struct call *c, struct args *f,
		    unsigned i)
{
	const struct arg *arg = &c->arg[i];

	switch ((enum arg_type)arg->type) {
	case T_FD:
	case T_DIRFD:
		return check_fd(f, i, arg->n);
	case T_U32:
		count(c, f, i);
		break;
	case T_IN:
	case T_OUT:
	case T_INOUT:
	case T_TIMEOUT:
		return take_fixed(f, i, arg);
	case T_WORD:
		return f->a[i] % arg->size ? -EINVAL :
					     check_out(f->a[i], arg->size);
	case T_IN_N:
	case T_OUT_N:
		return check_counted(c, f, i);
	case T_PATH:
		return take_path(t, f, i);
	case T_STRING:
		return take_name(f, i, arg->size);
	case T_LEN:
		return take_len(c, f, i);
	case T_OUT_LEN:
		take_name_out(f, i);
		break;
	case T_FDSET:
		return take_set(c, f, i);
	case T_NONE:
	case T_VAL:
	case T_COUNT:
	case T_PTR:
		break;
	}
	return 0;
}

int args_take(struct dune_thread *t, const struct call *c, struct args *f)
{
	const struct dune_regs *r = &t->regs;
	unsigned i;
	int ret = 0;

	f->nstrings = f->nsets = f->used = 0;
	f->len = f->len_given = 0;
	memset(f->user, 0, sizeof(f->user));
	memcpy(f->a,
	       (uint64_t[6]){ r->rdi, r->rsi, r->rdx, r->r10, r->r8, r->r9 },
	       sizeof(f->a));
	for (i = 0; i < 6 && !ret; i++)
		ret = take_arg(t, c, f, i);
	return ret;
}

/* What argument i holds after the call, for the program. */
static int put_arg(const struct call *c, const struct args *f, unsigned i,
		   bool success)
{
	const struct arg *arg = &c->arg[i];
	const void *from = (const void *)f->a[i];
	uint64_t to = f->user[i];

	if (!to)
		return 0;
	switch ((enum arg_type)arg->type) {
	case T_OUT:
	case T_INOUT:
		return success ? user_put(to, from, arg->size) : 0;
	case T_TIMEOUT:
		/* as Linux, which minds neither a failed call nor this one's */
		if (memcmp(from, f->timeout, sizeof(f->timeout)))
			user_put(to, from, sizeof(f->timeout));
		return 0;
	case T_OUT_LEN:
		return success ? put_name(f, i) : 0;
	case T_LEN:
		return success ? put_len(c, f, i) : 0;
	case T_FDSET:
		return success ? user_put(to, from, set_bytes(f, arg->n)) : 0;
	default:
		return 0;
	}
}

/* What the call made and the program does not learn of, as Linux does. */
static void undo(const struct args *f, long nr, long ret)
{
	const int *fd = (const int *)f->fixed;

	switch (nr) {
	case SYS_accept:
	case SYS_accept4:
		host(SYS_close, ret);
		break;
	case SYS_pipe:
	case SYS_pipe2:
	case SYS_socketpair:
		host(SYS_close, fd[0]);
		host(SYS_close, fd[1]);
		break;
	}
}

long args_give(const struct dune_thread *t, const struct call *c,
	       const struct args *f, long ret)
{
	bool failed = false;
	unsigned i;

	for (i = 0; i < 6; i++)
		failed |= put_arg(c, f, i, ret >= 0) != 0;
	if (!failed || ret < 0)
		return ret;
	undo(f, t->nr, ret);
	return -EFAULT;
}
