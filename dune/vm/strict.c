// SPDX-License-Identifier: MIT
/*
 * strict.c - tables in which program memory has the rights of its mappings
 *
 * With these an access that the host denies is a page fault of the guest, which
 * tells the address: see replay.c.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "dune/host/layout.h"
#include "dune/host/maps.h"
#include "dune/vm/pagetable.h"
#include "dune/vm/strict.h"
#include "dune/vm/tables.h"
#include "dune/vm/windows.h"

/* Can the byte be read, by somebody who is not killed by trying? */
static bool readable(uint64_t addr)
{
	struct iovec to, from = { (void *)addr, 1 };
	char c;

	to = (struct iovec){ &c, 1 };
	return process_vm_readv(getpid(), &to, 1, &from, 1, 0) == 1;
}

/* Where the pages of a file mapping end that the file has. */
static uint64_t file_end(const struct dune_vma *v)
{
	uint64_t low = v->start, high = v->end, mid;

	if (!v->file || !(v->prot & PROT_READ) || readable(high - PAGE_SIZE))
		return high;
	while (low < high) { /* low: first that may be absent */
		mid = low + ((high - low) / 2 & ~(PAGE_SIZE - 1));
		if (readable(mid))
			low = mid + PAGE_SIZE;
		else
			high = mid;
	}
	return low;
}

bool vm_behind_file(uint64_t addr)
{
	struct dune_vma v;

	return maps_find(addr, &v) && v.file && v.prot && addr >= file_end(&v);
}

static int strict_vma(struct pt *pt, const struct dune_vma *v, bool holes)
{
	uint64_t end = holes ? file_end(v) : v->end, gpa;
	uint64_t flags = PTE_U | (v->prot & PROT_WRITE ? PTE_W : 0) |
			 (v->prot & PROT_EXEC ? 0 : PTE_NX);
	int rc = vm_use(v->start, v->end);

	if (rc >= 0)
		rc = vm_gpa(v->start, &gpa);
	if (rc == 0 && !in_program_window(v->end - 1))
		rc = -EFAULT;
	if (rc == 0 && end > v->start)
		rc = pt_map(pt, v->start, gpa, end - v->start, flags);
	return rc;
}

static int strict_window(struct pt *pt, bool holes)
{
	struct dune_maps m;
	struct dune_vma v;
	int rc = 0;

	maps_begin(&m);
	while (rc == 0 && maps_next(&m, &v))
		if (in_program_window(v.start) && v.prot)
			rc = strict_vma(pt, &v, holes);
	maps_end();
	return rc;
}

/* What is not program memory: share it. Two tables hold both. */
static int share_rest(struct pt *pt)
{
	static const struct {
		uint64_t va;
		unsigned own; /* entries, from the first */
	} mixed[] = { { 0, LOW_END / GB }, { WINDOW_BASE, WINDOW_SIZE / GB } };
	uint64_t *from, *to;
	unsigned i, own;

	for (i = 0; i < sizeof(mixed) / sizeof(*mixed); i++) {
		own = mixed[i].own;
		to = pt_second(pt, mixed[i].va);
		from = pt_second(&dune_pt, mixed[i].va);
		if (!to || !from)
			return -ENOMEM;
		memcpy(to + own, from + own, (512 - own) * sizeof(*to));
	}
	for (i = 0; i < 512; i++)
		if (!pt->page[i])
			pt->page[i] = dune_pt.page[i];
	return 0;
}

int vm_strict_tables(struct pt *pt, bool holes)
{
	int rc;

	rc = vm_use((uint64_t)pt->page,
		    (uint64_t)pt->page + pt->max * PAGE_SIZE);
	if (rc >= 0)
		rc = vm_gpa((uint64_t)pt->page, &pt->gpa);
	if (rc < 0)
		return rc;
	pt_reset(pt);
	rc = strict_window(pt, holes);
	return rc == 0 ? share_rest(pt) : rc;
}
