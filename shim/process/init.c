// SPDX-License-Identifier: MIT
/*
 * init.c - what is done when the program is loaded
 */
#include <stdlib.h>
#include <unistd.h>

#include "shim/host/host.h"
#include "shim/object/fdtab.h"
#include "shim/process/reexec.h"
#include "shim/process/signals.h"
#include "shim/process/start.h"
#include "shim/process/user.h"

__attribute__((constructor(101))) static void init(int argc, char **argv)
{
	char err[256];

	host_resolve();
	reexec(argc, argv);
	/* for the memory that calls name; a start, which comes later if at all,
	 * tries again, as a handler may have been installed past us */
	(void)signal_init();
	/* in a guest: sockets of the program that executed this one */
	if (fdtab_inherited())
		boot(__builtin_return_address(0));
	if (user_become(err, sizeof(err)) < 0) {
		start_say(secure_getenv("IX_RUN") ? "ix-run" : "ix", err, "");
		_exit(START_FAILED);
	}
}
