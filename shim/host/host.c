// SPDX-License-Identifier: MIT
/*
 * host.c - the functions of the C library that are behind ours
 *
 * Each begins as one that looks all of them up and goes on, so that constructors
 * of other libraries may call before ours has run.
 */
#include <dlfcn.h>
#include <errno.h>

#include "shim/host/host.h"

/* clang-format off */
#define V(ret, name, params)
#define X(ret, name, params, args)          \
	static ret first_##name params      \
	{                                   \
		host_resolve();             \
		return host.name args;      \
	}
#include "shim/host/calls.def"
#undef X

struct host host = {
#define X(ret, name, params, args) .name = first_##name,
#include "shim/host/calls.def"
#undef X
};

/* A C library that lacks the function: so does the system. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#define X(ret, name, params, args)          \
	static ret absent_##name params     \
	{                                   \
		errno = ENOSYS;             \
		return (ret)-1L;            \
	}
#include "shim/host/calls.def"
#undef X
#pragma GCC diagnostic pop

void host_resolve(void)
{
	void *p;

#define X(ret, name, params, args)          \
	p = dlsym(RTLD_NEXT, #name);        \
	host.name = p ? (ret(*) params)p : absent_##name;
#include "shim/host/calls.def"
#undef X
#undef V
}
/* clang-format on */
