// SPDX-License-Identifier: MIT
/* guard-filter-wrong - programs that are not well-formed are refused: EINVAL, EFAULT, EBADF. */
#include <linux/filter.h>

#include "kinds.h"

#define ATTACH_BPF 50 /* SO_ATTACH_BPF */

static void wrong_ones(struct role *r, struct made *m)
{
	struct sock_filter jump[] = { BPF_STMT(BPF_JMP | BPF_JA, 5),
				      BPF_STMT(BPF_RET | BPF_K, 1) };
	struct sock_fprog p = { .len = 0, .filter = jump };
	int v = -1;

	(void)r;
	FAILS(setsockopt(m->fd, SOL_SOCKET, SO_ATTACH_FILTER, &p, sizeof(p)),
	      EINVAL);
	p.len = 2;
	FAILS(setsockopt(m->fd, SOL_SOCKET, SO_ATTACH_FILTER, &p, sizeof(p)),
	      EINVAL);
	FAILS(setsockopt(m->fd, SOL_SOCKET, SO_ATTACH_FILTER, &p, 4), EINVAL);
	p.filter = (void *)16;
	FAILS(setsockopt(m->fd, SOL_SOCKET, SO_ATTACH_FILTER, &p, sizeof(p)),
	      EFAULT);
	FAILS(setsockopt(m->fd, SOL_SOCKET, ATTACH_BPF, &v, 4), EBADF);
	v = m->fd;
	FAILS(setsockopt(m->fd, SOL_SOCKET, ATTACH_BPF, &v, 4), EINVAL);
	FAILS(setsockopt(m->fd, SOL_SOCKET, SO_DETACH_FILTER, &v, 4), ENOENT);
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, wrong_ones);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
