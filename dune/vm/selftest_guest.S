/* SPDX-License-Identifier: MIT */
/*
 * selftest_guest.S - what the self-test's guest runs
 *
 * Pages as in selftest.c: from ring 0's code, its data; from ring 3's code,
 * its stack and the times.
 */
#include "entry.h"
#include "selftest.h"

#define ROUNDS 10000
#define PAGE 4096

	.section .rodata
	.globl selftest_ring0, selftest_ring0_end
	.globl selftest_syscall, selftest_fault
	.globl selftest_ring3, selftest_ring3_end
	.hidden selftest_ring0, selftest_ring0_end
	.hidden selftest_syscall, selftest_fault
	.hidden selftest_ring3, selftest_ring3_end

	.balign 16
selftest_ring0:
	lea selftest_ring0 + 3 * PAGE(%rip), %rax	/* ring 3's stack */
	lea selftest_ring0 + 2 * PAGE(%rip), %rcx	/* ring 3's code */
	pushq $SEL_USER_SS
	pushq %rax
	pushq $2
	pushq $SEL_USER_CS
	pushq %rcx
	iretq

/* rax = f(rdi); the call whose rdi is all ones ends the round trips */
selftest_syscall:
	cmp $-1, %rdi
	je 1f
	incq selftest_ring0 + PAGE + ST_REPORT_CALLS(%rip)
	lea 7(%rdi, %rdi, 2), %rax
	xor %rcx, %rax
	sysretq
1:	mov %rsi, selftest_ring0 + PAGE + ST_REPORT_WRONG(%rip)
	mov %rdx, selftest_ring0 + PAGE + ST_REPORT_CS(%rip)
	out %al, $ST_PORT_DONE
	sysretq

/* Tell the host, then on where ring 3 wants: rbx. */
	.balign 16
selftest_fault:
	pop selftest_ring0 + PAGE + ST_REPORT_ERR(%rip)
	mov %cr2, %rax
	mov %rax, selftest_ring0 + PAGE + ST_REPORT_CR2(%rip)
	out %al, $ST_PORT_FAULT
	mov %rbx, (%rsp)
	iretq
selftest_ring0_end:

	.balign 16
selftest_ring3:
	lea selftest_ring3 + 2 * PAGE(%rip), %r12	/* times */
	xor %r13d, %r13d
	xor %r14d, %r14d
1:	lfence
	rdtsc
	mov %eax, %r15d
	mov %r13, %rdi
	syscall
2:	mov %rax, %rbp
	lfence
	rdtsc
	sub %r15d, %eax
	mov %eax, (%r12, %r13, 4)
	lea 7(%r13, %r13, 2), %rax
	lea 2b(%rip), %rcx
	xor %rcx, %rax
	cmp %rbp, %rax
	setne %al
	movzbl %al, %eax
	add %rax, %r14
	inc %r13d
	cmp $ROUNDS, %r13d
	jb 1b
	mov $-1, %rdi
	mov %r14, %rsi
	mov %cs, %edx
	syscall
	/* the page before holds the report and is not ours */
	lea 3f(%rip), %rbx
	mov selftest_ring3 - PAGE(%rip), %rax
3:	lea 4f(%rip), %rbx
	movq $0, selftest_ring3 - PAGE(%rip)
4:	lea 5f(%rip), %rbx
	lea selftest_ring3 + PAGE(%rip), %rax
	jmp *%rax
5:	jmp 5b
selftest_ring3_end:
	.section .note.GNU-stack, "", @progbits
