/* SPDX-License-Identifier: MIT */
/*
 * uaccess.S - a copy that survives a fault
 *
 * int uaccess_copy(void *to, const void *from, size_t len)
 *
 * 0, or -EFAULT with an unknown part copied. Each instruction that may fault
 * has an entry in the section ix_fixups: whoever handles the fault continues
 * at the address that the entry names.
 */
#define FIXUP(label)                          \
	.pushsection ix_fixups, "aw";         \
	.balign 8;                            \
	.quad label, .Lfault;                 \
	.popsection

	.text
	.globl	uaccess_copy
	.hidden	uaccess_copy
	.type	uaccess_copy, @function
	.balign	32
uaccess_copy:
	.cfi_startproc
	subq	$32, %rdx
	jb	.Ltail
.Lblock:
1:	movdqu	(%rsi), %xmm0
	FIXUP(1b)
2:	movdqu	16(%rsi), %xmm1
	FIXUP(2b)
3:	movdqu	%xmm0, (%rdi)
	FIXUP(3b)
4:	movdqu	%xmm1, 16(%rdi)
	FIXUP(4b)
	addq	$32, %rsi
	addq	$32, %rdi
	subq	$32, %rdx
	jae	.Lblock
.Ltail:
	addq	$32, %rdx
	jz	.Ldone
	cmpq	$8, %rdx
	jb	.Lbytes
.Lword:
5:	movq	(%rsi), %rax
	FIXUP(5b)
6:	movq	%rax, (%rdi)
	FIXUP(6b)
	addq	$8, %rsi
	addq	$8, %rdi
	subq	$8, %rdx
	cmpq	$8, %rdx
	jae	.Lword
	testq	%rdx, %rdx
	jz	.Ldone
.Lbytes:
7:	movzbl	(%rsi), %eax
	FIXUP(7b)
8:	movb	%al, (%rdi)
	FIXUP(8b)
	incq	%rsi
	incq	%rdi
	decq	%rdx
	jnz	.Lbytes
.Ldone:
	xorl	%eax, %eax
	ret
.Lfault:
	movl	$-14, %eax	/* -EFAULT */
	ret
	.cfi_endproc
	.size	uaccess_copy, . - uaccess_copy

	.section .note.GNU-stack, "", @progbits
