// SPDX-License-Identifier: MIT
/*
 * exe_link.c - the file of the running program, which /proc/self/exe names
 *
 * For the kernel that link leads to the file of the host.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dune/file/exe_link.h"

static char running[PATH_MAX + 1];

void exe_set_path(const char path[PATH_MAX + 1])
{
	strcpy(running, path);
}

const char *exe_path(void)
{
	return running;
}

bool exe_is_link(const char *path)
{
	char own[64];

	snprintf(own, sizeof(own), "/proc/%d/exe", (int)getpid());
	return !strcmp(path, "/proc/self/exe") || !strcmp(path, own) ||
	       !strcmp(path, "/proc/thread-self/exe") ||
	       !strcmp(path, "/proc/curproc/file");
}

const char *exe_substitute(const char *path)
{
	return running[0] && exe_is_link(path) ? running : path;
}
