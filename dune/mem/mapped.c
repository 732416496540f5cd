/* SPDX-License-Identifier: MIT */
/*
 * mapped.c - what is mapped in the windows, and what of it may be executed
 */
#include <errno.h>
#include <sys/mman.h>

#include "dune/host/host.h"
#include "dune/host/maps.h"
#include "dune/host/self.h"
#include "dune/mem/extents.h"
#include "dune/mem/mapped.h"
#include "dune/vm/exec_range.h"
#include "dune/vm/fatal.h"

struct extents mapped;

long mapped_reserve(uint64_t addr, uint64_t len)
{
	return host(SYS_mmap, addr, len, PROT_NONE, RESERVE | MAP_FIXED, -1);
}

bool mapped_room(void)
{
	return mapped.n + 2 <= EXTENTS_MAX;
}

bool mapped_exec(uint64_t addr, uint64_t len)
{
	return extents_any(&mapped, addr, addr + len, EXTENT_EXEC);
}

void mapped_take_exec(uint64_t addr, uint64_t len)
{
	uint64_t end = addr + len;
	struct extent x;
	size_t i;

	if (!mapped_exec(addr, len))
		return;
	while (addr < end) {
		i = extents_find(&mapped, addr);
		if (i == mapped.n || mapped.at[i].start >= end)
			break;
		x = mapped.at[i];
		if (addr < x.start)
			addr = x.start;
		len = (x.end < end ? x.end : end) - addr;
		if (x.flags & EXTENT_EXEC) {
			extents_set(&mapped, addr, addr + len, 0);
			dune_exec_range(addr, addr + len, false);
		}
		addr += len;
	}
}

void mapped_record(uint64_t addr, uint64_t len, bool exec)
{
	bool was = mapped_exec(addr, len);

	extents_set(&mapped, addr, addr + len, exec ? EXTENT_EXEC : 0);
	if (exec || was)
		dune_exec_range(addr, addr + len, exec);
}

void mapped_exec_as_host(uint64_t addr, uint64_t len)
{
	uint64_t end = addr + len;
	struct dune_maps m;
	struct dune_vma v;

	mapped_take_exec(addr, len);
	maps_begin(&m);
	while (maps_next(&m, &v) && v.start < end) {
		if (v.end <= addr || !(v.prot & PROT_EXEC) || !mapped_room())
			continue;
		if (v.start < addr)
			v.start = addr;
		mapped_record(v.start, (v.end < end ? v.end : end) - v.start,
			      true);
	}
	maps_end();
}

/* msync() does nothing but look. */
bool mapped_mend_hole(uint64_t addr, uint64_t len)
{
	if (!len || host(SYS_msync, addr, len, MS_ASYNC) != -ENOMEM)
		return false;
	if (host(SYS_mmap, addr, len, PROT_NONE, RESERVE | MAP_FIXED_NOREPLACE,
		 -1) < 0)
		dune_fatal(dune_self, "memory of the program was lost");
	mapped_take_exec(addr, len);
	extents_clear(&mapped, addr, addr + len);
	return true;
}

void mapped_mend(uint64_t addr, uint64_t len, bool exec)
{
	if (!mapped_mend_hole(addr, len) && exec)
		mapped_exec_as_host(addr, len);
}

void mapped_fill(uint64_t addr, uint64_t end)
{
	struct dune_maps m;
	struct dune_vma v;

	maps_begin(&m);
	while (addr < end && maps_next(&m, &v)) {
		if (v.end <= addr)
			continue;
		if (v.start > addr)
			mapped_mend_hole(addr, (v.start < end ? v.start : end) -
						       addr);
		addr = v.end;
	}
	maps_end();
	if (addr < end)
		mapped_mend_hole(addr, end - addr);
}

long mapped_release(uint64_t addr, uint64_t len)
{
	long ret = mapped_reserve(addr, len);

	if (ret < 0) {
		mapped_mend_hole(addr, len);
		return ret;
	}
	mapped_take_exec(addr, len);
	extents_clear(&mapped, addr, addr + len);
	return 0;
}
