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

/* Is a descriptor of ours in the sets? Else the kernel knows what is wrong with sets
 * that are not there. */
bool select_ours(int n, const fd_set *r, const fd_set *w, const fd_set *e);
/* pselect(2) of such; ns < 0: no limit. Bits that are set, -errno. */
int select_fds(int n, fd_set *r, fd_set *w, fd_set *e, int64_t ns,
	       const sigset_t *mask);

#endif
