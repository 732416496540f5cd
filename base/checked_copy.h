/* SPDX-License-Identifier: MIT */
/*
 * checked_copy.h - a copy from or to memory that may not be there
 *
 * Each instruction that may fault has an entry in the section ix_fixups of the
 * object that it is linked into: whoever handles the fault goes on at the
 * address that the entry names. Where nobody does, the fault is as any other.
 */
#ifndef IX_BASE_CHECKED_COPY_H
#define IX_BASE_CHECKED_COPY_H

#include <stddef.h>

#include "ix/abi.h"

/* 0, or -EFAULT with an unknown part copied. */
int checked_copy(void *to, const void *from, size_t n);

/* The entries of this shared object; the linker makes these names. */
extern const struct ix_fixup __start_ix_fixups[], __stop_ix_fixups[];

#endif
