/* SPDX-License-Identifier: MIT */
/*
 * checked_copy.S - a copy that survives a fault, for the sizes that calls have
 *
 * int checked_copy(void *to, const void *from, size_t n)
 *
 * The blocks that are copied overlap where the size is no multiple of theirs:
 * some bytes are read and written twice. The buffers themselves do not overlap.
 */

/* An instruction that may fault, with its entry: see checked_copy.h. */
#define MAY_FAULT(insn...)                    \
99:	insn;                                 \
	.pushsection ix_fixups, "aw";         \
	.balign 8;                            \
	.quad 99b, .Lfault;                   \
	.popsection

	.text
	.globl	checked_copy
	.hidden	checked_copy
	.type	checked_copy, @function
	.balign	32
checked_copy:
	.cfi_startproc
	cmpq	$16, %rdx
	jb	.Lsmall
	cmpq	$32, %rdx
	ja	.Lblocks
MAY_FAULT(movdqu (%rsi), %xmm0)
MAY_FAULT(movdqu -16(%rsi,%rdx), %xmm1)
MAY_FAULT(movdqu %xmm0, (%rdi))
MAY_FAULT(movdqu %xmm1, -16(%rdi,%rdx))
.Ldone:
	xorl	%eax, %eax
	ret
.Lblocks:
	subq	$32, %rdx
.Lblock:
MAY_FAULT(movdqu (%rsi), %xmm0)
MAY_FAULT(movdqu 16(%rsi), %xmm1)
MAY_FAULT(movdqu %xmm0, (%rdi))
MAY_FAULT(movdqu %xmm1, 16(%rdi))
	addq	$32, %rsi
	addq	$32, %rdi
	subq	$32, %rdx
	ja	.Lblock
	/* the last 32, which end at rdx + 32 from here */
MAY_FAULT(movdqu (%rsi,%rdx), %xmm0)
MAY_FAULT(movdqu 16(%rsi,%rdx), %xmm1)
MAY_FAULT(movdqu %xmm0, (%rdi,%rdx))
MAY_FAULT(movdqu %xmm1, 16(%rdi,%rdx))
	xorl	%eax, %eax
	ret
.Lsmall:
	cmpl	$8, %edx
	jb	.Lunder8
MAY_FAULT(movq (%rsi), %rax)
MAY_FAULT(movq -8(%rsi,%rdx), %rcx)
MAY_FAULT(movq %rax, (%rdi))
MAY_FAULT(movq %rcx, -8(%rdi,%rdx))
	xorl	%eax, %eax
	ret
.Lunder8:
	cmpl	$4, %edx
	jb	.Lunder4
MAY_FAULT(movl (%rsi), %eax)
MAY_FAULT(movl -4(%rsi,%rdx), %ecx)
MAY_FAULT(movl %eax, (%rdi))
MAY_FAULT(movl %ecx, -4(%rdi,%rdx))
	xorl	%eax, %eax
	ret
.Lunder4:
	testl	%edx, %edx
	jz	.Ldone
	/* the first, the last and the middle one of 1, 2 or 3 */
MAY_FAULT(movzbl (%rsi), %eax)
MAY_FAULT(movzbl -1(%rsi,%rdx), %ecx)
	movl	%edx, %r8d
	shrl	%r8d
MAY_FAULT(movzbl (%rsi,%r8), %r9d)
MAY_FAULT(movb %al, (%rdi))
MAY_FAULT(movb %cl, -1(%rdi,%rdx))
MAY_FAULT(movb %r9b, (%rdi,%r8))
	xorl	%eax, %eax
	ret
.Lfault:
	movl	$-14, %eax	/* -EFAULT */
	ret
	.cfi_endproc
	.size	checked_copy, . - checked_copy

	.section .note.GNU-stack, "", @progbits
