/* SPDX-License-Identifier: MIT */
/*
 * run.h - what the parts of ix-run hand to each other
 *
 * Their functions that take err return 0, or the exit code of ix-run with one line
 * in err.
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

#endif
