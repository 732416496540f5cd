// SPDX-License-Identifier: MIT
/*
 * hosted.c - protected mode: this process hosts the program in a guest
 *
 * ix-run stays: it starts the instance as the program would in direct mode,
 * builds the guest around itself, and runs the program in ring 3 of it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "control/host/hosted.h"
#include "control/ix-run/hosted.h"
#include "ix/abi.h"

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* What the keeper, a fork, finds. */
static const struct ix_hosted *hosted;
static const struct run *the_run;

/* In the keeper: the shim is a program, too. */
static void keep(void)
{
	static struct dune_config config;
	static char name[] = "ix-keeper", env[] = "IX_GATE=1";
	char *argv[] = { name, NULL }, *envp[] = { env, NULL };
	char err[512];

	hosted->describe(&config, true);
	if (dune_start(&config, err, sizeof(err)) == 0)
		dune_run(the_run->shim, argv, envp, err, sizeof(err));
}

static struct dune_config config; /* lives as long as the guest */

int hosted_boot(const struct run *r, char *err, size_t err_size)
{
	const struct ix_boot_args args = {
		.abi = IX_ABI_VERSION,
		.flags = IX_BOOT_PROTECTED,
		.err = err,
		.err_size = err_size,
		.keep = keep,
	};
	void *lib = dlopen(r->dp, RTLD_NOW | RTLD_LOCAL);
	const struct ix_dp *dp;
	struct ix_booted out;

	if (!lib)
		return config_fail(EXIT_IX, err, err_size,
				   "cannot load the dataplane: %s", dlerror());
	dp = dlsym(lib, "ix_dp");
	hosted = dlsym(lib, "ix_hosted");
	if (!dp || !hosted || dp->abi != IX_ABI_VERSION)
		return config_fail(EXIT_IX, err, err_size,
				   "libixdp.so is of another version");
	the_run = r;
	program_invocation_short_name = (char *)base_name(r->program);
	if (dune_no_core()) /* before the owner is forked */
		return config_fail(EXIT_IX, err, err_size,
				   "cannot keep memory out of core files");
	if (dp->boot(&args, &out) < 0)
		return EXIT_IX;
	hosted->describe(&config, false);
	return 0;
}

int hosted_run(const struct run *r, char *err, size_t err_size)
{
	extern char **environ;

	if (setenv("IX_GATE", "1", 1))
		return config_fail(EXIT_IX, err, err_size, "out of memory");
	if (dune_start(&config, err, err_size))
		return EXIT_IX;
	dune_run(r->program, r->argv, environ, err, err_size);
	return EXIT_NOT_EXECUTABLE;
}
