/* SPDX-License-Identifier: MIT */
/*
 * aspace.c - the program's memory: mmap and its relatives
 *
 * Every change is one host mmap(MAP_FIXED) over what was there, be it to map or
 * to give back, so the windows have no hole but for the moment of a move.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/shm.h>
#include <sys/vfs.h>

#include "dune/host/host.h"
#include "dune/host/layout.h"
#include "dune/host/maps.h"
#include "dune/mem/aspace.h"
#include "dune/mem/extents.h"
#include "dune/mem/mapped.h"
#include "dune/vm/tables.h"

#ifndef MAP_UNINITIALIZED
#define MAP_UNINITIALIZED 0x4000000
#endif
#define HUGETLBFS_MAGIC 0x958458f6
#define HUGE_2M (UINT64_C(2) << 20)
#define RANDOM_SPAN (UINT64_C(256) << 20)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	bool low; /* the low window is there */
	bool lock_future;
	uint64_t brk_start, brk;
	uint64_t top; /* mmap goes down from here */
	uint64_t stack_lo, stack_hi;
	uint64_t limit_as, limit_data;
} as = { .limit_as = UINT64_MAX, .limit_data = UINT64_MAX };

bool aspace_in_window(uint64_t addr, uint64_t len)
{
	return within(addr, len, WINDOW_BASE, WINDOW_END) ||
	       (as.low && within(addr, len, LOW_BASE, LOW_END));
}

/* Where the program may map. */
static bool mappable(uint64_t addr, uint64_t len)
{
	return within(addr, len, ASPACE_LO, ASPACE_HI) ||
	       (as.low && within(addr, len, LOW_BASE, LOW_END));
}

static bool over_limit(uint64_t more)
{
	return more > as.limit_as || mapped.bytes > as.limit_as - more;
}

void aspace_limit(uint64_t limit_as, uint64_t data)
{
	pthread_mutex_lock(&lock);
	as.limit_as = limit_as;
	as.limit_data = data;
	pthread_mutex_unlock(&lock);
}

bool aspace_mapped(uint64_t addr)
{
	bool ret;

	pthread_mutex_lock(&lock);
	ret = extents_any(&mapped, addr, addr + 1, 0);
	pthread_mutex_unlock(&lock);
	return ret;
}

bool aspace_executable(uint64_t addr)
{
	bool ret;

	pthread_mutex_lock(&lock);
	ret = mapped_exec(addr, 1);
	pthread_mutex_unlock(&lock);
	return ret;
}

/* --- start --- */

static void before_fork(void)
{
	pthread_mutex_lock(&lock);
}

static void after_fork(void)
{
	pthread_mutex_unlock(&lock);
}

static uint64_t random_offset(void)
{
	uint64_t r = 0;

	if (getrandom(&r, sizeof(r), GRND_NONBLOCK) != sizeof(r))
		return 0;
	return (r % RANDOM_SPAN) & ~PAGE_MASK;
}

int aspace_start(void)
{
	long ret = host(SYS_mmap, WINDOW_BASE, WINDOW_SIZE, PROT_NONE,
			RESERVE | MAP_FIXED_NOREPLACE, -1);

	if (ret < 0)
		return (int)ret;
	as.top = ASPACE_HI;
	return -pthread_atfork(before_fork, after_fork, after_fork);
}

static int low_locked(void)
{
	long ret;

	if (as.low)
		return 0;
	ret = host(SYS_mmap, LOW_BASE, LOW_END - LOW_BASE, PROT_NONE,
		   RESERVE | MAP_FIXED_NOREPLACE, -1);
	if (ret < 0)
		return (int)ret;
	ret = dune_low_window();
	if (ret)
		host(SYS_munmap, LOW_BASE, LOW_END - LOW_BASE);
	else
		as.low = true;
	return (int)ret;
}

int aspace_low(void)
{
	int ret;

	pthread_mutex_lock(&lock);
	ret = low_locked();
	pthread_mutex_unlock(&lock);
	return ret;
}

uint64_t aspace_place_image(uint64_t size, uint64_t align)
{
	uint64_t at = WINDOW_BASE + (UINT64_C(4) << 30) + random_offset();
	uint64_t hi;

	pthread_mutex_lock(&lock);
	if (align < PAGE_SIZE)
		align = PAGE_SIZE;
	hi = ((at + align - 1) & ~(align - 1)) + page_up(size);
	at = extents_gap(&mapped, ASPACE_LO, hi, page_up(size), align);
	pthread_mutex_unlock(&lock);
	return at;
}

long aspace_stack(uint64_t size, bool executable)
{
	int prot = PROT_READ | PROT_WRITE | (executable ? PROT_EXEC : 0);
	uint64_t hi = ASPACE_HI - random_offset(), lo = hi - page_up(size);
	long ret;

	pthread_mutex_lock(&lock);
	ret = host(SYS_mmap, lo, hi - lo, prot, RESERVE | MAP_FIXED, -1);
	if (ret > 0) {
		mapped_record(lo, hi - lo, executable);
		as.stack_lo = lo;
		as.stack_hi = hi;
		as.top = lo - ASPACE_STACK_GUARD - random_offset();
		ret = (long)hi;
	}
	pthread_mutex_unlock(&lock);
	return ret;
}

void aspace_clear(void)
{
	pthread_mutex_lock(&lock);
	while (mapped.n) {
		const struct extent *x = &mapped.at[mapped.n - 1];

		if (mapped_release(x->start, x->end - x->start) < 0)
			break;
	}
	as.brk_start = as.brk = 0;
	as.stack_lo = as.stack_hi = 0;
	as.top = ASPACE_HI;
	as.lock_future = false;
	pthread_mutex_unlock(&lock);
}

/* --- mmap --- */

#define MAP_KNOWN                                                              \
	(MAP_TYPE | MAP_FIXED | MAP_ANONYMOUS | MAP_NORESERVE | MAP_POPULATE | \
	 MAP_NONBLOCK | MAP_STACK | MAP_HUGETLB | (int)(0x3fu << 26) |         \
	 MAP_LOCKED | MAP_SYNC)

/* The page size of what is to be mapped, which rounds its length. */
static uint64_t map_granule(int flags, int fd)
{
	struct statfs fs;
	unsigned shift = (unsigned)flags >> 26 & 0x3f;

	if (!(flags & MAP_ANONYMOUS)) {
		if (fstatfs(fd, &fs) || fs.f_type != HUGETLBFS_MAGIC)
			return PAGE_SIZE;
		return (uint64_t)fs.f_bsize;
	}
	if (!(flags & MAP_HUGETLB))
		return PAGE_SIZE;
	return shift ? UINT64_C(1) << shift : HUGE_2M;
}

/* An address for len bytes; 0: there is none. */
static uint64_t place(uint64_t hint, uint64_t len, uint64_t align, bool low)
{
	if (low)
		return extents_gap(&mapped, LOW_BASE, UINT64_C(1) << 31, len,
				   align);
	hint &= ~(align - 1);
	if (hint && mappable(hint, len) &&
	    !extents_any(&mapped, hint, hint + len, 0))
		return hint;
	return extents_gap(&mapped, ASPACE_LO, as.top, len, align);
}

/* A fixed address: 0 or -errno. */
static int check_fixed(uint64_t addr, uint64_t len, int flags)
{
	if (addr & PAGE_MASK)
		return -EINVAL;
	if (within(addr, len, LOW_BASE, LOW_END) && low_locked())
		return -ENOMEM;
	if (!mappable(addr, len))
		return addr < LOW_BASE ? -EPERM : -ENOMEM;
	if ((flags & MAP_FIXED_NOREPLACE) &&
	    extents_any(&mapped, addr, addr + len, 0))
		return -EEXIST;
	return 0;
}

static long map_locked(uint64_t addr, uint64_t len, int prot, int flags, int fd,
		       uint64_t off)
{
	bool fixed = flags & (MAP_FIXED | MAP_FIXED_NOREPLACE);
	uint64_t granule = map_granule(flags, fd);
	bool exec = prot & PROT_EXEC, was;
	long ret;

	if (granule < PAGE_SIZE) /* Linux has none of that size either */
		return -EINVAL;
	len = (len + granule - 1) & ~(granule - 1);
	if (!len || len > WINDOW_SIZE || over_limit(len) || !mapped_room())
		return -ENOMEM;
	if (fixed) {
		ret = check_fixed(addr, len, flags);
		if (ret)
			return ret;
	} else {
		if ((flags & MAP_32BIT) && low_locked())
			return -ENOMEM;
		addr = place(addr, len, granule, flags & MAP_32BIT);
		if (!addr)
			return -ENOMEM;
	}
	if (as.lock_future)
		flags |= MAP_LOCKED;
	was = mapped_exec(addr, len);
	if (!exec)
		mapped_take_exec(addr, len);
	ret = host(SYS_mmap, addr, len, prot, (flags & MAP_KNOWN) | MAP_FIXED,
		   fd, off);
	if (ret < 0)
		mapped_mend(addr, len, was);
	else
		mapped_record(addr, len, exec);
	return ret;
}

long aspace_mmap(uint64_t addr, uint64_t len, int prot, int flags, int fd,
		 uint64_t off)
{
	long ret;

	if (!len)
		return -EINVAL;
	pthread_mutex_lock(&lock);
	ret = map_locked(addr, len, prot, flags, fd, off);
	pthread_mutex_unlock(&lock);
	return ret;
}

long aspace_munmap(uint64_t addr, uint64_t len)
{
	long ret = 0;

	len = page_up(len);
	pthread_mutex_lock(&lock);
	if ((addr & PAGE_MASK) || !len || !aspace_in_window(addr, len))
		ret = -EINVAL;
	else if (!mapped_room())
		ret = -ENOMEM;
	else if (extents_any(&mapped, addr, addr + len, 0))
		ret = mapped_release(addr, len);
	pthread_mutex_unlock(&lock);
	return ret;
}

/* It is all mapped. Linux changes one mapping after the other. */
static long protect(uint64_t addr, uint64_t len, int prot)
{
	bool exec = prot & PROT_EXEC, was = mapped_exec(addr, len);
	long ret;

	if (!exec)
		mapped_take_exec(addr, len);
	ret = host(SYS_mprotect, addr, len, prot);
	if (ret) {
		if (exec || was)
			mapped_exec_as_host(addr, len);
	} else if (exec) {
		mapped_record(addr, len, true);
	}
	return ret;
}

static long protect_locked(uint64_t addr, uint64_t len, int prot)
{
	uint64_t have;
	long ret;

	if (prot & (PROT_GROWSDOWN | PROT_GROWSUP)) {
		if (!(prot & PROT_GROWSDOWN) || addr < as.stack_lo ||
		    addr >= as.stack_hi)
			return -EINVAL;
		len += addr - as.stack_lo;
		addr = as.stack_lo;
		prot &= ~PROT_GROWSDOWN;
	}
	if (!mapped_room())
		return -ENOMEM;
	/* as Linux: up to the first gap */
	have = extents_covered(&mapped, addr, addr + len);
	ret = have ? protect(addr, have, prot) : 0;
	return !ret && have < len ? -ENOMEM : ret;
}

long aspace_mprotect(uint64_t addr, uint64_t len, int prot)
{
	long ret;

	if (addr & PAGE_MASK)
		return -EINVAL;
	if (!len)
		return 0;
	len = page_up(len);
	pthread_mutex_lock(&lock);
	if (!len || !aspace_in_window(addr, len))
		ret = -ENOMEM;
	else
		ret = protect_locked(addr, len, prot);
	pthread_mutex_unlock(&lock);
	return ret;
}

/* --- mremap --- */

static unsigned flags_at(uint64_t addr)
{
	size_t i = extents_find(&mapped, addr);

	return i < mapped.n && mapped.at[i].start <= addr ? mapped.at[i].flags :
							    0;
}

static long grow_in_place(uint64_t addr, uint64_t old_len, uint64_t new_len)
{
	uint64_t more = new_len - old_len;
	long ret;

	if (!mappable(addr, new_len) ||
	    extents_any(&mapped, addr + old_len, addr + new_len, 0))
		return -ENOMEM;
	host(SYS_munmap, addr + old_len, more);
	ret = host(SYS_mremap, addr, old_len, new_len, 0);
	if (ret < 0)
		mapped_mend_hole(addr + old_len, more);
	else
		mapped_record(addr + old_len, more,
			      flags_at(addr) & EXTENT_EXEC);
	return ret;
}

static long move(uint64_t addr, uint64_t old_len, uint64_t new_len, int flags,
		 uint64_t to)
{
	bool exec = flags_at(addr) & EXTENT_EXEC,
	     was = mapped_exec(to, new_len);
	long ret;

	mapped_take_exec(to, new_len);
	ret = host(SYS_mremap, addr, old_len, new_len,
		   flags | MREMAP_MAYMOVE | MREMAP_FIXED, to);
	if (ret < 0) {
		mapped_mend(to, new_len, was);
		/* what it was to lose is lost first */
		if (new_len < old_len)
			mapped_mend_hole(addr + new_len, old_len - new_len);
		return ret;
	}
	mapped_record(to, new_len, exec);
	if (old_len && !(flags & MREMAP_DONTUNMAP))
		mapped_release(addr, old_len);
	return ret;
}

/* Since 6.17 Linux moves several mappings at once, if their size stays as it
 * is, and may fail between two. One it is, as before, and has one kind of
 * rights. */
static bool one_mapping(uint64_t addr, uint64_t len)
{
	struct dune_vma v;

	return maps_find(addr, &v) && v.end - addr >= len;
}

/*
 * Huge pages are moved whole, whatever the length: more than is recorded would
 * be mapped over, and left empty. Linux before 5.16 moves none, and so do we.
 * That they are it tells of an address within one, by a call that would change
 * nothing.
 */
static bool is_huge(uint64_t addr)
{
	return host(SYS_mremap, addr + PAGE_SIZE, PAGE_SIZE, PAGE_SIZE, 0) ==
	       -EINVAL;
}

static long remap_fixed(uint64_t addr, uint64_t old_len, uint64_t new_len,
			int flags, uint64_t to)
{
	if ((to & PAGE_MASK) || (to < addr + old_len && addr < to + new_len))
		return -EINVAL;
	if (within(to, new_len, LOW_BASE, LOW_END) && low_locked())
		return -ENOMEM;
	/* as Linux where the address space ends */
	if (!mappable(to, new_len))
		return -EINVAL;
	if (old_len == new_len && !one_mapping(addr, old_len))
		return -EFAULT;
	if (is_huge(addr))
		return -EINVAL;
	return move(addr, old_len, new_len, flags & MREMAP_DONTUNMAP, to);
}

static long remap_locked(uint64_t addr, uint64_t old_len, uint64_t new_len,
			 int flags, uint64_t to)
{
	long ret;

	if (!aspace_in_window(addr, old_len ? old_len : PAGE_SIZE) ||
	    !extents_any(&mapped, addr, addr + PAGE_SIZE, 0) ||
	    extents_covered(&mapped, addr, addr + old_len) != old_len)
		return -EFAULT;
	if (new_len > WINDOW_SIZE || !mapped_room() ||
	    (new_len > old_len && over_limit(new_len - old_len)))
		return -ENOMEM;
	if (flags & MREMAP_FIXED)
		return remap_fixed(addr, old_len, new_len, flags, to);
	if (!(flags & MREMAP_DONTUNMAP) && old_len) {
		if (new_len < old_len) {
			ret = mapped_release(addr + new_len, old_len - new_len);
			return ret < 0 ? ret : (long)addr;
		}
		if (new_len == old_len)
			return (long)addr;
		ret = grow_in_place(addr, old_len, new_len);
		if (ret > 0 || !(flags & MREMAP_MAYMOVE))
			return ret;
	}
	to = place(0, new_len, PAGE_SIZE, false);
	if (!to)
		return -ENOMEM;
	return remap_fixed(addr, old_len, new_len, flags, to);
}

long aspace_mremap(uint64_t addr, uint64_t old_len, uint64_t new_len, int flags,
		   uint64_t new_addr)
{
	long ret;

	if (flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP))
		return -EINVAL;
	if ((flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) &&
	    !(flags & MREMAP_MAYMOVE))
		return -EINVAL;
	old_len = page_up(old_len);
	new_len = page_up(new_len);
	if ((addr & PAGE_MASK) || !new_len ||
	    ((flags & MREMAP_DONTUNMAP) && old_len != new_len) ||
	    (!old_len && !(flags & MREMAP_MAYMOVE)))
		return -EINVAL;
	pthread_mutex_lock(&lock);
	ret = remap_locked(addr, old_len, new_len, flags, new_addr);
	pthread_mutex_unlock(&lock);
	return ret;
}

/* --- brk --- */

void aspace_set_brk(uint64_t start)
{
	as.brk_start = as.brk = page_up(start);
}

static long grow_brk(uint64_t from, uint64_t to)
{
	uint64_t len = to - from;
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
	long ret;

	if (!mappable(from, len) || extents_any(&mapped, from, to, 0) ||
	    to - as.brk_start > as.limit_data || over_limit(len) ||
	    !mapped_room())
		return -ENOMEM;
	if (as.lock_future)
		flags |= MAP_LOCKED;
	ret = host(SYS_mmap, from, len, PROT_READ | PROT_WRITE, flags, -1);
	if (ret < 0)
		mapped_mend_hole(from, len);
	else
		mapped_record(from, len, false);
	return ret;
}

static long brk_locked(uint64_t addr)
{
	uint64_t from = page_up(as.brk), to = page_up(addr);

	if (addr < as.brk_start || to < addr)
		return (long)as.brk;
	if (to > from && grow_brk(from, to) < 0)
		return (long)as.brk;
	if (to < from && mapped_release(to, from - to) < 0)
		return (long)as.brk;
	as.brk = addr;
	return (long)addr;
}

long aspace_brk(uint64_t addr)
{
	long ret;

	pthread_mutex_lock(&lock);
	ret = brk_locked(addr);
	pthread_mutex_unlock(&lock);
	return ret;
}

/* --- calls that change no mapping --- */

long aspace_on_range(long nr, const uint64_t a[6])
{
	uint64_t len = page_up(a[1]);
	long ret;

	if ((a[0] & PAGE_MASK) || len < a[1])
		return -EINVAL;
	pthread_mutex_lock(&lock);
	if (len && !aspace_in_window(a[0], len)) {
		ret = -ENOMEM;
	} else {
		ret = host_call(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
		if (!ret && extents_covered(&mapped, a[0], a[0] + len) != len)
			ret = -ENOMEM;
	}
	pthread_mutex_unlock(&lock);
	return ret;
}

long aspace_madvise(uint64_t addr, uint64_t len, int advice)
{
	const uint64_t a[6] = { addr, len, (uint64_t)advice };

	return aspace_on_range(SYS_madvise, a);
}

long aspace_mlockall(int flags)
{
	const int known = MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT;
	long ret = 0;
	size_t i;

	if (!flags || (flags & ~known) || flags == MCL_ONFAULT)
		return -EINVAL;
	pthread_mutex_lock(&lock);
	for (i = 0; !ret && (flags & MCL_CURRENT) && i < mapped.n; i++)
		ret = host(SYS_mlock2, mapped.at[i].start,
			   mapped.at[i].end - mapped.at[i].start,
			   flags & MCL_ONFAULT ? MLOCK_ONFAULT : 0);
	/* populating an inaccessible page is no error of mlockall */
	if (ret == -ENOMEM && i)
		ret = 0;
	if (!ret)
		as.lock_future = flags & MCL_FUTURE;
	pthread_mutex_unlock(&lock);
	return ret;
}

long aspace_munlockall(void)
{
	size_t i;

	pthread_mutex_lock(&lock);
	for (i = 0; i < mapped.n; i++)
		host(SYS_munlock, mapped.at[i].start,
		     mapped.at[i].end - mapped.at[i].start);
	as.lock_future = false;
	pthread_mutex_unlock(&lock);
	return 0;
}

/* --- System V shared memory --- */

/* Where a segment of len bytes is wanted; 0 or -errno. */
static long place_segment(uint64_t *addr, uint64_t len, int flags)
{
	long ret;

	if (!*addr) {
		*addr = place(0, len, len < HUGE_2M ? PAGE_SIZE : HUGE_2M,
			      false);
		return *addr ? 0 : -ENOMEM;
	}
	if (flags & SHM_RND)
		*addr &= ~PAGE_MASK;
	ret = check_fixed(*addr, len,
			  flags & SHM_REMAP ? 0 : MAP_FIXED_NOREPLACE);
	return ret ? -EINVAL : 0;
}

static long attach_at(int id, uint64_t addr, int flags, uint64_t len)
{
	bool exec = flags & SHM_EXEC, was;
	long ret;

	if (!mapped_room() || over_limit(len))
		return -ENOMEM;
	ret = place_segment(&addr, len, flags);
	if (ret)
		return ret;
	was = mapped_exec(addr, len);
	if (!exec)
		mapped_take_exec(addr, len);
	ret = host(SYS_shmat, id, addr,
		   (flags & (SHM_RDONLY | SHM_EXEC)) | SHM_REMAP);
	if (ret < 0) {
		mapped_mend(addr, len, was);
		return ret;
	}
	mapped_record(addr, len, exec);
	return ret;
}

/*
 * How much a segment maps only its mapping says: its size is that of its pages,
 * and by the time that it is attached the identifier may be another's. So it
 * is attached where the host has nothing else first: while it is, it keeps its
 * identifier.
 */
static long attach_locked(int id, uint64_t addr, int flags)
{
	long probe, ret = -ENOMEM;
	struct dune_vma v;

	probe = host(SYS_shmat, id, 0, flags & (SHM_RDONLY | SHM_EXEC));
	if (probe < 0)
		return probe;
	if (maps_find((uint64_t)probe, &v) && v.start == (uint64_t)probe)
		ret = attach_at(id, addr, flags, v.end - v.start);
	host(SYS_shmdt, probe);
	return ret;
}

long aspace_shmat(int id, uint64_t addr, int flags)
{
	long ret;

	if (!addr && (flags & SHM_REMAP))
		return -EINVAL;
	pthread_mutex_lock(&lock);
	ret = attach_locked(id, addr, flags);
	pthread_mutex_unlock(&lock);
	return ret;
}

/*
 * How much goes, only the kernel knows: all from addr on that is of the segment
 * which lies there by now, in whatever pieces and wherever it was attached.
 */
long aspace_shmdt(uint64_t addr)
{
	long ret = -EINVAL;

	pthread_mutex_lock(&lock);
	if (aspace_in_window(addr, PAGE_SIZE))
		ret = host(SYS_shmdt, addr);
	if (!ret)
		mapped_fill(addr, addr < LOW_END ? LOW_END : WINDOW_END);
	pthread_mutex_unlock(&lock);
	return ret;
}
