/* SPDX-License-Identifier: MIT */
/*
 * entry.S - ring 0: entry from ring 3, exit to the host, and back
 *
 * GS points to struct dune_thread in ring 0. t->regs is complete whenever the
 * host may look at it: at each exit, and from dune_leave to dune_leave_end.
 * Nothing here runs C but the gate.
 */
#include "entry.h"

#define DUNE_GATE 0x49580000 /* dune.h */
#define DUNE_GATE_MAX 64
#define EXIT_SYSCALL 1
#define EXIT_EXCEPTION 2
#define EXIT_RING0_SYSCALL 3
#define EXIT_KICK 4

#define G(off) %gs:off

	.text
	.globl dune_entry_syscall, dune_vectors, dune_leave, dune_leave_end
	.hidden dune_entry_syscall, dune_vectors, dune_leave, dune_leave_end

/* Out to the host, which fills in what is asked and comes back. */
.macro EXIT why
	movq $\why, G(T_EXIT)
	out %al, $EXIT_PORT
.endm

/* GS of ring 3 lies in the MSR that swapgs exchanges. */
.macro SAVE_USER_GS
	swapgs
	rdgsbase %rax
	swapgs
	mov %rax, G(R_GS)
.endm

/* Ring 3's, but for those that the two ways out hold in rcx, r11 and rsp. */
.macro RESTORE_REGS
	mov G(R_FS), %rax
	wrfsbase %rax
	mov G(R_RAX), %rax
	mov G(R_RBX), %rbx
	mov G(R_RDX), %rdx
	mov G(R_RSI), %rsi
	mov G(R_RDI), %rdi
	mov G(R_RBP), %rbp
	mov G(R_R8), %r8
	mov G(R_R9), %r9
	mov G(R_R10), %r10
	mov G(R_R12), %r12
	mov G(R_R13), %r13
	mov G(R_R14), %r14
	mov G(R_R15), %r15
.endm

/*
 * Both rings come here. rcx is where the call returns to: ring 3 can execute
 * only below RING3_END, the host's code lies above (dune_start checks it).
 */
	.balign 64
dune_entry_syscall:
	cmp ring3_end(%rip), %rcx
	ja from_ring0
	swapgs
	mov %rsp, G(R_RSP)
	mov %rcx, G(R_RIP)
	mov %rcx, G(R_RCX)
	mov %r11, G(R_RFLAGS)
	mov %r11, G(R_R11)
	mov %rax, G(R_RAX)
	mov %rbx, G(R_RBX)
	mov %rbp, G(R_RBP)
	mov %r12, G(R_R12)
	mov %r13, G(R_R13)
	mov %r14, G(R_R14)
	mov %r15, G(R_R15)
	movq $0, G(T_FULL)
	rdfsbase %rbx
	mov %rbx, G(R_FS)
	mov G(T_STACK), %rsp
	mov %rax, %rcx
	sub $DUNE_GATE, %rcx
	cmp $DUNE_GATE_MAX, %rcx
	jb gate

	mov %rdi, G(R_RDI)
	mov %rsi, G(R_RSI)
	mov %rdx, G(R_RDX)
	mov %r8, G(R_R8)
	mov %r9, G(R_R9)
	mov %r10, G(R_R10)
	SAVE_USER_GS
	EXIT EXIT_SYSCALL
	jmp dune_leave

/* A function call: what the ABI lets a callee clobber comes back as 0. */
gate:
	push %r9
	push %r8
	push %r10
	push %rdx
	push %rsi
	push %rdi
	mov G(T_HOST_FS), %rax
	wrfsbase %rax
	stmxcsr G(T_MXCSR)
	ldmxcsr mxcsr_default(%rip)
	fnstcw G(T_FCW)
	cmpw $FCW_DEFAULT, G(T_FCW)
	jne odd_fcw
fcw_done:
	mov %ecx, %edi
	mov %rsp, %rsi
	call *dune_gate(%rip)
	mov %rax, G(R_RAX)
	mov $-1, %eax
	mov $-1, %edx
	xrstor64 dune_xinit(%rip)
	ldmxcsr G(T_MXCSR)
	cmpw $FCW_DEFAULT, G(T_FCW)
	jne restore_fcw
restored_fcw:
	xor %eax, %eax
	mov %rax, G(R_RDI)
	mov %rax, G(R_RSI)
	mov %rax, G(R_RDX)
	mov %rax, G(R_R8)
	mov %rax, G(R_R9)
	mov %rax, G(R_R10)

/* To ring 3. The host restarts here what it interrupts before the end. */
dune_leave:
	cmpq $0, G(T_FLUSH)
	jne flush
	cmpq $0, G(T_KICK)
	jne kick
	cmpq $0, G(T_FULL)
	jne leave_by_iret
	RESTORE_REGS
	mov G(R_RIP), %rcx
	mov G(R_RFLAGS), %r11
	mov G(R_RSP), %rsp
	swapgs
	sysretq
leave_by_iret:
	mov G(T_STACK), %rsp
	pushq $SEL_USER_SS
	pushq G(R_RSP)
	pushq G(R_RFLAGS)
	pushq $SEL_USER_CS
	pushq G(R_RIP)
	pushq G(R_RCX)
	RESTORE_REGS
	mov G(R_R11), %r11
	mov G(R_GS), %rcx
	swapgs
	wrgsbase %rcx
	pop %rcx
	iretq
dune_leave_end:

flush:
	movq $0, G(T_FLUSH)
	mov G(T_CR3), %rax
	mov %rax, %cr3
	jmp dune_leave

/* regs.gs_base is complete already where the way out is iret. */
kick:
	movq $0, G(T_KICK)
	cmpq $0, G(T_FULL)
	jne 1f
	SAVE_USER_GS
1:	EXIT EXIT_KICK
	jmp dune_leave

odd_fcw:
	fnclex
	fldcw fcw_default(%rip)
	jmp fcw_done
restore_fcw:
	fldcw G(T_FCW)
	jmp restored_fcw

/* A system call of our own code. It may use the red zone. */
from_ring0:
	lea -128(%rsp), %rsp
	push %rcx
	push %r11
	mov %rax, G(T_RING0 + 0)
	mov %rdi, G(T_RING0 + 8)
	mov %rsi, G(T_RING0 + 16)
	mov %rdx, G(T_RING0 + 24)
	mov %r10, G(T_RING0 + 32)
	mov %r8, G(T_RING0 + 40)
	mov %r9, G(T_RING0 + 48)
	EXIT EXIT_RING0_SYSCALL
	mov G(T_RESULT), %rax
	popfq
	pop %rcx
	lea 128(%rsp), %rsp
	jmp *%rcx

/*
 * Exceptions, all on a stack of their own whose top word is the thread: GS is
 * not trusted, ring 0 may be anywhere. Ring 3's registers go to regs; ring
 * 0's stay on the stack, and the host may change trap.rip.
 */
	.balign VECTOR_STUB
dune_vectors:
	.set vector, 0
	.rept VECTORS
	.balign VECTOR_STUB
	.if vector != 8 && (vector < 10 || vector > 14) && vector != 17 && vector != 21 && vector != 29 && vector != 30
	push $0
	.endif
	push $vector
	jmp exception
	.set vector, vector + 1
	.endr

exception:
	push %rax
	push %rbx
	push %rcx
	push %rdx
	push %rsi
	push %rdi
	push %rbp
	push %r8
	push %r9
	push %r10
	push %r11
	push %r12
	push %r13
	push %r14
	push %r15
	mov 176(%rsp), %rdi
	mov 120(%rsp), %rax
	mov %rax, X_VEC(%rdi)
	mov 128(%rsp), %rax
	mov %rax, X_ERR(%rdi)
	mov 136(%rsp), %rax
	mov %rax, X_RIP(%rdi)
	mov 152(%rsp), %rcx
	mov %rcx, X_RFLAGS(%rdi)
	mov 160(%rsp), %rdx
	mov %rdx, X_RSP(%rdi)
	mov %cr2, %rbx
	mov %rbx, X_CR2(%rdi)
	mov 144(%rsp), %rbx
	mov %rbx, X_CS(%rdi)
	movq $EXIT_EXCEPTION, T_EXIT(%rdi)
	test $3, %bl
	jz exception_ring0

	mov %rax, R_RIP(%rdi)
	mov %rcx, R_RFLAGS(%rdi)
	mov %rdx, R_RSP(%rdi)
	rdfsbase %rax
	mov %rax, R_FS(%rdi)
	rdgsbase %rax
	mov %rax, R_GS(%rdi)
	mov %rdi, %rax
	pop R_R15(%rax)
	pop R_R14(%rax)
	pop R_R13(%rax)
	pop R_R12(%rax)
	pop R_R11(%rax)
	pop R_R10(%rax)
	pop R_R9(%rax)
	pop R_R8(%rax)
	pop R_RBP(%rax)
	pop R_RDI(%rax)
	pop R_RSI(%rax)
	pop R_RDX(%rax)
	pop R_RCX(%rax)
	pop R_RBX(%rax)
	pop R_RAX(%rax)
	movq $1, T_FULL(%rax)
	swapgs
	out %al, $EXIT_PORT
	jmp dune_leave

exception_ring0:
	out %al, $EXIT_PORT
	mov X_RIP(%rdi), %rax
	mov %rax, 136(%rsp)
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %r11
	pop %r10
	pop %r9
	pop %r8
	pop %rbp
	pop %rdi
	pop %rsi
	pop %rdx
	pop %rcx
	pop %rbx
	pop %rax
	add $16, %rsp
	iretq

	.section .rodata
	.balign 8
ring3_end:
	.quad RING3_END
mxcsr_default:
	.long MXCSR_DEFAULT
fcw_default:
	.word FCW_DEFAULT
	.section .note.GNU-stack, "", @progbits
