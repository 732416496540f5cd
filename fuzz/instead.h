/* SPDX-License-Identifier: MIT */
/*
 * instead.h - what the files of dune/ see first when a fuzzer plays the kernel
 *
 * Their system calls are calls of kernel.c, and the program's window is where
 * ASan has no shadow.
 */
#ifndef IX_FUZZ_INSTEAD_H
#define IX_FUZZ_INSTEAD_H

#define host_call host_call_of_the_machine
#include "dune/host/host.h"
#undef host_call
#define host_call kernel_call

#include "dune/vm/entry.h"
#undef RING3_END
#define RING3_END (WINDOW_END + (UINT64_C(1) << 30))
#undef DUNE_WINDOW_BASE
#define DUNE_WINDOW_BASE UINT64_C(0x200000000000)

long kernel_call(long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
		 uint64_t e, uint64_t f);

#endif
