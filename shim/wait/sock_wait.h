/* SPDX-License-Identifier: MIT */
/*
 * sock_wait.h - a call waits for one socket
 */
#ifndef IX_SHIM_SOCK_WAIT_H
#define IX_SHIM_SOCK_WAIT_H

#include "shim/object/hold.h"

/*
 * Block until sock_poll(s) & events, or the timeout. The caller holds no
 * lock. kernel_fd >= 0: that fd counts too (world BOTH): readiness of it for
 * `events` ends the wait as well. 0, -EAGAIN (time is up), -EINTR (a handler
 * without SA_RESTART ran). Drives the elastic thread meanwhile.
 */
int sock_wait(struct sock *s, unsigned events, int64_t timeout_ns,
	      int kernel_fd);

/*
 * As sock_wait(), and a cancelled thread lets go. both: the kernel's half of
 * the socket counts, too.
 */
int sock_wait_held(struct sock_hold *h, unsigned events, int64_t timeout_ns,
		   bool both);
/* The same for a stream: until more than `beyond` bytes are there, or it ends. */
int sock_wait_bytes(struct sock_hold *h, size_t beyond, int64_t timeout_ns);

#endif
