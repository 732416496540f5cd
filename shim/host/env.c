// SPDX-License-Identifier: MIT
/*
 * env.c - the environment that the C library has
 */
#include "shim/host/env.h"

#include <dlfcn.h>
#include <errno.h>

int env_set(const char *name, const char *value)
{
	int (*set)(const char *, const char *, int) =
		dlsym(RTLD_NEXT, "setenv");

	if (!set)
		return -ENOSYS;
	return set(name, value, 1) < 0 ? -errno : 0;
}

void env_unset(const char *name)
{
	int (*unset)(const char *) = dlsym(RTLD_NEXT, "unsetenv");

	if (unset)
		unset(name);
}
