/* SPDX-License-Identifier: MIT */
/*
 * fds.h - which descriptors are the program's
 *
 * Numbers from dune_config.hidden_fd_min on are ours. The kernel itself never
 * gives one to the program: the soft RLIMIT_NOFILE ends there, or where the
 * program has set its own. A descriptor of ours is made at a low number and
 * moved, and while that happens nobody may duplicate, map or send one.
 */
#ifndef IX_DUNE_HOST_FDS_H
#define IX_DUNE_HOST_FDS_H

#include <stdbool.h>
#include <sys/resource.h>

int fds_start(void);

/* Is fd one that the program may pass where `use` is done with it? */
bool fd_visible(int fd);
bool fd_allowed(int fd, unsigned use);

/* Around the making of descriptors of ours. fds_hide() moves fd, closed on
 * exec, into the hidden range and closes the low one in any case; the new
 * number or -errno. */
void fds_hide_begin(void);
int fds_hide(int fd);
void fds_hide_end(void);
/* The three in one, for a descriptor that would do no harm meanwhile. */
int fds_hide_one(int fd);

/* Around a call that gives another name to a descriptor of the program. */
void fds_use_begin(void);
void fds_use_end(void);

/* The program's RLIMIT_NOFILE. */
void fds_get_limit(struct rlimit *out);
int fds_set_limit(const struct rlimit *limit);

#endif
