// SPDX-License-Identifier: MIT
/*
 * handlers.c - what libix calls
 */
#include "shim/inet/inet.h"
#include "shim/object/fdtab.h"
#include "shim/option/filter.h"
#include "shim/process/fds.h"
#include "shim/process/handlers.h"
#include "shim/relay/relay_owner.h"

/* In the owner: the kernel has closed what pid had open; so do we. */
static void process_gone(int slot, int pid)
{
	struct fdtab *t;

	(void)slot;
	while ((t = fdtab_find(pid)))
		fdtab_drop(t);
}

const struct ix_handlers sock_handlers = {
	.notify = inet_notify,
	.knock = inet_knock,
	.admit = filter_admit,
	.process_gone = process_gone,
	.describe_fds = fds_describe,
	.work_fd = relay_work_fd,
	.work = relay_work,
};
