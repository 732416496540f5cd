/* SPDX-License-Identifier: MIT */
/*
 * mediate_io.h - copies of the program's I/O vectors
 */
#ifndef IX_DUNE_SYS_MEDIATE_IO_H
#define IX_DUNE_SYS_MEDIATE_IO_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

/* Copy a vector of n entries, and check the ranges that they describe: that
 * they are the program's memory and, if `write`, that it may be written to.
 * Lengths are cut to COUNT_MAX. Returns 0, -EINVAL (n > IOV_MAX, a negative
 * length) or -EFAULT. */
long iov_take(struct iovec *to, uint64_t from, uint64_t n, bool write);

#endif
