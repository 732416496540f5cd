/* SPDX-License-Identifier: MIT */
/*
 * mediate_io.h - copies of the program's I/O vectors
 */
#ifndef IX_DUNE_SYS_MEDIATE_IO_H
#define IX_DUNE_SYS_MEDIATE_IO_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

/* Copy n entries, at most IOV_MAX, and check what they point to: it will be
 * read, or written. 0, -EINVAL or -EFAULT. */
long iov_take(struct iovec *to, uint64_t from, uint64_t n, bool write);

#endif
