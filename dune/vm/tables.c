// SPDX-License-Identifier: MIT
/*
 * tables.c - the guest's page tables
 *
 * All memory is present, writable and not executable for the guest, in large
 * pages; only what may be executed is mapped finer: what the program maps so in
 * ring 3, and what the host has mapped so in ring 0. All else is decided by the
 * host's mappings: what ring 0 may execute it cannot write.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "dune/host/layout.h"
#include "dune/host/maps.h"
#include "dune/host/self.h"
#include "dune/vm/machine.h"
#include "dune/vm/pagetable.h"
#include "dune/vm/tables.h"
#include "dune/vm/windows.h"

struct pt dune_pt;
static bool low_window;	 /* in use */
static uint64_t vdso_at; /* alias of the vdso */
static pthread_mutex_t pt_lock = PTHREAD_MUTEX_INITIALIZER;

uint64_t dune_vdso(void)
{
	return vdso_at;
}

void tables_lock(void)
{
	pthread_mutex_lock(&pt_lock);
}

void tables_unlock(void)
{
	pthread_mutex_unlock(&pt_lock);
}

/* --- pieces of 1 GB: in use from the first access on --- */
#define MAX_PIECES 1024
static uint64_t used[MAX_PIECES / 64]; /* by guest-physical address */

static bool is_used(uint64_t gpa)
{
	return used[gpa / GB / 64] >> (gpa / GB % 64) & 1;
}

static int map_piece(const struct dune_window *w, uint64_t va, uint64_t gpa)
{
	uint64_t flags = PTE_W | PTE_NX | (w->user ? PTE_U : 0);
	uint64_t skip = va ? 0 : LOW_BASE; /* NULL stays unmapped */

	return pt_map(&dune_pt, va + skip, gpa + skip, GB - skip, flags);
}

/* 1: it was not in use, 0: it was, or is none of ours. */
static int use_piece(uint64_t va)
{
	const struct dune_window *w = vm_window(va);
	uint64_t gpa;
	int rc;

	va &= ~(GB - 1);
	if (!w || (va < LOW_END && !low_window))
		return 0;
	gpa = va - w->va + w->gpa;
	if (is_used(gpa))
		return 0;
	rc = vm_add_slot(va, gpa);
	if (rc == 0)
		rc = map_piece(w, va, gpa);
	if (rc < 0)
		return rc;
	used[gpa / GB / 64] |= UINT64_C(1) << (gpa / GB % 64);
	return 1;
}

static int use_locked(uint64_t start, uint64_t end)
{
	int rc = 0, n = 0;

	for (start &= ~(GB - 1); rc >= 0 && start < end; start += GB) {
		rc = use_piece(start);
		n += rc > 0;
	}
	return rc < 0 ? rc : n;
}

int vm_use(uint64_t start, uint64_t end)
{
	int rc;

	pthread_mutex_lock(&pt_lock);
	rc = use_locked(start, end);
	pthread_mutex_unlock(&pt_lock);
	return rc;
}

int vm_add_used_slots(void)
{
	const struct dune_window *w;
	uint64_t at;
	int rc = 0;

	for (w = dune_windows; w < dune_windows + dune_nwindows; w++)
		for (at = 0; rc == 0 && at < w->size; at += GB)
			if (is_used(w->gpa + at))
				rc = vm_add_slot(w->va + at, w->gpa + at);
	return rc;
}

/* Code of the host, for ring 0; what could be written as well is none. */
static int host_text(const struct dune_vma *v)
{
	if (!(v->prot & PROT_EXEC) || (v->prot & PROT_WRITE))
		return 0;
	return pt_change(&dune_pt, v->start, v->end, PTE_NX, 0);
}

/* What the host has by now. */
static int use_host(void)
{
	struct dune_maps m;
	struct dune_vma v;
	int rc = 0;

	maps_begin(&m);
	while (rc >= 0 && maps_next(&m, &v)) {
		if (!vm_is_host(&v))
			continue;
		rc = use_locked(v.start, v.end);
		if (rc >= 0)
			rc = host_text(&v);
	}
	maps_end();
	return rc < 0 ? rc : 0;
}

int vm_new_text(uint64_t addr)
{
	struct dune_vma v;
	int rc = 0;

	if (!maps_find(addr, &v) || !vm_is_host(&v))
		return 0;
	tables_lock();
	if (pt_lookup(&dune_pt, addr) & PTE_NX)
		rc = host_text(&v);
	tables_unlock();
	if (rc < 0)
		return rc;
	return (v.prot & (PROT_EXEC | PROT_WRITE)) == PROT_EXEC;
}

/* --- the guest's page tables --- */
/* A page that nobody may access. */
static bool is_fence(uint64_t page)
{
	struct dune_vma v;

	return !maps_find(page, &v) || !v.prot;
}

/* What the kernel would write too far for the program faults. */
static bool is_fenced(uint64_t start, uint64_t end)
{
	return is_fence(start - PAGE_SIZE) && is_fence(end);
}

static int map_region(const struct dune_region *r)
{
	uint64_t start = (uint64_t)r->base, end = start + r->size;
	struct dune_window *w = vm_window(start);

	if (!w || w->user || end < start || end > w->va + w->size ||
	    ((start | end) & (PAGE_SIZE - 1)) ||
	    (r->writable && !is_fenced(start, end)))
		return -EINVAL;
	return pt_change(&dune_pt, start, end, r->writable ? 0 : PTE_W,
			 PTE_U | PTE_NX);
}

static int map_regions(void)
{
	unsigned i;
	int rc = 0;

	for (i = 0; rc >= 0 && i < dune_config.nregions; i++)
		rc = map_region(&dune_config.regions[i]);
	return rc < 0 ? rc : 0;
}

static bool is_vdso(const struct dune_vma *v)
{
	return strncmp(v->name, "[vvar", 5) == 0 ||
	       strcmp(v->name, "[vdso]") == 0;
}

/* The kernel's vdso and its data, once more, where ring 3 may see them. */
static int map_vdso(void)
{
	uint64_t first = 0, gpa, at;
	struct dune_maps m;
	struct dune_vma v;
	int rc = 0;

	maps_begin(&m);
	while (rc == 0 && maps_next(&m, &v)) {
		if (!is_vdso(&v))
			continue;
		if (!first)
			first = v.start;
		at = VDSO_ALIAS + v.start - first;
		rc = vm_gpa(v.start, &gpa);
		if (rc == 0)
			rc = pt_map(&dune_pt, at, gpa, v.end - v.start,
				    PTE_U | (v.prot & PROT_EXEC ? 0 : PTE_NX));
		if (v.prot & PROT_EXEC)
			vdso_at = at;
	}
	maps_end();
	return rc;
}

int vm_build_tables(void)
{
	int rc;

	rc = vm_gpa((uint64_t)dune_pt.page, &dune_pt.gpa);
	if (rc < 0)
		return rc;
	pt_reset(&dune_pt);
	rc = use_host();
	if (rc == 0)
		rc = map_regions();
	return rc == 0 ? map_vdso() : rc;
}

int tables_exec(uint64_t start, uint64_t end, bool executable)
{
	int rc;

	tables_lock();
	rc = executable ? use_locked(start, end) : 0;
	if (rc >= 0)
		rc = pt_change(&dune_pt, start, end, executable ? PTE_NX : 0,
			       executable ? 0 : PTE_NX);
	tables_unlock();
	return rc;
}

int dune_low_window(void)
{
	pthread_mutex_lock(&pt_lock);
	low_window = true;
	pthread_mutex_unlock(&pt_lock);
	return 0;
}
