// SPDX-License-Identifier: MIT
/*
 * resources.c - resource limits and CPUs of the program
 *
 * RLIMIT_MEMLOCK is raised, for rings and umem of the devices. RLIMIT_NOFILE
 * stays: programs read it, and its soft value decides what they do.
 */
#include <sched.h>
#include <stdio.h>
#include <sys/resource.h>

#include "control/ix-run/resources.h"

void limits_raise(void)
{
	struct rlimit l = { RLIM_INFINITY, RLIM_INFINITY };

	if (setrlimit(RLIMIT_MEMLOCK, &l) == 0)
		return;
	if (getrlimit(RLIMIT_MEMLOCK, &l) == 0) {
		l.rlim_cur = l.rlim_max;
		setrlimit(RLIMIT_MEMLOCK, &l);
	}
}

int cpus_check(const struct ix_config *c, char *err, size_t err_size)
{
	cpu_set_t set;
	uint32_t i;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 0;
	for (i = 0; i < c->ncpus; i++) {
		if (c->cpu[i] < CPU_SETSIZE && CPU_ISSET(c->cpu[i], &set))
			continue;
		snprintf(err, err_size,
			 "CPU %u of --cpus is not there or not allowed; see "
			 "nproc and taskset -p $$",
			 c->cpu[i]);
		return EXIT_IX;
	}
	return 0;
}
