/* SPDX-License-Identifier: MIT */
/*
 * calls.h - both sides of each interposed function, from calls.def
 *
 * For each row: call_<name>(), which is linked under the symbol <name> and
 * thus is what the program calls; and real_<name>(), a pointer to the function
 * of the C library. (The prefix is not ix_: libix has ix_connect() and others.)
 * Inside the shim and what is linked into it only real_<name>() or raw system
 * calls may be used: plain <name>() would come back to us.
 */
#ifndef IX_SHIM_CALLS_H
#define IX_SHIM_CALLS_H

#include <dirent.h>
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

#define SHIM_EXPORT __attribute__((visibility("default")))
/* Of functions that sanitizers come by before they can check anything. */
#define SHIM_EARLY __attribute__((no_sanitize_address))

/* clang-format off */
#define X(ret, name, params, args)                         \
	SHIM_EXPORT ret call_##name params __asm__(#name); \
	extern ret(*real_##name) params;
#define V(ret, name, params) SHIM_EXPORT ret call_##name params __asm__(#name);
#include "shim/host/calls.def"
#undef X
#undef V
/* clang-format on */

/* Close a descriptor that we made: other than close() no cancellation point, where
 * a thread would end with what it is about half done. */
static inline int own_close(int fd)
{
	return (int)raw_call(SYS_close, fd);
}

/* Find all real functions; done by the first call of one, or at start. */
void calls_resolve(void);

#endif
