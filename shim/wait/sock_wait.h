/* SPDX-License-Identifier: MIT */
/*
 * sock_wait.h - a call waits for one socket
 */
#ifndef IX_SHIM_SOCK_WAIT_H
#define IX_SHIM_SOCK_WAIT_H

#include "shim/object/hold.h"

/*
 * Block until sock_poll(s) & events (or an error or a hang-up), or the timeout
 * in ns (< 0: none), and drive the elastic thread meanwhile. The caller holds
 * no lock. kernel_fd >= 0: the wait also ends when that descriptor is ready for
 * `events` (WORLD_BOTH). 0, -EAGAIN (time is up), -EINTR (a handler ran:
 * without a timeout one without SA_RESTART, with a timeout any).
 */
int sock_wait(struct sock *s, unsigned events, int64_t timeout_ns,
	      int kernel_fd);

/*
 * As sock_wait() for a socket that is held; a thread that is cancelled gives
 * the hold up. both: the kernel's half of the socket ends the wait, too.
 */
int sock_wait_held(struct sock_hold *h, unsigned events, int64_t timeout_ns,
		   bool both);
/* The same for a stream: until more than `beyond` bytes have come, or it
 * ends. */
int sock_wait_bytes(struct sock_hold *h, size_t beyond, int64_t timeout_ns);

#endif
