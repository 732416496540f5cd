// SPDX-License-Identifier: MIT
/*
 * vm.c - the guest: windows of this process's address space as its memory
 *
 * A window is a stretch of host addresses that the guest sees at the same
 * addresses: one KVM memory slot, pages as large as the CPU has. What exists
 * in it, and what may be read or written, is decided by the host's mappings.
 * docs/protection.md has the layout and the budget of physical addresses.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "dune/fds.h"
#include "dune/mediate.h"
#include "dune/native.h"
#include "dune/vm.h"

#define MAX_WINDOWS 64
#define GPA_START (4 * GB) /* below: APIC, Intel's TSS and identity map */
#define INTEL_TSS 0xfffbd000u
#define INTEL_IDENTITY UINT64_C(0xfffbc000)
/* What the host may map later lies within this of what it has now. */
#define MMAP_ROOM (16 * GB)
#define HEAP_ROOM (2 * GB)
#define STACK_ROOM GB
#define PT_PAGES 40960

struct dune_config dune_config;
struct pt dune_pt;
static struct dune_window windows[MAX_WINDOWS];
static unsigned nwindows;
static bool low_window; /* in use */
static int kvm_fd = -1, the_vm = -1;
static uint64_t vdso_at, vdso_pages; /* alias of the vdso; of all pages */
static pthread_mutex_t pt_lock = PTHREAD_MUTEX_INITIALIZER;

int vm_fd(void)
{
	return the_vm;
}

int vm_kvm_fd(void)
{
	return kvm_fd;
}

static struct dune_window *window_of(uint64_t va)
{
	unsigned i;

	for (i = 0; i < nwindows; i++)
		if (va - windows[i].va < windows[i].size)
			return &windows[i];
	return NULL;
}

int vm_gpa(uint64_t va, uint64_t *gpa_out)
{
	struct dune_window *w = window_of(va);

	if (!w)
		return -EFAULT;
	*gpa_out = va - w->va + w->gpa;
	return 0;
}

uint64_t dune_vdso(void)
{
	return vdso_at;
}

/* --- windows --- */
static int add_window(uint64_t start, uint64_t end, bool user)
{
	struct dune_window *w = windows;
	unsigned i = 0;

	start &= ~(GB - 1);
	end = (end + GB - 1) & ~(GB - 1);
	/* merge with what it touches */
	while (i < nwindows) {
		if (w[i].user || user || w[i].va > end ||
		    w[i].va + w[i].size < start) {
			i++;
			continue;
		}
		if (w[i].va < start)
			start = w[i].va;
		if (w[i].va + w[i].size > end)
			end = w[i].va + w[i].size;
		w[i] = w[--nwindows];
		i = 0;
	}
	if (nwindows == MAX_WINDOWS)
		return -ENOSPC;
	w[nwindows++] = (struct dune_window){ start, end - start, 0, user };
	return 0;
}

static bool in_program_window(uint64_t va)
{
	return va < LOW_END || va - WINDOW_BASE < WINDOW_SIZE;
}

static uint64_t room_below(const struct dune_vma *v, uint64_t next_mmap)
{
	if (v->start <= next_mmap && next_mmap < v->end)
		return MMAP_ROOM;
	return strcmp(v->name, "[stack]") == 0 ? STACK_ROOM : 0;
}

static int host_window(const struct dune_vma *v, uint64_t next_mmap)
{
	uint64_t start = v->start - room_below(v, next_mmap), end = v->end;

	if (strcmp(v->name, "[heap]") == 0)
		end += HEAP_ROOM;
	/* nobody's guard: the program's windows have none of the host */
	if (start < LOW_END)
		start = LOW_END;
	if (start < VDSO_ALIAS + GB && v->start >= VDSO_ALIAS + GB)
		start = VDSO_ALIAS + GB;
	return add_window(start, end, false);
}

/*
 * All that is mapped and may be accessed. Executable memory of the host must
 * lie where entry.S takes a system call's origin for ring 0.
 */
static int find_host_windows(char *err, size_t err_size)
{
	uint64_t exec = UINT64_C(3) << 45, next_mmap;
	struct dune_maps m;
	struct dune_vma v;
	void *probe;
	int rc = 0;

	probe = mmap(NULL, MB2, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (probe == MAP_FAILED)
		return -errno;
	next_mmap = (uint64_t)probe;
	maps_begin(&m);
	while (rc == 0 && maps_next(&m, &v)) {
		if (v.start >= HOST_TOP || in_program_window(v.start) ||
		    !v.prot)
			continue;
		if ((v.prot & PROT_EXEC) && !(v.start & exec)) {
			snprintf(err, err_size,
				 "code of the host at %#llx: it must be "
				 "position-independent",
				 (unsigned long long)v.start);
			rc = -ENOEXEC;
			break;
		}
		rc = host_window(&v, next_mmap);
		if (rc < 0)
			snprintf(err, err_size, "too many separate mappings");
	}
	munmap(probe, MB2);
	return rc;
}

static int place_windows(char *err, size_t err_size)
{
	uint64_t gpa = GPA_START, limit = UINT64_C(1) << vcpu_address_bits();
	unsigned i;

	for (i = 0; i < nwindows; i++) {
		windows[i].gpa = gpa;
		gpa += windows[i].size;
		if (windows[i].va + windows[i].size > HOST_TOP)
			windows[i].size = HOST_TOP - windows[i].va;
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

static int find_windows(char *err, size_t err_size)
{
	int rc;

	nwindows = 0;
	rc = add_window(0, LOW_END, true);
	if (rc == 0)
		rc = add_window(WINDOW_BASE, WINDOW_END, true);
	if (rc == 0)
		rc = find_host_windows(err, err_size);
	return rc == 0 ? place_windows(err, err_size) : rc;
}

/* --- the guest's page tables --- */
static int map_window(const struct dune_window *w)
{
	uint64_t flags = PTE_W | (w->user ? PTE_U | PTE_NX : 0);
	uint64_t skip = w->va ? 0 : LOW_BASE; /* NULL stays unmapped */

	return pt_map(&dune_pt, w->va + skip, w->gpa + skip,
		      ((w->size + GB - 1) & ~(GB - 1)) - skip, flags);
}

static int map_windows(void)
{
	struct dune_window *w;
	int rc = 0;

	for (w = windows; rc == 0 && w < windows + nwindows; w++)
		if (w->va || low_window)
			rc = map_window(w);
	return rc;
}

static int map_region(const struct dune_region *r)
{
	uint64_t start = (uint64_t)r->base, end = start + r->size;
	struct dune_window *w = window_of(start);

	if (!w || w->user || end < start || end > w->va + w->size ||
	    ((start | end) & (PAGE - 1)))
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

/* The kernel's vdso and its data, once more, where ring 3 may see them. */
static int map_vdso(void)
{
	uint64_t first = 0, gpa, flags;
	struct dune_maps m;
	struct dune_vma v;
	int rc;

	maps_begin(&m);
	while (maps_next(&m, &v)) {
		if (strncmp(v.name, "[vvar", 5) != 0 &&
		    strcmp(v.name, "[vdso]") != 0)
			continue;
		if (!first)
			first = v.start;
		flags = PTE_U | (v.prot & PROT_EXEC ? 0 : PTE_NX);
		rc = vm_gpa(v.start, &gpa);
		if (rc == 0)
			rc = pt_map(&dune_pt, VDSO_ALIAS + v.start - first, gpa,
				    v.end - v.start, flags);
		if (rc < 0)
			return rc;
		if (v.prot & PROT_EXEC)
			vdso_at = VDSO_ALIAS + v.start - first;
		vdso_pages = v.end - first;
	}
	return 0;
}

static int build_tables(void)
{
	int rc;

	rc = vm_gpa((uint64_t)dune_pt.page, &dune_pt.gpa);
	if (rc < 0)
		return rc;
	pt_reset(&dune_pt);
	rc = map_windows();
	if (rc == 0)
		rc = map_regions();
	return rc == 0 ? map_vdso() : rc;
}

void dune_exec_range(uint64_t start, uint64_t end, bool executable)
{
	int rc;

	pthread_mutex_lock(&pt_lock);
	rc = pt_change(&dune_pt, start, end, executable ? PTE_NX : 0,
		       executable ? 0 : PTE_NX);
	pthread_mutex_unlock(&pt_lock);
	/* a stale "no" corrects itself by a fault, see trap.c */
	if (rc > 0 && !executable)
		vcpu_flush_others();
	if (rc < 0)
		dune_fatal(dune_self, "no memory for page tables");
}

/* --- strict tables --- */
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

	if (!v->file || !(v->prot & PROT_READ) || readable(high - PAGE))
		return high;
	while (low < high) { /* low: first that may be absent */
		mid = low + ((high - low) / 2 & ~(PAGE - 1));
		if (readable(mid))
			low = mid + PAGE;
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

static int strict_window(struct pt *pt, bool holes)
{
	uint64_t gpa, flags, end;
	struct dune_maps m;
	struct dune_vma v;
	int rc = 0;

	maps_begin(&m);
	while (rc == 0 && maps_next(&m, &v)) {
		if (!in_program_window(v.start) || !v.prot)
			continue;
		flags = PTE_U | (v.prot & PROT_WRITE ? PTE_W : 0) |
			(v.prot & PROT_EXEC ? 0 : PTE_NX);
		end = holes ? file_end(&v) : v.end;
		rc = vm_gpa(v.start, &gpa);
		if (rc == 0 && end > v.start)
			rc = pt_map(pt, v.start, gpa, end - v.start, flags);
	}
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

	rc = vm_gpa((uint64_t)pt->page, &pt->gpa);
	if (rc < 0)
		return rc;
	pt_reset(pt);
	rc = strict_window(pt, holes);
	return rc == 0 ? share_rest(pt) : rc;
}

/* --- the VM --- */
static int add_slot(const struct dune_window *w)
{
	struct kvm_userspace_memory_region r = {
		.slot = (uint32_t)(w - windows),
		.guest_phys_addr = w->gpa,
		.memory_size = w->size,
		.userspace_addr = w->va,
	};

	return ioctl(the_vm, KVM_SET_USER_MEMORY_REGION, &r) < 0 ? -errno : 0;
}

static int add_slots(void)
{
	struct dune_window *w;
	int rc = 0;

	for (w = windows; rc == 0 && w < windows + nwindows; w++)
		if (w->va || low_window)
			rc = add_slot(w);
	return rc;
}

int dune_low_window(void)
{
	struct dune_window *w = window_of(0);
	int rc = 0;

	pthread_mutex_lock(&pt_lock);
	if (!low_window) {
		rc = add_slot(w);
		if (rc == 0)
			rc = map_window(w);
		low_window = rc == 0;
	}
	pthread_mutex_unlock(&pt_lock);
	return rc;
}

static int create_vm(void)
{
	uint64_t identity = INTEL_IDENTITY;
	int rc;

	fds_hide_begin();
	rc = ioctl(kvm_fd, KVM_CREATE_VM, 0);
	rc = rc < 0 ? -errno : fds_hide(rc);
	fds_hide_end();
	if (rc < 0)
		return rc;
	the_vm = rc;
	if (ioctl(the_vm, KVM_SET_IDENTITY_MAP_ADDR, &identity) < 0 ||
	    ioctl(the_vm, KVM_SET_TSS_ADDR, INTEL_TSS) < 0)
		return -errno;
	return add_slots();
}

static int open_kvm(char *err, size_t err_size)
{
	static const int needed[] = { KVM_CAP_SYNC_MMU, KVM_CAP_IMMEDIATE_EXIT,
				      KVM_CAP_XCRS };
	unsigned i;
	int rc;

	fds_hide_begin();
	rc = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	kvm_fd = rc < 0 ? -errno : fds_hide(rc);
	fds_hide_end();
	if (kvm_fd < 0) {
		snprintf(err, err_size, "/dev/kvm: %s", strerror(-kvm_fd));
		return kvm_fd;
	}
	for (i = 0; i < sizeof(needed) / sizeof(*needed); i++)
		if (ioctl(kvm_fd, KVM_CHECK_EXTENSION, needed[i]) <= 0) {
			snprintf(err, err_size, "KVM lacks capability %d",
				 needed[i]);
			return -EOPNOTSUPP;
		}
	return vcpu_limits(err, err_size);
}

/* Tables and stacks are host memory that the windows must hold. */
static int start_vm(char *err, size_t err_size)
{
	int rc;

	rc = open_kvm(err, err_size);
	if (rc == 0)
		rc = pt_init(&dune_pt, PT_PAGES);
	if (rc == 0)
		rc = maps_open();
	if (rc == 0)
		rc = find_windows(err, err_size);
	if (rc == 0)
		rc = build_tables();
	if (rc < 0)
		return rc;
	vcpu_idt();
	return create_vm();
}

static void fork_prepare(void)
{
	pthread_mutex_lock(&pt_lock);
	vcpu_lock();
}

static void fork_done(void)
{
	vcpu_unlock();
	pthread_mutex_unlock(&pt_lock);
}

static int start_main(void)
{
	struct dune_thread *t;
	int rc = dune_thread_init(&t);

	if (rc < 0)
		return rc;
	t->is_main = true;
	dune_self = t;
	return signals_start(t);
}

/*
 * A fork takes the locks in the order in which calls take them: descriptors,
 * memory, tables, vCPUs. The handlers run in the reverse order of this.
 */
int dune_start(const struct dune_config *config, char *err, size_t err_size)
{
	int rc;

	err[0] = 0;
	dune_config = *config;
	dune_gate = config->gate;
	rc = -pthread_atfork(fork_prepare, fork_done, fork_done);
	if (rc == 0)
		rc = mediate_start();
	if (rc == 0)
		rc = start_vm(err, err_size);
	if (rc == 0)
		rc = start_main();
	if (rc < 0 && !err[0])
		snprintf(err, err_size, "the virtual machine: %s",
			 strerror(-rc));
	return rc;
}

int dune_run(const char *path, char *const argv[], char *const envp[],
	     char *err, size_t err_size)
{
	struct dune_thread *t = dune_self;
	struct dune_image image;
	int rc;

	do {
		signals_deliver(t, false);
		rc = dune_load(path, argv, envp, &image, err, err_size);
	} while (rc == -DUNE_ERESTARTSYS || rc == -DUNE_ERESTARTNOINTR);
	if (rc < 0)
		return rc;
	memset(&t->regs, 0, sizeof(t->regs));
	t->regs.rip = image.entry;
	t->regs.rsp = image.stack;
	t->regs.rflags = 0x202;
	dune_run_user(t);
}

/* The tables were copied with all other memory, at the same addresses. */
int dune_vm_rebuild(struct dune_thread *t)
{
	int rc;

	close(the_vm);
	vcpu_forked(t);
	rc = maps_open();
	if (rc == 0)
		rc = create_vm();
	if (rc == 0)
		rc = vcpu_attach(t);
	return rc;
}
