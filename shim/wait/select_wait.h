/* SPDX-License-Identifier: MIT */
/*
 * select_wait.h - select over sockets of both worlds
 */
#ifndef IX_SHIM_SELECT_WAIT_H
#define IX_SHIM_SELECT_WAIT_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/select.h>

/* Is a descriptor of the shim's in the sets? If not, or if a set cannot be
 * read, the call is left to the kernel, which answers EFAULT. */
bool select_ours(int n, const fd_set *r, const fd_set *w, const fd_set *e);
/* As pselect(2); ns < 0: no limit. Number of bits that are set, or -errno. */
int select_fds(int n, fd_set *r, fd_set *w, fd_set *e, int64_t ns,
	       const sigset_t *mask);

#endif
