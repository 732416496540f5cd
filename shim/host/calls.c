// SPDX-License-Identifier: MIT
/*
 * calls.c - the real functions behind the interposed ones
 *
 * Each pointer begins at a function that looks all of them up and goes on, so
 * that constructors of other libraries may call before ours has run.
 */
#include <dlfcn.h>
#include <errno.h>

#include "shim/host/calls.h"

/* clang-format off */
#define X(ret, name, params, args)          \
	static ret first_##name params      \
	{                                   \
		calls_resolve();            \
		return real_##name args;    \
	}                                   \
	static ret absent_##name params;    \
	ret (*real_##name) params = first_##name;
#define V(ret, name, params)
#define A(alias, name)                      \
	__asm__(".pushsection .text\n\t"    \
		".globl " #alias "\n\t"     \
		".type " #alias ", @function\n" \
		#alias ":\n\t"              \
		"jmp " #name "@PLT\n\t"     \
		".popsection");
#include "shim/host/calls.def"
#undef X

/* A C library that lacks the function: so does the system. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#define X(ret, name, params, args)          \
	static ret absent_##name params     \
	{                                   \
		errno = ENOSYS;             \
		return (ret)-1L;            \
	}
#include "shim/host/calls.def"
#undef X
#pragma GCC diagnostic pop

void calls_resolve(void)
{
	void *p;

#define X(ret, name, params, args)          \
	p = dlsym(RTLD_NEXT, #name);        \
	real_##name = p ? (ret(*) params)p : absent_##name;
#include "shim/host/calls.def"
#undef X
#undef V
}
/* clang-format on */
