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
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "control/ix-run/run.h"

int run_fail(int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("ix-run: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	return code;
}

static int check_machine(const struct ix_config *c)
{
	struct device_view v;
	char err[256];
	uint32_t i;

	for (i = 0; i < c->ndevs || i == 0; i++) {
		const char *spec = c->ndevs ? c->dev[i] : "veth";

		device_look(spec, &v);
		if (v.why[0])
			return run_fail(EXIT_IX, "device %s: %s", spec, v.why);
	}
	if (address_check(c, err, sizeof(err)) ||
	    cpus_check(c, err, sizeof(err)))
		return run_fail(EXIT_IX, "%s", err);
	return 0;
}

static int prepare(struct run *r)
{
	char err[4352];
	int rc;

	rc = program_find(r, err, sizeof(err));
	if (!rc)
		rc = preload_find(r, err, sizeof(err));
	if (rc)
		return run_fail(rc, "%s", err);
	rc = check_machine(&r->config);
	if (rc)
		return rc;
	if (config_export(&r->config) || setenv("IX_RUN", "1", 1))
		return run_fail(EXIT_IX, "the environment cannot hold the "
					 "settings: out of memory");
	if (preload_set(r, err, sizeof(err)))
		return run_fail(EXIT_IX, "%s", err);
	limits_raise();
	return 0;
}

static int become_program(struct run *r)
{
	execvp(r->program, r->argv);
	return run_fail(errno == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE,
			"%s cannot be executed: %s", r->program,
			strerror(errno));
}

int main(int argc, char **argv)
{
	static struct run r;
	enum config_protect mode;
	char verdict[256];
	int rc;

	rc = options_read(&r, argc, argv);
	if (rc)
		return rc;
	if (r.help) {
		options_help();
		return 0;
	}
	if (r.version) {
		puts("ix-run " IX_VERSION);
		return 0;
	}
	if (r.check)
		return check_report(&r);
	rc = protect_choose(&r.config, &mode, verdict, sizeof(verdict));
	if (rc)
		return run_fail(rc, "%s", verdict);
	r.hosted = mode == PROTECT_KVM;
	rc = prepare(&r);
	if (rc)
		return rc;
	if (isatty(STDERR_FILENO) || r.config.log >= LOG_INFO)
		run_fail(0, "protection: %s", verdict);
	return r.hosted ? hosted_run(&r) : become_program(&r);
}
