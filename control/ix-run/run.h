/* SPDX-License-Identifier: MIT */
/*
 * run.h - the parts of ix-run
 *
 * Functions return 0, or the exit code of ix-run with one line in err.
 */
#ifndef IX_RUN_H
#define IX_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "control/config/config.h"

enum run_exit {
	EXIT_CHECK = 1,		   /* --check: it would not start */
	EXIT_IX = 125,		   /* ix-run itself failed */
	EXIT_NOT_EXECUTABLE = 126, /* as env(1) */
	EXIT_NOT_FOUND = 127,
};

struct run {
	struct ix_config config;
	char *const *argv; /* the program and its arguments; argv[0] may be
			    * NULL with check */
	int check, help, version;
	bool hosted;	    /* in protected mode */
	bool preloaded;	    /* it is the program that was executed before us */
	bool may_go_back;   /* ... and may go on without a guest */
	char preload[8192]; /* ... and its LD_PRELOAD */
	char program[4096]; /* path of the program */
	char shim[4096];    /* path of libixshim.so */
	char dp[4096];	    /* path of libixdp.so */
};

/* Read the sources and the command line into r. */
int options_read(struct run *r, char *const *argv, char *err, size_t err_size);
void options_help(void);

/* Find the program as execvp would, and see whether the shim can be loaded
 * into it. */
int program_find(struct run *r, char *err, size_t err_size);

/* Find libixshim.so and libixdp.so. */
int preload_find(struct run *r, char *err, size_t err_size);
/* Put the shim in front of LD_PRELOAD. */
int preload_set(const struct run *r, char *err, size_t err_size);
/* Was a preloaded program executed before us? Then it is the program. */
void preload_look(struct run *r);
/* Execute it again as it was, in direct mode; returns if it cannot be. */
int preload_go_back(struct run *r, char *err, size_t err_size);

/* What a look at one device found. */
struct device_view {
	char what[160]; /* what it is, for --check */
	char why[256];	/* why it cannot be used; "": it can */
};
void device_look(const char *spec, struct device_view *out);

/* protect.c: how the program is to be run, PROTECT_KVM or PROTECT_NONE, and one
 * line that says why, or why the mode that was asked for cannot be had. */
int protect_choose(const struct ix_config *c, enum config_protect *mode_out,
		   char *verdict, size_t size);

/* hosted.c: start the instance. */
int hosted_boot(const struct run *r, char *err, size_t err_size);
/* Then run the program in a guest; returns only after a failure. */
int hosted_run(const struct run *r, char *err, size_t err_size);

/* Does the kernel own an address of the stack on its link? */
int address_check(const struct ix_config *c, char *err, size_t err_size);

/* May the program run on the CPUs of --cpus? */
int cpus_check(const struct ix_config *c, char *err, size_t err_size);

/* Raise RLIMIT_MEMLOCK as far as allowed. */
void limits_raise(void);

/* --check: say it all. 0 or EXIT_CHECK. */
int check_report(struct run *r);

#endif
