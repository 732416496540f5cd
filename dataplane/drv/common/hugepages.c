// SPDX-License-Identifier: MIT
/*
 * hugepages.c - can EAL have 2 MB pages?
 *
 * rte_eal_init() cannot be tried twice in one process, so everything that
 * would make it fail is tried here first.
 */
#include "drv/common/hugepages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define HUGE_BYTES (2ull << 20)
#define EAL_VA_BYTES (160ull << 30) /* address space that EAL reserves */
#define RESERVE_MIN 128
#define RESERVE_MAX 512
#define HUGE_LOG2 21u

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

#define SYS_HUGE "/sys/kernel/mm/hugepages/hugepages-2048kB/"

static long read_long(const char *path)
{
	FILE *f = fopen(path, "re");
	long v = -1;

	if (!f)
		return -1;
	if (fscanf(f, "%ld", &v) != 1)
		v = -1;
	fclose(f);
	return v;
}

static int write_long(const char *path, long v)
{
	FILE *f = fopen(path, "we");
	int rc;

	if (!f)
		return -errno;
	rc = fprintf(f, "%ld\n", v) < 0 ? -EIO : 0;
	if (fclose(f) != 0)
		rc = -errno;
	return rc;
}

static long free_pages(void)
{
	long avail = read_long(SYS_HUGE "free_hugepages");
	long reserved = read_long(SYS_HUGE "resv_hugepages");

	return avail < 0 ? 0 : avail - (reserved > 0 ? reserved : 0);
}

/* Ask the kernel for more; it gives what it can. */
static void reserve(long want)
{
	long total = read_long(SYS_HUGE "nr_hugepages");
	long more = want - free_pages();

	if (total < 0 || more <= 0)
		return;
	if (more < RESERVE_MIN)
		more = RESERVE_MIN;
	if (more > RESERVE_MAX)
		more = RESERVE_MAX;
	write_long(SYS_HUGE "nr_hugepages", total + more);
}

static int address_space_ok(void)
{
	void *p = mmap(NULL, EAL_VA_BYTES, PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return 0;
	munmap(p, EAL_VA_BYTES);
	return 1;
}

/* Touch n pages without risking SIGBUS (a cgroup may refuse them late). */
static int pages_ok(long n)
{
	size_t len = (size_t)n * HUGE_BYTES;
	int ok = 0, fd;
	void *p;

	fd = memfd_create("ix-probe",
			  MFD_CLOEXEC | MFD_HUGETLB |
				  HUGE_LOG2 << 26 /* MFD_HUGE_SHIFT */);
	if (fd < 0)
		return 0;
	if (ftruncate(fd, (off_t)len) < 0)
		goto out;
	p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		goto out;
	ok = madvise(p, len, MADV_POPULATE_WRITE) == 0;
	munmap(p, len);
out:
	close(fd);
	return ok;
}

const char *hugepages_get(uint32_t mem_mb)
{
	long want = (long)(((uint64_t)mem_mb << 20) / HUGE_BYTES);

	if (!address_space_ok())
		return "the address space is limited (RLIMIT_AS)";
	if (free_pages() < want && geteuid() == 0)
		reserve(want);
	if (free_pages() < want)
		return "too few free 2 MB hugepages "
		       "(sysctl vm.nr_hugepages)";
	if (!pages_ok(want))
		return "hugepages cannot be used here (cgroup or kernel)";
	return NULL;
}
