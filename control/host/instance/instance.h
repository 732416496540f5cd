/* SPDX-License-Identifier: MIT */
/*
 * instance.h - struct instance: one running stack, which its processes share
 *
 * It lies in the dataplane's arena. `core` is the dataplane's. Most other
 * fields are written by the start alone. Later, processes that attach and the
 * owner write proc and proc_top; the gate, the keeper and the owner write
 * keeper, keeper_how and keeper_busy.
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
	void (*keep)(void);   /* see struct ix_boot_args */
	pid_t keeper;	      /* the keeper's PID; 0: there is none */
	uint32_t keeper_how;  /* 1 + IX_KEEPER_*: a keeper was asked for */
	uint32_t keeper_busy; /* relays and the like that it serves: the number
			       * of things that keep the instance alive */
	char program[64];     /* the program's name, printable */
	char sock_name[24];   /* of the control socket, below run_fd */
	bool guest;	      /* protected mode */
	uid_t uid;	      /* effective user at the start */
	pid_t booter;	      /* the process that started the instance */
	pid_t owner;
	uint64_t boot_ns;	       /* time of the start, monotonic clock */
	uint64_t pid_ns;	       /* inode of the PID namespace */
	int proc_fd;		       /* O_PATH descriptor of /proc */
	int run_fd;		       /* the run directory, see boot_run.c */
	int control_fd;		       /* the control socket, which listens */
	int stderr_fd;		       /* in the owner: see stderr.h */
	int claim_fd;		       /* lock file of the number, or -1 */
	int number;		       /* instance number, or -1 */
	uint32_t proc[INSTANCE_PROCS]; /* PID of each attached process, or 0 */
	uint32_t proc_top;	       /* slots of proc that were ever used */
	struct {
		void *base;		/* page-aligned; NULL: unused */
		size_t size;		/* bytes */
	} packets[2 * IX_MAX_ETHREADS]; /* memory of rx and tx packet data */
};

/* The instance of this process; constant after boot, and forks inherit it. */
extern struct instance *instance_mine;

/* The instance of this process, NULL before boot. */
static inline struct instance *instance_self(void)
{
	return instance_mine;
}

void instance_set(struct instance *in);
/* The inode of this process's PID namespace; 0 if it cannot be read. */
uint64_t instance_pid_ns(void);

#endif
