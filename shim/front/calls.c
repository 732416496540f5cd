// SPDX-License-Identifier: MIT
/*
 * calls.c - second names under which the C library has functions
 */
#include "shim/front/calls.h"

/* clang-format off */
#define X(ret, name, params, args)
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
#undef V
/* clang-format on */
