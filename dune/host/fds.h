/* SPDX-License-Identifier: MIT */
/*
 * fds.h - which descriptors are the program's (visible) and which are ours
 * (hidden)
 *
 * Numbers from dune_config.hidden_fd_min on are hidden. The kernel never gives
 * one of them to the program: the process's soft RLIMIT_NOFILE is
 * hidden_fd_min, or the program's own limit if that is lower. A hidden
 * descriptor is made at a low number and then moved up. While that happens no
 * other thread of the program may duplicate, map or send a descriptor: a
 * read-write lock keeps the two apart.
 */
#ifndef IX_DUNE_HOST_FDS_H
#define IX_DUNE_HOST_FDS_H

#include <stdbool.h>
#include <sys/resource.h>

/* Take over RLIMIT_NOFILE. Returns 0, -EMFILE if the hard limit leaves no room
 * for hidden descriptors, or another -errno. */
int fds_start(void);

/* Is fd a number of the program's? It need not be open. */
bool fd_visible(int fd);
/* Is it that, or a hidden one that the configuration allows for one of the uses
 * in `use` (enum dune_fd_use)? */
bool fd_allowed(int fd, unsigned use);

/* Make hidden descriptors: call fds_hide_begin(), open them, fds_hide() each,
 * fds_hide_end(). fds_hide() moves fd into the hidden range, close-on-exec, and
 * closes the low number even if it fails. Returns the new number or -errno. */
void fds_hide_begin(void);
int fds_hide(int fd);
void fds_hide_end(void);
/* All three for fd, which is open already: use it only where it does no harm if
 * the program had access to fd until now. */
int fds_hide_one(int fd);

/* Call these around a system call that makes another reference to a descriptor
 * of the program (dup, mmap, sendmsg): it waits while others hide theirs. */
void fds_use_begin(void);
void fds_use_end(void);

/* The program's RLIMIT_NOFILE, as it believes it to be. Setting it returns 0,
 * -EINVAL, or -EPERM to raise the hard limit without CAP_SYS_RESOURCE. */
void fds_get_limit(struct rlimit *out);
int fds_set_limit(const struct rlimit *limit);

#endif
