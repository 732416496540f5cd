// SPDX-License-Identifier: MIT
/*
 * start.c - the start: of the guest around this process, and of its program
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "dune/file/object.h"
#include "dune/host/fds.h"
#include "dune/host/maps.h"
#include "dune/host/native.h"
#include "dune/host/self.h"
#include "dune/load/elf.h"
#include "dune/loop.h"
#include "dune/mem/aspace.h"
#include "dune/mem/rlimits.h"
#include "dune/task/deliver.h"
#include "dune/task/exec.h"
#include "dune/task/thread.h"
#include "dune/vm/pool.h"
#include "dune/vm/tables.h"
#include "dune/vm/vcpu.h"
#include "dune/vm/vm.h"

static void fork_prepare(void)
{
	maps_lock();
	tables_lock();
	vcpu_lock();
}

static void fork_done(void)
{
	vcpu_unlock();
	tables_unlock();
	maps_unlock();
}

/* The program's memory and descriptors, and which files are the dataplane's. */
static int start_process(void)
{
	int rc = aspace_start();

	if (rc == 0)
		rc = fds_start();
	if (rc == 0)
		rc = object_start();
	return rc == 0 ? limits_start() : rc;
}

static int start_main(void)
{
	struct dune_thread *t;
	int rc = dune_thread_init(&t);

	if (rc < 0)
		return rc;
	t->is_main = true;
	dune_self = t;
	threads_start(dune_run_user);
	return signals_start(t);
}

/*
 * A fork takes the locks in the order in which calls take them: descriptors,
 * memory, tables, vCPUs. The handlers run in the reverse order of this.
 */
int dune_start(const struct dune_config *config, char *err, size_t err_size)
{
	int rc;

	err[0] = 0;
	dune_config = *config;
	dune_gate = config->gate;
	rc = dune_no_core();
	if (rc == 0)
		rc = -pthread_atfork(fork_prepare, fork_done, fork_done);
	if (rc == 0)
		rc = start_process();
	if (rc == 0)
		rc = vm_start(err, err_size);
	if (rc == 0)
		rc = start_main();
	if (rc < 0 && !err[0])
		snprintf(err, err_size, "the virtual machine: %s",
			 strerror(-rc));
	return rc;
}

int dune_run(const char *path, char *const argv[], char *const envp[],
	     char *err, size_t err_size)
{
	struct dune_thread *t = dune_self;
	struct dune_image image;
	int rc;

	do {
		signals_deliver(t, false);
		rc = dune_load(path, argv, envp, &image, err, err_size);
	} while (rc == -DUNE_ERESTARTSYS || rc == -DUNE_ERESTARTNOINTR);
	if (rc == 0 && dune_config.ready)
		rc = dune_config.ready();
	if (rc < 0)
		return rc;
	exec_names(path, image.stack);
	memset(&t->regs, 0, sizeof(t->regs));
	t->regs.rip = image.entry;
	t->regs.rsp = image.stack;
	t->regs.rflags = 0x202;
	dune_run_user(t);
}
