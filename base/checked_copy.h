/* SPDX-License-Identifier: MIT */
/*
 * checked_copy.h - a copy from or to memory that may not be mapped
 *
 * Each instruction that may fault has an entry in the section ix_fixups of the
 * shared object. A handler of the fault (the signal's, or that of ring 0's page
 * fault) finds the entry and continues at the address that it names. Without
 * such a handler the fault kills the process, as any other does.
 */
#ifndef IX_BASE_CHECKED_COPY_H
#define IX_BASE_CHECKED_COPY_H

#include <stddef.h>

#include "ix/abi.h"

/* Copy n bytes. Returns 0, or -EFAULT; then an unknown part has been copied. */
int checked_copy(void *to, const void *from, size_t n);

/* Start and end of this shared object's entries; the linker defines both. */
extern const struct ix_fixup __start_ix_fixups[], __stop_ix_fixups[];

#endif
