/* SPDX-License-Identifier: MIT */
/*
 * epoll_wait.h - epoll_wait
 */
#ifndef IX_SHIM_EPOLL_WAIT_H
#define IX_SHIM_EPOLL_WAIT_H

#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>

/* As epoll_pwait2(2); timeout_ns < 0: no limit. Number of events, or -errno. */
int epoll_wait_fd(int epfd, struct epoll_event *out, int max,
		  int64_t timeout_ns, const sigset_t *mask);

#endif
