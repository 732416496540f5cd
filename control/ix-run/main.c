// SPDX-License-Identifier: MIT
/*
 * main.c - ix-run: run an unmodified program on the dataplane
 *
 * Checks what can be checked and puts the settings and the shim into the
 * environment. In direct mode it then becomes the program: PID, terminal,
 * signals and exit status are its own, and the shim starts the instance when
 * the program needs it. In protected mode it hosts the program (hosted.c).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "control/ix-run/address.h"
#include "control/ix-run/check.h"
#include "control/ix-run/device.h"
#include "control/ix-run/hosted.h"
#include "control/ix-run/resources.h"
#include "control/ix-run/options.h"
#include "control/ix-run/preload.h"
#include "control/ix-run/program.h"
#include "control/ix-run/protect.h"

static int check_machine(const struct ix_config *c, char *err, size_t err_size)
{
	struct device_view v;
	uint32_t i;

	for (i = 0; i < c->ndevs || i == 0; i++) {
		const char *spec = c->ndevs ? c->dev[i] : "veth";

		device_look(spec, &v);
		if (v.why[0])
			return config_fail(EXIT_IX, err, err_size,
					   "device %s: %s", spec, v.why);
	}
	return address_check(c, err, err_size) || cpus_check(c, err, err_size) ?
		       EXIT_IX :
		       0;
}

static int prepare(struct run *r, char *err, size_t err_size)
{
	int rc;

	rc = program_find(r, err, err_size);
	if (!rc)
		rc = preload_find(r, err, err_size);
	if (!rc)
		rc = check_machine(&r->config, err, err_size);
	if (rc)
		return rc;
	if (config_export(&r->config) || setenv("IX_RUN", "1", 1))
		return config_fail(
			EXIT_IX, err, err_size,
			"the environment cannot hold the settings: out "
			"of memory");
	limits_raise();
	return preload_set(r, err, err_size);
}

/* A person sees it; who comes by LD_PRELOAD did not ask for ix-run. */
static void say_protection(const struct run *r, const char *verdict)
{
	if ((isatty(STDERR_FILENO) && !r->preloaded) ||
	    r->config.log >= LOG_INFO)
		fprintf(stderr, "ix-run: protection: %s\n", verdict);
}

static int become_program(struct run *r, char *err, size_t err_size)
{
	int why;

	execvp(r->program, r->argv);
	why = errno;
	config_fail(EXIT_IX, err, err_size, "%s cannot be executed: %s",
		    r->program, strerror(why));
	return why == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
}

/* All that can be refused, up to the program's start. */
static int set_up(struct run *r, char *err, size_t err_size)
{
	enum config_protect mode;
	char verdict[256];
	int rc;

	rc = protect_choose(&r->config, &mode, verdict, sizeof(verdict));
	if (rc)
		return config_fail(EXIT_IX, err, err_size, "%s", verdict);
	r->hosted = mode == PROTECT_KVM;
	if (r->config.protect == PROTECT_KVM)
		r->may_go_back = false;
	if (r->may_go_back && !r->hosted)
		return EXIT_IX;
	rc = prepare(r, err, err_size);
	if (rc == 0 && r->hosted)
		rc = hosted_boot(r, err, err_size);
	if (rc == 0)
		say_protection(r, verdict);
	return rc;
}

/*
 * A preloaded program that is not to be in a guest, or that cannot be and need
 * not, goes on without: the shim says what is wrong once it needs the stack.
 */
int main(int argc, char **argv)
{
	static struct run r;
	char err[4352] = "";
	int rc;

	(void)argc;
	preload_look(&r);
	rc = options_read(&r, argv, err, sizeof(err));
	if (rc == 0 && r.help) {
		options_help();
		return 0;
	}
	if (rc == 0 && r.version) {
		puts("ix-run " IX_VERSION);
		return 0;
	}
	if (rc == 0 && r.check)
		return check_report(&r);
	if (rc == 0)
		rc = set_up(&r, err, sizeof(err));
	if (rc && r.may_go_back)
		rc = preload_go_back(&r, err, sizeof(err));
	else if (rc == 0)
		rc = r.hosted ? hosted_run(&r, err, sizeof(err)) :
				become_program(&r, err, sizeof(err));
	fprintf(stderr, "ix-run: %s\n", err);
	return rc;
}
