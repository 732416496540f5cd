/* SPDX-License-Identifier: MIT */
/*
 * instance.h - one running stack: what its processes share
 *
 * Lies in arena memory. Fields that boot has written are constant; the table
 * of processes is written by those that attach and by the owner.
 */
#ifndef IX_HOST_INSTANCE_H
#define IX_HOST_INSTANCE_H

#include <sys/types.h>

#include "control/config/config.h"
#include "core/ethread.h"

#define INSTANCE_PROCS 1024
#define INSTANCE_PATH 108 /* as sun_path */

struct instance {
	struct core core;
	struct ix_fds fds;
	struct ix_config cfg;
	struct arena arena;	/* the dataplane's */
	struct arena app_arena; /* libix's */
	const struct ix_app_ops *app;
	void (*keep)(void); /* see struct ix_boot_args */
	pid_t keeper;
	uint32_t keeper_how;  /* 1 + IX_KEEPER_*: it was asked for */
	uint32_t keeper_busy; /* what it has to live on for */
	char program[64];
	char sock_name[24]; /* of the control socket, by run_fd */
	bool guest;	    /* protected: the program runs in ring 3 of one */
	uid_t uid;
	pid_t booter;
	pid_t owner;
	uint64_t boot_ns;
	uint64_t pid_ns;	       /* inode of the pid namespace */
	int proc_fd;		       /* /proc */
	int run_fd;		       /* directory of the run files */
	int control_fd;		       /* listens */
	int stderr_fd;		       /* see stderr.h; of the owner */
	int claim_fd;		       /* holds the instance number, or -1 */
	int number;		       /* that number, or -1 */
	uint32_t proc[INSTANCE_PROCS]; /* pid of each attached process, or 0 */
	uint32_t proc_top;	       /* slots that were ever used */
	struct {
		void *base; /* page-aligned */
		size_t size;
	} packets[2 * IX_MAX_ETHREADS]; /* data of rx and tx mbufs */
};

/* Constant after boot; forks inherit it. */
extern struct instance *instance_mine;

/* The instance of this process, NULL before boot. */
static inline struct instance *instance_self(void)
{
	return instance_mine;
}

void instance_set(struct instance *in);
/* The inode of this process's pid namespace; 0: it cannot be known. */
uint64_t instance_pid_ns(void);

#endif
