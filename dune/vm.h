/* SPDX-License-Identifier: MIT */
/*
 * vm.h - what the files of the virtual machine share with each other
 */
#ifndef IX_DUNE_VM_H
#define IX_DUNE_VM_H

#include <linux/kvm.h>

#include "dune/entry.h"
#include "dune/internal.h"

#define PAGE UINT64_C(4096)
#define MB2 (UINT64_C(2) << 20)
#define GB (UINT64_C(1) << 30)
#define HOST_TOP UINT64_C(0x7ffffffff000)
/* where ring 3 sees the vdso: in the GB above its window */
#define VDSO_ALIAS (WINDOW_END + MB2)
_Static_assert(RING3_END == WINDOW_END + GB, "entry.S");

/* --- maps.c: /proc/self/maps, which no chroot and no fd limit takes away --- */
struct dune_vma {
	uint64_t start, end;
	int prot;	  /* PROT_* */
	bool file;	  /* backed by one */
	const char *name; /* valid until the next one */
};
struct dune_maps {
	char buf[8192]; /* a longer line loses what its name ends with */
	size_t have, used;
	off_t at;
	int error; /* the reading ended before the file did: -errno */
};
int maps_open(void); /* again after a fork */
/* A hidden descriptor of another file of /proc, for a time when no other thread
 * of the program runs. */
int maps_proc_open(const char *name, int flags);
/* One reader at a time, until maps_end(). */
void maps_begin(struct dune_maps *m);
void maps_end(void);
void maps_lock(void);
void maps_unlock(void);
bool maps_next(struct dune_maps *m, struct dune_vma *out);
/* The mapping that holds addr, without its name. */
bool maps_find(uint64_t addr, struct dune_vma *out);

/* --- pagetable.c --- */
#define PTE_P UINT64_C(1)
#define PTE_W UINT64_C(2)
#define PTE_U UINT64_C(4)
#define PTE_AD UINT64_C(0x60)
#define PTE_LARGE UINT64_C(0x80)
#define PTE_NX (UINT64_C(1) << 63)
#define PTE_ADDR UINT64_C(0x000ffffffffff000)

/* Tables in one piece of memory; the first page is the root. */
struct pt {
	uint64_t *page;
	uint64_t gpa;
	unsigned used, max;
};
extern bool pt_huge; /* pages of 1 GB */
int pt_init(struct pt *pt, unsigned max);
void pt_reset(struct pt *pt); /* empty: no translation */
/* Map with the largest pages that fit; all multiples of 4 KB. -ENOMEM. */
int pt_map(struct pt *pt, uint64_t va, uint64_t gpa, uint64_t len,
	   uint64_t flags);
/* Change flags of what is mapped in [start, end), whole pages. Returns 1 if
 * anything changed, 0, -ENOMEM, or -EINVAL. */
int pt_change(struct pt *pt, uint64_t start, uint64_t end, uint64_t clear,
	      uint64_t set);
/* The entry that translates va; 0: none. */
uint64_t pt_lookup(const struct pt *pt, uint64_t va);
/* The second-level table for va, made if need be; 0: no memory. */
uint64_t *pt_second(struct pt *pt, uint64_t va);

/* --- windows.c --- */
#define MAX_WINDOWS 64
struct dune_window {
	uint64_t va, size, gpa;
	bool user;
};
extern struct dune_window dune_windows[MAX_WINDOWS];
extern unsigned dune_nwindows;
/* address_bits: of what the CPU gives a guest. */
int vm_find_windows(uint64_t address_bits, char *err, size_t err_size);
struct dune_window *vm_window(uint64_t va); /* that holds va, or NULL */
int vm_gpa(uint64_t va, uint64_t *gpa_out);
bool vm_in_program_window(uint64_t va);
bool vm_is_host(const struct dune_vma *v); /* and may be accessed */

/* --- tables.c --- */
extern struct pt dune_pt;
void tables_lock(void);
void tables_unlock(void);
int vm_build_tables(void);
/* Have the guest use [start, end), where that lies in windows. Returns how many
 * pieces it did not use before, or -errno. */
int vm_use(uint64_t start, uint64_t end);
int vm_add_used_slots(void);
/* Of ring 3's memory, whole pages: may it be executed? Returns 1 if that has
 * changed, 0, or -errno. vCPUs may go on by what they have cached. */
int tables_exec(uint64_t start, uint64_t end, bool executable);
/* Ring 0 may not execute addr: is it code that the host has mapped since the
 * start? Then it may, from now on: 1; 0, or -errno. */
int vm_new_text(uint64_t addr);
/* Tables in which program memory has exactly the rights of its mappings.
 * holes: and where what lies behind the end of a file is absent. */
int vm_strict_tables(struct pt *pt, bool holes);
/* Is addr behind the end of the file that is mapped there? */
bool vm_behind_file(uint64_t addr);

/* --- vm.c --- */
/* Build the virtual machine: 0, or -errno, perhaps with one line in err. */
int vm_start(char *err, size_t err_size);

/* --- machine.c --- */
/* KVM, which must have what we need: 0, or -errno with a line in err. */
int machine_open(char *err, size_t err_size);
int machine_create(void); /* a virtual machine without memory: 0 or -errno */
void machine_close(void); /* the parent's, in the child of a fork */
int vm_fd(void);
int vm_kvm_fd(void);
/* 1 GB of memory; of a machine that is created later it is to be added then. */
int vm_add_slot(uint64_t va, uint64_t gpa);

/* --- vcpu.c --- */
#define EXCEPTION_STACK 8192 /* each of two, above ring 0's */
struct dune_vcpu {
	int fd;
	struct kvm_run *run;
	struct dune_thread *thread; /* 0: in the pool */
	pid_t tid;		    /* who has run it last */
	struct dune_vcpu *next;	    /* of all */
	uint64_t gdt[16];
	uint8_t tss[104];
	int cpu; /* that ring 3 is told */
};
int vcpu_limits(char *err, size_t err_size);
uint64_t vcpu_address_bits(void);
void vcpu_idt(void);
bool vcpu_idt_is_whole(void);
int vcpu_set_up(struct dune_vcpu *v); /* one that has never run */
void vcpu_tables(struct dune_vcpu *v, const struct dune_thread *t);
int vcpu_reset_fpu(struct dune_thread *t); /* as a fresh process has it */
/* Start in ring 0 at dune_leave, on the way to ring 3. */
int vcpu_start(struct dune_thread *t);
/* Registers of an interrupted ring 3 to t->regs. */
int vcpu_capture(struct dune_thread *t, const struct kvm_sregs *s,
		 bool leaving);
int vcpu_set_cr3(struct dune_thread *t, uint64_t cr3);
/* Is it in ring 3? 1, 0 or -errno. */
int vcpu_in_user(struct dune_thread *t);
void vcpu_current_cpu(struct dune_thread *t);

/* --- pool.c --- */
/* A vCPU for t, which has all but that. */
int vcpu_attach(struct dune_thread *t);
/* Nobody executes by old tables when this returns. */
void vcpu_flush_others(void);
void vcpu_stats(struct dune_stats *out);
/* Call fn for the fd of each vCPU, until it returns other than 0. */
int vcpu_each(int (*fn)(int fd, void *arg), void *arg);
void vcpu_lock(void);
void vcpu_unlock(void);
void vcpu_forked(struct dune_thread *t);

/* --- run.c --- */
/* Into the guest, once: 0 with what KVM says in t->run, or KVM_RUN's -errno. */
int run_enter(struct dune_thread *t);
/* That was -EINTR: true if it has met ring 3, whose registers are complete now;
 * false if ring 0 is to go on. */
bool run_interrupted(struct dune_thread *t);
/* Ring 3's registers, if that is where the guest is. */
bool run_take_user(struct dune_thread *t);
/* Before ring 3 gets registers that the host has changed. */
void run_sanitise(struct dune_regs *r);

/* --- fatal.c --- */
void dune_fatal(struct dune_thread *t, const char *what)
	__attribute__((noreturn));

/* --- replay.c --- */
/* Strict tables for t, until replay_end(). holes: see strict.c. */
void replay_begin(struct dune_thread *t, bool holes);
/* The access was made, or has faulted: back to the usual tables. Returns how it
 * was replayed; 0: not at all. */
int replay_end(struct dune_thread *t);
void replay_forked(void); /* the child's only thread replays nothing */

/* --- trap.c --- */
/* The signal that ring 3 gets of a trap; sig 0: none. */
struct trap_signal {
	int sig, code;
	uint64_t addr;
};
/* Both: true if ring 3's registers are complete, and out says what it gets;
 * false if the guest is to go on where it is. strict: how the access was
 * replayed. */
bool trap_exception(struct dune_thread *t, int strict, struct trap_signal *out);
/* KVM_RUN failed with EFAULT. */
bool trap_efault(struct dune_thread *t, struct trap_signal *out);

#endif
