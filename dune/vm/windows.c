// SPDX-License-Identifier: MIT
/*
 * windows.c - which stretches of this process's addresses the guest has
 *
 * A window is a stretch of host addresses that the guest sees at the same
 * addresses, in pieces of 1 GB: each is a KVM memory slot, made when it is
 * first used, since KVM pays for a slot's size and a fork makes them anew. What
 * exists in it, and what may be read or written, is decided by the host's
 * mappings. docs/protection.md has the layout and the budget of addresses.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "dune/host/layout.h"
#include "dune/host/maps.h"
#include "dune/vm/entry.h"
#include "dune/vm/windows.h"

#define GPA_START (4 * GB) /* below: APIC, Intel's TSS and identity map */
/* What the host may map later lies within this of what it has now. */
#define MMAP_ROOM (64 * GB)
#define HEAP_ROOM (2 * GB)
#define STACK_ROOM GB

struct dune_window dune_windows[MAX_WINDOWS];
unsigned dune_nwindows;

struct dune_window *vm_window(uint64_t va)
{
	unsigned i;

	for (i = 0; i < dune_nwindows; i++)
		if (va - dune_windows[i].va < dune_windows[i].size)
			return &dune_windows[i];
	return NULL;
}

int vm_gpa(uint64_t va, uint64_t *gpa_out)
{
	struct dune_window *w = vm_window(va);

	if (!w)
		return -EFAULT;
	*gpa_out = va - w->va + w->gpa;
	return 0;
}

static int add_window(uint64_t start, uint64_t end, bool user)
{
	struct dune_window *w = dune_windows;
	unsigned i = 0;

	start &= ~(GB - 1);
	end = (end + GB - 1) & ~(GB - 1);
	if (!user &&
	    (start < LOW_END || (start < RING3_END && end > WINDOW_BASE)))
		return -EEXIST;
	/* merge with what it touches */
	while (i < dune_nwindows) {
		if (w[i].user || user || w[i].va > end ||
		    w[i].va + w[i].size < start) {
			i++;
			continue;
		}
		if (w[i].va < start)
			start = w[i].va;
		if (w[i].va + w[i].size > end)
			end = w[i].va + w[i].size;
		w[i] = w[--dune_nwindows];
		i = 0;
	}
	if (dune_nwindows == MAX_WINDOWS)
		return -ENOSPC;
	w[dune_nwindows++] =
		(struct dune_window){ start, end - start, 0, user };
	return 0;
}

/* Where mmap() goes next, and whether from there up or down. */
struct next_mmap {
	uint64_t at;
	bool up;
};

static int find_next_mmap(struct next_mmap *out)
{
	void *a =
		mmap(NULL, MB2, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void *b =
		mmap(NULL, MB2, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (a == MAP_FAILED || b == MAP_FAILED)
		return -errno;
	*out = (struct next_mmap){ (uint64_t)b, b > a };
	munmap(a, MB2);
	munmap(b, MB2);
	return add_window(out->up ? out->at : out->at - MMAP_ROOM,
			  out->up ? out->at + MMAP_ROOM : out->at, false);
}

static int host_window(const struct dune_vma *v)
{
	uint64_t start = v->start, end = v->end;

	if (strcmp(v->name, "[heap]") == 0)
		end += HEAP_ROOM;
	if (strcmp(v->name, "[stack]") == 0)
		start -= STACK_ROOM;
	return add_window(start, end, false);
}

/* Not the kernel's, not the program's (reserved by now), not only reserved. */
bool vm_is_host(const struct dune_vma *v)
{
	return v->start < HOST_TOP && !in_program_window(v->start) && v->prot;
}

/*
 * All that is mapped and may be accessed. Executable memory of the host must
 * lie where entry.S takes a system call's origin for ring 0.
 */
static int find_host_windows(char *err, size_t err_size)
{
	struct next_mmap next;
	struct dune_maps m;
	struct dune_vma v;
	int rc = find_next_mmap(&next);

	maps_begin(&m);
	while (rc == 0 && maps_next(&m, &v)) {
		if (!vm_is_host(&v))
			continue;
		if ((v.prot & PROT_EXEC) && v.start < RING3_END)
			rc = -ENOEXEC;
		else
			rc = host_window(&v);
	}
	maps_end();
	if (rc == -ENOEXEC)
		snprintf(err, err_size,
			 "code of the host at %#llx: it must be "
			 "position-independent",
			 (unsigned long long)v.start);
	if (rc == -ENOSPC)
		snprintf(err, err_size, "too many separate mappings");
	if (rc == -EEXIST)
		snprintf(err, err_size,
			 "the host has memory at %#llx, which "
			 "is to be the program's",
			 (unsigned long long)v.start);
	return rc;
}

static int place_windows(uint64_t address_bits, char *err, size_t err_size)
{
	uint64_t gpa = GPA_START, limit = UINT64_C(1) << address_bits;
	unsigned i;

	for (i = 0; i < dune_nwindows; i++) {
		dune_windows[i].gpa = gpa;
		gpa += dune_windows[i].size;
		if (dune_windows[i].va + dune_windows[i].size > HOST_TOP)
			dune_windows[i].size = HOST_TOP - dune_windows[i].va;
	}
	if (gpa <= limit)
		return 0;
	snprintf(err, err_size,
		 "the CPU gives a guest %llu GB of addresses, %llu GB are "
		 "needed",
		 (unsigned long long)(limit / GB),
		 (unsigned long long)(gpa / GB));
	return -ENOSPC;
}

int vm_find_windows(uint64_t address_bits, char *err, size_t err_size)
{
	int rc;

	dune_nwindows = 0;
	rc = add_window(0, LOW_END, true);
	if (rc == 0)
		rc = add_window(WINDOW_BASE, WINDOW_END, true);
	if (rc == 0)
		rc = find_host_windows(err, err_size);
	return rc == 0 ? place_windows(address_bits, err, err_size) : rc;
}
