/* SPDX-License-Identifier: MIT */
/*
 * host.h - the functions of the C library that are behind ours
 *
 * For each row of calls.def host.<name>() is what the C library does under that
 * name. The shim, and what is linked into it, calls these or makes system calls
 * of its own (base/raw.h): plain <name>() would come back to us. All that the
 * shim asks of its host goes by this table, so another host, or the one of a
 * test, is another table.
 */
#ifndef IX_SHIM_HOST_H
#define IX_SHIM_HOST_H

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "base/raw.h"

/* For functions that sanitizers call before they can check anything. */
#define SHIM_EARLY __attribute__((no_sanitize_address))

/* clang-format off */
struct host {
#define X(ret, name, params, args) ret(*name) params;
#define V(ret, name, params)
#include "shim/host/calls.def"
#undef X
#undef V
};
/* clang-format on */
extern struct host host;

/* Look all functions up; done by the first call of one, or by our
 * constructor. */
void host_resolve(void);

/* Close a descriptor that the shim made. Unlike close() this is no cancellation
 * point, at which a thread would end with its work half done. */
static inline int own_close(int fd)
{
	return (int)raw_call(SYS_close, fd);
}

/* A result or -errno as the C library returns it: -1 with errno. */
static inline ssize_t ret_errno(ssize_t rc)
{
	if (__builtin_expect(rc < 0, 0)) {
		errno = (int)-rc;
		return -1;
	}
	return rc;
}

#endif
