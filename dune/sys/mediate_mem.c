/* SPDX-License-Identifier: MIT */
/*
 * mediate_mem.c - the program's memory: what aspace.c is asked for
 */
#include <errno.h>
#include <linux/mempolicy.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>

#include "dune/host/fds.h"
#include "dune/host/host.h"
#include "dune/host/layout.h"
#include "dune/host/self.h"
#include "dune/mem/aspace.h"
#include "dune/mem/user.h"
#include "dune/sys/mediate.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#define PROT_KNOWN (PROT_READ | PROT_WRITE | PROT_EXEC | 0x8 /* PROT_SEM */)

long sys_mmap(struct dune_thread *t, const uint64_t a[6])
{
	int flags = (int)a[3], fd = (int)a[4];
	long ret;

	(void)t;
	if (a[5] & PAGE_MASK)
		return -EINVAL;
	if (flags & MAP_ANONYMOUS)
		return aspace_mmap(a[0], a[1], (int)a[2] & PROT_KNOWN, flags,
				   -1, 0);
	if (!fd_visible(fd))
		return -EBADF;
	fds_use_begin();
	ret = aspace_mmap(a[0], a[1], (int)a[2] & PROT_KNOWN, flags, fd, a[5]);
	fds_use_end();
	return ret;
}

long sys_munmap(struct dune_thread *t, const uint64_t a[6])
{
	(void)t;
	return aspace_munmap(a[0], a[1]);
}

long sys_mprotect(struct dune_thread *t, const uint64_t a[6])
{
	(void)t;
	return aspace_mprotect(a[0], a[1], (int)a[2]);
}

/* There are no keys but the default. */
long sys_pkey_mprotect(struct dune_thread *t, const uint64_t a[6])
{
	(void)t;
	if ((int)a[3] != -1 && (int)a[3])
		return -EINVAL;
	return aspace_mprotect(a[0], a[1], (int)a[2]);
}

long sys_mremap(struct dune_thread *t, const uint64_t a[6])
{
	(void)t;
	return aspace_mremap(a[0], a[1], a[2], (int)a[3], a[4]);
}

long sys_brk(struct dune_thread *t, const uint64_t a[6])
{
	(void)t;
	return aspace_brk(a[0]);
}

/* Advice that concerns the range alone. Not here: MADV_HWPOISON,
 * MADV_SOFT_OFFLINE, which take memory from the machine. */
static bool advice_ok(int advice)
{
	return (advice >= MADV_NORMAL && advice <= MADV_DONTNEED) ||
	       advice == MADV_FREE || advice == MADV_REMOVE ||
	       advice == MADV_DOFORK ||
	       (advice >= MADV_MERGEABLE && advice <= MADV_COLLAPSE);
}

long sys_madvise(struct dune_thread *t, const uint64_t a[6])
{
	(void)t;
	return advice_ok((int)a[2]) ? aspace_madvise(a[0], a[1], (int)a[2]) :
				      -EINVAL;
}

/* msync, mlock, mlock2, munlock: these round the address down */
long sys_on_range(struct dune_thread *t, const uint64_t a[6])
{
	uint64_t b[6];

	memcpy(b, a, sizeof(b));
	if (t->nr != SYS_msync) {
		b[0] &= ~PAGE_MASK;
		b[1] += a[0] - b[0];
		if (b[1] < a[1])
			return -EINVAL;
	}
	return aspace_on_range(t->nr, b);
}

long sys_mincore(struct dune_thread *t, const uint64_t a[6])
{
	if (a[0] & PAGE_MASK)
		return -EINVAL;
	if (check_out(a[2], page_up(a[1]) / PAGE_SIZE))
		return -EFAULT;
	return aspace_on_range(t->nr, a);
}

long sys_mlockall(struct dune_thread *t, const uint64_t a[6])
{
	(void)t;
	return aspace_mlockall((int)a[0]);
}

long sys_munlockall(struct dune_thread *t, const uint64_t a[6])
{
	(void)t;
	(void)a;
	return aspace_munlockall();
}

/* --- where memory lies --- */

/* Bits of a set of nodes: Linux takes one page of them. */
#define NODES_MAX (PAGE_SIZE * 8)

struct nodes {
	uint64_t bits[NODES_MAX / 64];
	size_t size; /* bytes of the set that the program has */
};

/* A set of maxnode - 1 bits, as Linux counts them; NULL stays NULL. */
static int take_nodes(struct nodes *n, uint64_t at, uint64_t maxnode)
{
	if (maxnode > NODES_MAX)
		return -EINVAL;
	n->size = maxnode && at ? (maxnode - 1 + 63) / 64 * 8 : 0;
	return user_get(n->bits, at, n->size);
}

long sys_mbind(struct dune_thread *t, const uint64_t a[6])
{
	uint64_t b[6] = { a[0], a[1], a[2], 0, a[4], a[5] };
	struct nodes n;
	int ret = take_nodes(&n, a[3], a[4]);

	b[3] = a[3] ? (uint64_t)n.bits : 0;
	return ret ? ret : aspace_on_range(t->nr, b);
}

long sys_set_mempolicy(struct dune_thread *t, const uint64_t a[6])
{
	struct nodes n;
	int ret = take_nodes(&n, a[1], a[2]);

	(void)t;
	return ret ? ret :
		     host(SYS_set_mempolicy, a[0], a[1] ? n.bits : NULL, a[2]);
}

long sys_get_mempolicy(struct dune_thread *t, const uint64_t a[6])
{
	struct nodes n;
	long ret = take_nodes(&n, a[1], a[2]);

	(void)t;
	if (!ret && (a[4] & MPOL_F_ADDR) && !user_range_ok(a[3], 1))
		ret = -EFAULT;
	if (!ret)
		ret = host(SYS_get_mempolicy, a[0], a[1] ? n.bits : NULL, a[2],
			   a[3], a[4]);
	if (!ret && user_put(a[1], n.bits, n.size))
		ret = -EFAULT;
	return ret;
}

long sys_shmat(struct dune_thread *t, const uint64_t a[6])
{
	(void)t;
	return aspace_shmat((int)a[0], a[1], (int)a[2]);
}

long sys_shmdt(struct dune_thread *t, const uint64_t a[6])
{
	(void)t;
	return aspace_shmdt(a[0]);
}
