/* SPDX-License-Identifier: MIT */
/*
 * boot.h - what the steps of the start hand to each other
 */
#ifndef IX_HOST_BOOT_H
#define IX_HOST_BOOT_H

#include <sys/resource.h>

#include "control/host/instance/instance.h"
#include "mem/pools.h"

struct boot {
	const struct ix_boot_args *args;
	struct ix_info *info_out;
	struct instance *in; /* from the step `memory` on */
	struct ix_config cfg;
	struct arena arena, app_arena;

	/* boot_fds.c */
	struct rlimit nofile; /* the program's */
	int fd_base;
	unsigned nwake;

	/* boot_addr.c */
	char run_dir[INSTANCE_PATH - 32];
	int run_fd, run_lock, claim_fd;
	int number; /* N of 10.86.N.2 and ix<N>; -1: not needed */
	struct drv_spec spec[IX_MAX_DEVS];
	uint32_t addr_dev[IX_MAX_ADDRS];
	int address_fd[IX_MAX_ADDRS]; /* boot_claim.c; 0: none */

	/* boot_mem.c */
	uint64_t tsc0, ns0;		      /* for the slope of the clock */
	struct pool pool[2][IX_MAX_ETHREADS]; /* rx, tx */
	struct rte_mempool *rx_pool[IX_MAX_ETHREADS];
	struct rte_mempool *tx_pool[IX_MAX_ETHREADS];
};

/* boot.c: start the instance. 0, or -errno with one line in args->err. */
int instance_boot(const struct ix_boot_args *args, struct ix_info *info_out);

/* boot_fail.c: write the one line that says what is wrong; returns rc. */
int boot_fail(struct boot *b, int rc, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* boot_fds.c */
int boot_limits(struct boot *b);
void boot_limits_restore(struct boot *b);
int boot_fds_begin(struct boot *b);
void boot_fds_end(struct boot *b);
void boot_fds_done(struct boot *b);
void boot_fds_count(struct boot *b);
int boot_wakes(struct boot *b);
int boot_placeholder(struct boot *b);
int boot_relay(struct boot *b);
void boot_relay_done(struct boot *b);

/* boot_run.c */
int boot_run_dir(struct boot *b);
void boot_run_unlock(struct boot *b);
/* ... and in between. */
void boot_run_pause(struct boot *b);
int boot_run_relock(struct boot *b);
void boot_run_undo(struct boot *b);
int boot_leftovers(struct boot *b);
int boot_claim(struct boot *b, int number); /* 0, -EBUSY or -errno */
int boot_control(struct boot *b);
void boot_control_done(struct boot *b);
void boot_control_undo(struct boot *b);

/* boot_claim.c */
/* The i-th address is ours alone; 0 or -errno. */
int boot_claim_address(struct boot *b, uint32_t i);
void boot_claims_undo(struct boot *b);

/* boot_addr.c */
int boot_addresses(struct boot *b);
int boot_claims(struct boot *b);
int boot_routes(struct boot *b);

/* boot_mem.c */
int boot_eal(struct boot *b);
int boot_memory(struct boot *b);
void boot_memory_undo(struct boot *b);
int boot_pools(struct boot *b);
int boot_fences(struct boot *b);
void boot_pools_undo(struct boot *b);

/* boot_stack.c */
int boot_devices(struct boot *b);
void boot_devices_undo(struct boot *b);
int boot_stack(struct boot *b);
int boot_capture(struct boot *b);

#endif
