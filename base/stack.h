/* SPDX-License-Identifier: MIT */
/*
 * stack.h - call a function on another stack
 *
 * Programs choose the size of their threads' stacks, and some choose the
 * smallest that is allowed (PTHREAD_STACK_MIN). So our code that needs more
 * than a little has a stack of its own.
 */
#ifndef IX_BASE_STACK_H
#define IX_BASE_STACK_H

/*
 * Call fn(arg) on the stack that ends at address top, a multiple of 16, and
 * return its result. An unwinder finds the old stack by the caller's frame
 * pointer.
 */
static __attribute__((noinline, unused)) long
stack_call(void *top, long (*fn)(void *arg), void *arg)
{
	long rc;

	__asm__ volatile("movq %%rsp, %%rbx\n\t"
			 "movq %[top], %%rsp\n\t"
			 "callq *%[fn]\n\t"
			 "movq %%rbx, %%rsp"
			 : "=a"(rc), "+D"(arg)
			 : [top] "r"(top), [fn] "r"(fn)
			 : "rbx", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11",
			   "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3",
			   "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9",
			   "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
			   "xmm15");
	return rc;
}

#endif
