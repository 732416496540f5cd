/* SPDX-License-Identifier: MIT */
/*
 * entry.h - offsets and selectors that entry.S shares with C
 */
#ifndef IX_DUNE_VM_ENTRY_H
#define IX_DUNE_VM_ENTRY_H

/* struct dune_thread */
#define T_SELF 0
#define T_STACK 8
#define T_HOST_FS 16
#define T_EXIT 24
#define T_RESULT 32
#define T_FULL 40
#define T_KICK 48
#define T_SCRATCH 56
#define T_REGS 64
#define T_TRAP 224
#define T_RING0 280
#define T_FLUSH 336
#define T_CR3 344
#define T_MXCSR 352
#define T_FCW 356

/* struct dune_regs, from the start of struct dune_thread */
#define R_RAX (T_REGS + 0)
#define R_RBX (T_REGS + 8)
#define R_RCX (T_REGS + 16)
#define R_RDX (T_REGS + 24)
#define R_RSI (T_REGS + 32)
#define R_RDI (T_REGS + 40)
#define R_RBP (T_REGS + 48)
#define R_RSP (T_REGS + 56)
#define R_R8 (T_REGS + 64)
#define R_R9 (T_REGS + 72)
#define R_R10 (T_REGS + 80)
#define R_R11 (T_REGS + 88)
#define R_R12 (T_REGS + 96)
#define R_R13 (T_REGS + 104)
#define R_R14 (T_REGS + 112)
#define R_R15 (T_REGS + 120)
#define R_RIP (T_REGS + 128)
#define R_RFLAGS (T_REGS + 136)
#define R_FS (T_REGS + 144)
#define R_GS (T_REGS + 152)

/* struct dune_trap */
#define X_VEC (T_TRAP + 0)
#define X_ERR (T_TRAP + 8)
#define X_RIP (T_TRAP + 16)
#define X_CS (T_TRAP + 24)
#define X_RFLAGS (T_TRAP + 32)
#define X_RSP (T_TRAP + 40)
#define X_CR2 (T_TRAP + 48)

/* Segment selectors. Those that a program can see have Linux's values. */
#define SEL_KERNEL_CS 0x10
#define SEL_KERNEL_SS 0x18
#define SEL_USER_SS 0x2b
#define SEL_USER_CS 0x33
#define SEL_TSS 0x40
#define SEL_CPU_NODE 0x78

/* All pages that ring 3 may execute (windows, vdso) lie below this address, and
 * all code of ring 0 above it. */
#define RING3_END 0x101040000000

#define EXIT_PORT 0x10
#define VECTORS 32
#define VECTOR_STUB 16 /* bytes */

#define FCW_DEFAULT 0x37f
#define MXCSR_DEFAULT 0x1f80

#ifndef __ASSEMBLER__
#include <stddef.h>

#include "dune/host/layout.h"
#include "dune/host/self.h"

_Static_assert(RING3_END == WINDOW_END + GB, "entry.S");

#define T_AT(field, off) \
	_Static_assert(offsetof(struct dune_thread, field) == (off), #field)
T_AT(self, T_SELF);
T_AT(stack, T_STACK);
T_AT(host_fs, T_HOST_FS);
T_AT(exit, T_EXIT);
T_AT(result, T_RESULT);
T_AT(full, T_FULL);
T_AT(kick, T_KICK);
T_AT(scratch, T_SCRATCH);
T_AT(regs, T_REGS);
T_AT(regs.rsp, R_RSP);
T_AT(regs.r15, R_R15);
T_AT(regs.rip, R_RIP);
T_AT(regs.rflags, R_RFLAGS);
T_AT(regs.fs_base, R_FS);
T_AT(regs.gs_base, R_GS);
T_AT(trap, T_TRAP);
T_AT(trap.cr2, X_CR2);
T_AT(ring0_arg, T_RING0);
T_AT(flush, T_FLUSH);
T_AT(cr3, T_CR3);
T_AT(mxcsr, T_MXCSR);
T_AT(fcw, T_FCW);

/* Ring 0's code in entry.S. The host starts a vCPU at dune_leave, which goes on
 * to ring 3. If the vCPU stops between dune_leave and dune_leave_end, t->regs
 * are complete but for gs_base, which vcpu_capture() adds, and ring 0 may have
 * looked at t->kick for the last time. */
extern const char dune_entry_syscall[], dune_vectors[];
extern const char dune_leave[], dune_leave_end[];
#endif

#endif
