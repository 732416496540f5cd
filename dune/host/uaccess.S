/* SPDX-License-Identifier: MIT */
/*
 * uaccess.S - a copy that survives bad addresses, in ring 0 and in the host
 */
	.text
	.globl dune_copy
	.hidden dune_copy
	.type dune_copy, @function
/* size_t dune_copy(void *to, const void *from, size_t len) */
dune_copy:
	mov %rdx, %rcx
copy_at:
	rep movsb
copy_end:
	mov %rcx, %rax
	ret
	.size dune_copy, . - dune_copy

	.section .data.rel.ro, "aw"
	.globl dune_own_fixups
	.hidden dune_own_fixups
	.balign 8
dune_own_fixups:
	.quad copy_at, copy_end
	.globl dune_own_nfixups
	.hidden dune_own_nfixups
	.balign 4
dune_own_nfixups:
	.long 1
	.section .note.GNU-stack, "", @progbits
