/* SPDX-License-Identifier: MIT */
/*
 * run.h - the parts of ix-run
 *
 * Functions that take err return 0, or the exit code of ix-run with one line in
 * err.
 */
#ifndef IX_RUN_H
#define IX_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "control/config/config.h"

enum run_exit {
	EXIT_CHECK = 1,		   /* --check: the program would not start */
	EXIT_IX = 125,		   /* ix-run itself failed */
	EXIT_NOT_EXECUTABLE = 126, /* the program cannot be executed */
	EXIT_NOT_FOUND = 127,	   /* there is no such program */
};

struct run {
	struct ix_config config;
	char *const *argv; /* the program and its arguments; argv[0] may be
			    * NULL with check */
	int check, help, version; /* the options of these names */
	bool hosted;		  /* the program is to run in a guest */
	bool preloaded; /* the program ran already, with the shim preloaded, and
			 * has executed ix-run in order to be in a guest */
	bool may_go_back;   /* if preloaded: it may run in direct mode, too */
	char preload[8192]; /* if preloaded: its LD_PRELOAD */
	char program[4096]; /* path of the program */
	char shim[4096];    /* path of libixshim.so */
	char dp[4096];	    /* path of libixdp.so */
};

/* Read the settings from all sources, and the command line, into r. */
int options_read(struct run *r, char *const *argv, char *err, size_t err_size);
void options_help(void);

/* Find the program as execvp() would, and check that the shim can be loaded
 * into it. */
int program_find(struct run *r, char *err, size_t err_size);

/* Find libixshim.so and libixdp.so. */
int preload_find(struct run *r, char *err, size_t err_size);
/* Put the shim in front of the other libraries in LD_PRELOAD. */
int preload_set(const struct run *r, char *err, size_t err_size);
/* Was ix-run executed by a program that has the shim preloaded (variables
 * IX_RUN_PROGRAM, IX_RUN_PRELOAD)? Then take that program for the one to
 * run. */
void preload_look(struct run *r);
/* Execute that program again, with its own LD_PRELOAD, in direct mode. Returns
 * only if that fails. */
int preload_go_back(struct run *r, char *err, size_t err_size);

/* What can be said of a device before the start. */
struct device_view {
	char what[160]; /* what it is, as --check prints it */
	char why[256];	/* why it cannot be used; "": it can */
};
void device_look(const char *spec, struct device_view *out);

/* protect.c: choose how the program is run, PROTECT_KVM or PROTECT_NONE.
 * verdict gets one line that says why, or why the mode that was asked for
 * cannot be had. Returns 0, or an exit code for the latter. */
int protect_choose(const struct ix_config *c, enum config_protect *mode_out,
		   char *verdict, size_t size);

/* hosted.c: start the instance in this process, for protected mode. */
int hosted_boot(const struct run *r, char *err, size_t err_size);
/* Then run the program in a guest; returns only if that fails. */
int hosted_run(const struct run *r, char *err, size_t err_size);

/* Check that the kernel does not have an address that the stack is to have. */
int address_check(const struct ix_config *c, char *err, size_t err_size);

/* Check that the program may run on the CPUs of --cpus. */
int cpus_check(const struct ix_config *c, char *err, size_t err_size);

/* Raise RLIMIT_MEMLOCK as far as allowed. */
void limits_raise(void);

/* --check: print what would be used, and what is wrong. 0 or EXIT_CHECK. */
int check_report(struct run *r);

#endif
