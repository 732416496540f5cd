// SPDX-License-Identifier: MIT
/*
 * instance.c - the instance of this process
 */
#include "control/host/instance/instance.h"

#include <sys/stat.h>

struct instance *instance_mine;

void instance_set(struct instance *in)
{
	instance_mine = in;
}

uint64_t instance_pid_ns(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) == 0 ? st.st_ino : 0;
}
