/* SPDX-License-Identifier: MIT */
/*
 * poll_wait.h - poll over sockets of both worlds
 */
#ifndef IX_SHIM_POLL_WAIT_H
#define IX_SHIM_POLL_WAIT_H

#include <poll.h>
#include <signal.h>
#include <stdint.h>

/* As ppoll(2); ns < 0: no limit. Number of descriptors that are ready, or
 * -errno. */
int poll_fds(struct pollfd *fds, nfds_t n, int64_t ns, const sigset_t *mask);

#endif
