// SPDX-License-Identifier: MIT
/*
 * hole_mem - mappings over the host's memory, and that mapping works otherwise
 */
#include <pthread.h>
#include <stdlib.h>
#include <sys/shm.h>
#include <sys/wait.h>

#include "hole.h"
#include "lib/long_name.h"

#define HUGE_SHIFT 26 /* of the size of huge pages, in mmap()'s flags */

static unsigned cases, wrong;
static char *own;
static int segment;

static void refused(const char *what, const struct target *t, long ret)
{
	cases++;
	if ((ret < 0 && ret > -4096) && hole_intact())
		return;
	if (wrong++ < 20)
		fprintf(stderr, "%s at %s: %lx\n", what, t->name,
			(unsigned long)ret);
}

static long call(long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
		 uint64_t e)
{
	const uint64_t arg[6] = { a, b, c, d, e, 0 };

	return hole_call(nr, arg);
}

static void aim(const struct target *t)
{
	const uint64_t flags = MAP_PRIVATE | MAP_ANONYMOUS, rw = 3;
	uint64_t at = t->addr & ~4095UL;
	uint64_t arg[6] = { at, 4096, rw, flags | MAP_FIXED, UINT64_MAX, 0 };

	refused("MAP_FIXED", t, hole_call(SYS_mmap, arg));
	arg[3] = flags | MAP_FIXED_NOREPLACE;
	refused("MAP_FIXED_NOREPLACE", t, hole_call(SYS_mmap, arg));
	arg[3] = flags | MAP_FIXED;
	arg[1] = UINT64_C(1) << 46;
	refused("huge MAP_FIXED", t, hole_call(SYS_mmap, arg));
	/* of the window, where nothing is, there is nothing to refuse */
	if (at >= HOLE_WINDOW_END || at < HOLE_WINDOW_END - (1UL << 30))
		refused("munmap", t, call(SYS_munmap, at, 4096, 0, 0, 0));
	refused("mprotect", t, call(SYS_mprotect, at, 4096, 7, 0, 0));
	refused("pkey_mprotect", t,
		call(SYS_pkey_mprotect, at, 4096, 7, UINT64_MAX, 0));
	refused("mremap from", t,
		call(SYS_mremap, at, 4096, 8192, MREMAP_MAYMOVE, 0));
	refused("mremap in place", t, call(SYS_mremap, at, 4096, 4096, 0, 0));
	refused("mremap to", t,
		call(SYS_mremap, (uint64_t)own, 4096, 4096,
		     MREMAP_MAYMOVE | MREMAP_FIXED, at));
	refused("mremap to, kept", t,
		call(SYS_mremap, (uint64_t)own, 4096, 4096,
		     MREMAP_MAYMOVE | MREMAP_FIXED | 4, at));
	refused("madvise", t, call(SYS_madvise, at, 4096, MADV_DONTNEED, 0, 0));
	refused("MADV_DONTFORK", t,
		call(SYS_madvise, at, 4096, MADV_DONTFORK, 0, 0));
	refused("mlock", t, call(SYS_mlock, at, 4096, 0, 0, 0));
	refused("munlock", t, call(SYS_munlock, at, 4096, 0, 0, 0));
	refused("msync", t, call(SYS_msync, at, 4096, MS_ASYNC, 0, 0));
	refused("mincore", t, call(SYS_mincore, at, 4096, (uint64_t)own, 0, 0));
	refused("mbind", t, call(SYS_mbind, at, 4096, 0, 0, 0));
	refused("shmat", t, call(SYS_shmat, (uint64_t)segment, at, 0, 0, 0));
	refused("shmat over", t,
		call(SYS_shmat, (uint64_t)segment, at, SHM_REMAP, 0, 0));
	refused("shmdt", t, call(SYS_shmdt, at, 0, 0, 0, 0));
}

static void brk_over(void)
{
	uint64_t now = (uint64_t)call(SYS_brk, 0, 0, 0, 0, 0);
	unsigned i;

	for (i = 0; i < ntargets; i++) {
		cases++;
		/* refused: it stays where it is */
		if ((uint64_t)call(SYS_brk, targets[i].addr, 0, 0, 0, 0) !=
			    now ||
		    !hole_intact())
			wrong++;
	}
}

/* Hints are hints; what is free is found; low memory if it is asked for. */
static void placed(void)
{
	char *p, *q;
	unsigned i;

	for (i = 0; i < ntargets; i++) {
		cases++;
		p = mmap((void *)(targets[i].addr & ~4095UL), 4096, 3,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (p == MAP_FAILED || !hole_intact()) {
			wrong++;
			continue;
		}
		*p = 1;
		munmap(p, 4096);
	}
	cases += 3;
	p = mmap(NULL, 8192, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (p == MAP_FAILED || (uint64_t)p >> 32) {
		wrong++;
	} else {
		p[4096] = 1;
		munmap(p, 8192);
	}
	p = mmap(NULL, 1 << 20, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memset(p, 'm', 1 << 20);
	q = mremap(p, 1 << 20, 4 << 20, MREMAP_MAYMOVE);
	if (q == MAP_FAILED || q[0] != 'm' || q[(1 << 20) - 1] != 'm' ||
	    q[(4 << 20) - 1])
		wrong++;
	munmap(q, 4 << 20);
	if (mmap(own, 4096, 3,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
		 0) != MAP_FAILED ||
	    errno != EEXIST)
		wrong++;
}

/* What is found by /proc/self/maps lies behind a line that fills no buffer. */
static void behind_a_long_name(void)
{
	int fd = long_name_open(), status;
	char *p, *q, *shm;
	pid_t child;

	cases += 4;
	p = mmap(NULL, 5 * 4096, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (fd < 0 ||
	    mmap(p, 4096, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0) != p)
		wrong++;
	close(fd);
	p[4096] = 'm';
	q = mremap(p + 4096, 4096, 2 * 4096, MREMAP_MAYMOVE);
	if (q == MAP_FAILED || q[0] != 'm' || q[4096])
		wrong++;
	shm = shmat(segment, NULL, 0);
	if (shm == (void *)-1)
		wrong++;
	else
		*shm = 1;
	child = fork();
	if (!child)
		_exit(mremap(p + 3 * 4096, 4096, 8192, MREMAP_MAYMOVE) ==
		      MAP_FAILED);
	if (waitpid(child, &status, 0) != child || status)
		wrong++;
	shmdt(shm);
	munmap(q, 2 * 4096);
	munmap(p, 5 * 4096);
}

/* Something of the host might come to lie in a hole of the window. */
static bool window_is_whole(void)
{
	unsigned long at = HOLE_WINDOW_BASE, start, end;
	FILE *maps = hole_hosted ? fopen("/proc/self/maps", "r") : NULL;
	char line[512];

	if (!maps)
		return !hole_hosted;
	while (fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx", &start, &end) == 2 && start <= at &&
		    at < end)
			at = end;
	fclose(maps);
	return at >= HOLE_WINDOW_END;
}

/* No page is of such a size, or lies so: what is there stays, and stays what the
 * program sees there. */
static void odd_pages(void)
{
	char *p = mmap(NULL, 8192, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *at = (char *)((uintptr_t)p | 4096), *q, was[8192];
	unsigned shift;

	memset(was, 'c', sizeof(was));
	memcpy(p, was, sizeof(was));
	mprotect(p, 8192, PROT_READ | PROT_EXEC);
	for (shift = 1; shift < 64; shift++) {
		cases++;
		q = mmap(at, 1, PROT_READ,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_HUGETLB |
				 (int)(shift << HUGE_SHIFT),
			 -1, 0);
		if (q != MAP_FAILED || memcmp(p, was, sizeof(was)))
			wrong++;
	}
	munmap(p, 8192);
	hole_verdict("pages of odd sizes", &cases, &wrong);
}

/* Linux moves, and so unmaps, more than it is told to. */
static void huge_pages(void)
{
	const size_t huge = 2 << 20;
	char *p = mmap(NULL, huge, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB,
		       -1, 0);
	char *to = mmap(NULL, 3 * huge, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) /* there are none here */
		return;
	to += huge - (uintptr_t)to % huge;
	*p = 1;
	if (mremap(p, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to)
		munmap(to, huge);
	cases++;
	wrong += !window_is_whole();
	hole_verdict("a part of a huge page that moves", &cases, &wrong);
}

/* A segment that was attached elsewhere lies where another was, and is larger. */
static void moved_segment(void)
{
	const size_t page = 4096;
	int large = shmget(IPC_PRIVATE, 16 * page, IPC_CREAT | 0600);
	char *p = mmap(NULL, 64 * page, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *at = shmat(large, p + 32 * page, SHM_REMAP);
	unsigned char core;

	cases += 3;
	if (shmat(segment, p, SHM_REMAP) != p || at != p + 32 * page ||
	    mremap(at, 16 * page, 16 * page, MREMAP_MAYMOVE | MREMAP_FIXED,
		   p) != p)
		wrong++;
	wrong += shmdt(p) != 0;
	wrong += !window_is_whole();
	/* what was mapped over a part is no part of it */
	cases += 3;
	wrong += shmat(large, p, 0) != p;
	wrong += mmap(p + page, page, 3,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		      0) != p + page ||
		 shmdt(p);
	wrong += mincore(p + page, page, &core) || !mincore(p, page, &core) ||
		 !window_is_whole();
	munmap(p, 64 * page);
	shmctl(large, IPC_RMID, NULL);
	hole_verdict("a segment that was moved", &cases, &wrong);
}

#define MAPS 2000

static void *many(void *arg)
{
	static __thread char *at[MAPS];
	static __thread size_t size[MAPS];
	unsigned seed = (unsigned)(uintptr_t)arg, i;
	uintptr_t bad = 0;

	for (i = 0; i < MAPS; i++) {
		size[i] = (size_t)(1 + rand_r(&seed) % 8) * 4096;
		at[i] = mmap(NULL, size[i], i & 1 ? 3 : 1,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (at[i] == MAP_FAILED)
			return (void *)1;
		if (i & 1)
			*(volatile unsigned *)at[i] = i;
	}
	for (i = 0; i < MAPS; i += 2)
		munmap(at[i], size[i]);
	for (i = 1; i < MAPS; i += 2)
		bad += *(volatile unsigned *)at[i] != i;
	for (i = 1; i < MAPS; i += 2)
		munmap(at[i], size[i]);
	return (void *)bad;
}

/* Thousands of mappings by several threads, forking meanwhile. */
static void stress(void)
{
	pthread_t thread[4];
	uintptr_t i;
	void *bad;
	int k, status;

	for (i = 0; i < 4; i++)
		if (pthread_create(&thread[i], NULL, many, (void *)(i + 1)))
			abort();
	for (k = 0; k < 4; k++) {
		pid_t child = fork();

		if (!child) {
			char *p = mmap(NULL, 4096, 3,
				       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

			_exit(p == MAP_FAILED || munmap(p, 4096));
		}
		cases++;
		if (waitpid(child, &status, 0) != child || status)
			wrong++;
	}
	for (i = 0; i < 4; i++) {
		cases++;
		if (pthread_join(thread[i], &bad) || bad)
			wrong++;
	}
}

int main(void)
{
	unsigned i;

	hole_targets();
	own = mmap(NULL, 8192, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	segment = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
	for (i = 0; i < ntargets; i++)
		aim(&targets[i]);
	if (hole_hosted)
		brk_over();
	hole_verdict("mappings over the host", &cases, &wrong);
	placed();
	hole_verdict("mappings elsewhere", &cases, &wrong);
	behind_a_long_name();
	hole_verdict("mappings behind a long name", &cases, &wrong);
	odd_pages();
	huge_pages();
	moved_segment();
	stress();
	hole_verdict("many mappings", &cases, &wrong);
	shmctl(segment, IPC_RMID, NULL);
	return hole_failed;
}
