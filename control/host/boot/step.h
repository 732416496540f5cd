/* SPDX-License-Identifier: MIT */
/*
 * step.h - what the steps of the start hand to each other
 */
#ifndef IX_HOST_STEP_H
#define IX_HOST_STEP_H

#include <sys/resource.h>

#include "control/host/instance/instance.h"
#include "mem/pools.h"

struct boot {
	const struct ix_boot_args *args;
	struct ix_booted *out;
	struct instance *in; /* from the step `memory` on */
	struct ix_config cfg;
	struct arena arena, app_arena;

	/* boot_fds.c */
	struct rlimit nofile; /* the program's RLIMIT_NOFILE, to be restored */
	int fd_base;	      /* our descriptors have numbers from here on */
	unsigned nwake;	      /* wake-up eventfds to make, one for a slot */

	/* boot_run.c, boot_addr.c */
	char run_dir[INSTANCE_PATH - 32]; /* path of the run directory */
	/* the directory, its file "boot" (the lock), its file "net<N>"; -1 */
	int run_fd, run_lock, claim_fd;
	int number; /* N of 10.86.N.2 and ix<N>; -1: not needed */
	struct drv_spec spec[IX_MAX_DEVS];
	uint32_t addr_dev[IX_MAX_ADDRS]; /* index of each address's device */
	int address_fd[IX_MAX_ADDRS];	 /* its claim (boot_claim.c); 0: none */

	/* boot_mem.c */
	uint64_t tsc0, ns0; /* TSC and clock at the start, to measure the TSC */
	struct pool pool[2][IX_MAX_ETHREADS]; /* [0]: receive, [1]: transmit */
	struct rte_mempool *rx_pool[IX_MAX_ETHREADS];
	struct rte_mempool *tx_pool[IX_MAX_ETHREADS];
};

#endif
