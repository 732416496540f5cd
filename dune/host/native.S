/* SPDX-License-Identifier: MIT */
/*
 * native.S - system calls of the host thread that lose no wake-up
 *
 * The handler of host signals (sighost.c) looks where it interrupted: between
 * dune_native_check and dune_native_call the call has not begun, and it goes
 * on at dune_native_not_begun. At dune_native_call itself either that holds
 * (rcx is 0), or the kernel has wound the call back in order to restart it
 * (rcx is what the instruction left there): dune_native_begun.
 */
#define ERESTARTSYS 512
#define ERESTARTNOINTR 513
#define SYS_RT_SIGRETURN 15
#define SYS_ARCH_PRCTL 158
#define ARCH_SET_FS 0x1002
#define EFAULT 14

.macro FUNCTION name
	.globl \name
	.hidden \name
	.type \name, @function
\name:
.endm
.macro MARK name
	.globl \name
	.hidden \name
\name:
.endm

	.text

/* long dune_native_raw(const volatile int *stop, long nr,
 *			const uint64_t arg[6]) */
FUNCTION dune_native_raw
	mov	%rsi, %rax
	mov	%rdi, %r11
	mov	0(%rdx), %rdi
	mov	8(%rdx), %rsi
	mov	24(%rdx), %r10
	mov	32(%rdx), %r8
	mov	40(%rdx), %r9
	mov	16(%rdx), %rdx
	xor	%ecx, %ecx
MARK dune_native_check
	cmpl	$0, (%r11)
	jne	dune_native_not_begun
MARK dune_native_call
	syscall
	ret
MARK dune_native_not_begun
	mov	$-ERESTARTNOINTR, %rax
	ret
MARK dune_native_begun
	mov	$-ERESTARTSYS, %rax
	ret

/* sa_restorer of the host's handlers */
FUNCTION dune_restorer
	mov	$SYS_RT_SIGRETURN, %eax
	syscall

/* int dune_cas_raw(uint32_t *word, uint32_t *old, uint32_t new): 1 if *word was
 * *old and is new now, 0 if not (*old tells what it was), -EFAULT */
FUNCTION dune_cas_raw
	mov	(%rsi), %eax
MARK dune_cas_at
	lock cmpxchgl %edx, (%rdi)
	mov	%eax, (%rsi)
	sete	%al
	movzbl	%al, %eax
	ret
MARK dune_cas_fault
	mov	$-EFAULT, %eax
	ret

/* void dune_sigreturn_to(const void *ucontext, uint64_t fs_base): go to the
 * context of a signal frame, with another thread pointer. */
FUNCTION dune_sigreturn_to
	mov	%rdi, %rbx
	mov	$ARCH_SET_FS, %edi
	mov	$SYS_ARCH_PRCTL, %eax
	syscall
	mov	%rbx, %rsp
	mov	$SYS_RT_SIGRETURN, %eax
	syscall
	ud2

	.section .note.GNU-stack, "", @progbits
