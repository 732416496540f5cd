// SPDX-License-Identifier: MIT
/*
 * boot.c - start an instance: an ordered table of steps
 *
 * Trust: runs in the program's process with the program's privileges, before
 * it drops them. Everything that allocates from DPDK happens before the last
 * step, which forks the owner.
 */
#include "control/host/boot/boot.h"
#include "control/host/boot/boot_addr.h"
#include "control/host/boot/boot_claim.h"
#include "control/host/boot/boot_fail.h"
#include "control/host/boot/boot_fds.h"
#include "control/host/boot/boot_mem.h"
#include "control/host/boot/boot_run.h"
#include "control/host/boot/boot_stack.h"
#include "control/host/boot/step.h"
#include "control/host/instance/procs.h"
#include "control/host/instance/stderr.h"
#include "control/host/owner/owner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

static int boot_settings(struct boot *b)
{
	b->tsc0 = __rdtsc();
	b->ns0 = clock_kernel_ns();
	if (b->args->abi != IX_ABI_VERSION)
		return boot_fail(b, -EPROTO,
				 "the program speaks version %u of the gate, "
				 "the dataplane version %u",
				 b->args->abi, IX_ABI_VERSION);
	return config_load(&b->cfg, b->args->err, b->args->err_size);
}

/* The program's name, which who starts it chooses, in lines that we write. */
static void name_program(struct instance *in)
{
	char *c;

	snprintf(in->program, sizeof(in->program), "%s",
		 program_invocation_short_name);
	for (c = in->program; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
}

static int boot_close_heap(struct boot *b)
{
	(void)b;
	return drv_eal_close_heap();
}

/* What the program sees, before the owner is forked: it sees it too. */
static int boot_publish(struct boot *b)
{
	struct instance *in = b->in;

	in->app = b->args->app;
	in->guest = b->args->flags & IX_BOOT_PROTECTED;
	in->keep = b->args->keep;
	in->uid = geteuid();
	in->booter = getpid();
	in->stderr_fd = stderr_keep();
	in->pid_ns = instance_pid_ns();
	in->boot_ns = clock_kernel_ns();
	name_program(in);
	boot_fds_count(b);
	b->out->info = in->core.net.info;
	b->out->fds = in->fds;
	instance_set(in);
	return procs_add(in, (uint32_t)in->booter) < 0 ? -ENOSPC : 0;
}

/* The owner writes; nobody else needs it. */
static void boot_published(struct boot *b)
{
	if (b->in->stderr_fd >= 0)
		close(b->in->stderr_fd);
}

static void boot_unpublish(struct boot *b)
{
	boot_published(b);
	instance_set(NULL);
}

/* Others may start now: nothing that is locked is locked over a fork. */
static int boot_owner(struct boot *b)
{
	int rc;

	boot_run_unlock(b);
	rc = owner_start(b->in);

	if (rc < 0)
		return boot_fail(b, rc, "cannot start the owner process: %s",
				 strerror(-rc));
	return 0;
}

/* undo: on failure of a later step; done: when all have succeeded. */
struct step {
	const char *name;
	int (*init)(struct boot *b);
	void (*undo)(struct boot *b);
	void (*done)(struct boot *b);
};

static const struct step steps[] = {
	{ "settings", boot_settings, NULL, NULL },
	{ "descriptor limit", boot_limits, boot_limits_restore,
	  boot_limits_restore },
	{ "run directory", boot_run_dir, boot_run_undo, NULL },
	{ "leftovers", boot_leftovers, NULL, NULL },
	{ "addresses", boot_addresses, NULL, NULL },
	{ "DPDK", boot_eal, NULL, NULL },
	{ "descriptors", boot_fds_begin, boot_fds_end, boot_fds_done },
	{ "memory", boot_memory, boot_memory_undo, NULL },
	{ "pools", boot_pools, boot_pools_undo, NULL },
	{ "devices", boot_devices, boot_devices_undo, NULL },
	{ "address claims", boot_claims, boot_claims_undo, NULL },
	{ "fences", boot_fences, NULL, NULL },
	{ "stack", boot_stack, NULL, NULL },
	{ "routes", boot_routes, NULL, NULL },
	{ "capture", boot_capture, NULL, NULL },
	{ "wake-ups", boot_wakes, NULL, NULL },
	{ "placeholder", boot_placeholder, NULL, NULL },
	{ "relay", boot_relay, NULL, boot_relay_done },
	{ "control socket", boot_control, boot_control_undo,
	  boot_control_done },
	{ "heap", boot_close_heap, NULL, NULL },
	{ "publication", boot_publish, boot_unpublish, boot_published },
	{ "owner", boot_owner, NULL, NULL },
};
#define NSTEPS (sizeof(steps) / sizeof(steps[0]))

/* Nobody wrote a line: at least name the step. */
static void explain(struct boot *b, const struct step *s, int rc)
{
	if (b->args->err && b->args->err_size && !b->args->err[0])
		boot_fail(b, rc, "start failed at the step '%s': %s", s->name,
			  strerror(-rc));
}

static int run_steps(struct boot *b)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < NSTEPS; i++) {
		rc = steps[i].init(b);
		if (rc < 0)
			break;
	}
	if (i == NSTEPS) {
		while (i-- > 0)
			if (steps[i].done)
				steps[i].done(b);
		return 0;
	}
	explain(b, &steps[i], rc);
	while (i-- > 0)
		if (steps[i].undo)
			steps[i].undo(b);
	return rc;
}

/*
 * A program that gained privileges (setuid, file capabilities) was started by
 * somebody who has not got them: the variables are theirs, ours and those that
 * DPDK, libbpf and libxdp would look at. Nobody below sees any.
 */
static int run_steps_trusting(struct boot *b)
{
	static char *none[] = { NULL };
	char **theirs = environ;
	int rc;

	if (!getauxval(AT_SECURE))
		return run_steps(b);
	environ = none;
	rc = run_steps(b);
	environ = theirs;
	return rc;
}

int instance_boot(const struct ix_boot_args *args, struct ix_booted *out)
{
	struct boot *b = calloc(1, sizeof(*b));
	int rc;

	if (!b)
		return -ENOMEM;
	b->args = args;
	b->out = out;
	b->number = -1;
	b->run_fd = b->run_lock = b->claim_fd = -1;
	if (args->err && args->err_size)
		args->err[0] = 0;
	rc = run_steps_trusting(b);
	free(b);
	return rc;
}
