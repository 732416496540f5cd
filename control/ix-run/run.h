/* SPDX-License-Identifier: MIT */
/*
 * run.h - the parts of ix-run
 *
 * Functions return 0, or the exit code of ix-run after run_fail().
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
	char program[4096]; /* path of the program */
	char shim[4096];    /* path of libixshim.so */
	char dp[4096];	    /* path of libixdp.so */
};

/* One line "ix-run: ..." on stderr. Returns code. */
int run_fail(int code, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Read the sources and the command line into r. */
int options_read(struct run *r, int argc, char *const *argv);
void options_help(void);

/* Find the program as execvp would, and see whether the shim can be loaded
 * into it. err: one line. 0 or an exit code. */
int program_find(struct run *r, char *err, size_t err_size);

/* Find libixshim.so and libixdp.so. */
int preload_find(struct run *r, char *err, size_t err_size);
/* Put the shim in front of LD_PRELOAD. */
int preload_set(const struct run *r, char *err, size_t err_size);

/* What a look at one device found. */
struct device_view {
	char what[160]; /* what it is, for --check */
	char why[256];	/* why it cannot be used; "": it can */
};
void device_look(const char *spec, struct device_view *out);

/* protect.c: how the program is to be run, PROTECT_KVM or PROTECT_NONE, and one
 * line that says why, or why the mode that was asked for cannot be had. 0 or
 * EXIT_IX. */
int protect_choose(const struct ix_config *c, enum config_protect *mode_out,
		   char *verdict, size_t size);

/* hosted.c: run the program in a guest; returns only an exit code after a
 * failure. */
int hosted_run(const struct run *r);

/* Does the kernel own an address of the stack on its link? 0 or EXIT_IX. */
int address_check(const struct ix_config *c, char *err, size_t err_size);

/* May the program run on the CPUs of --cpus? 0 or EXIT_IX. */
int cpus_check(const struct ix_config *c, char *err, size_t err_size);

/* Raise RLIMIT_MEMLOCK as far as allowed. */
void limits_raise(void);

/* --check: say it all. 0 or EXIT_CHECK. */
int check_report(struct run *r);

#endif
