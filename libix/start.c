// SPDX-License-Identifier: MIT
/*
 * start.c - load the dataplane, start the instance
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "libix/share/app.h"
#include "libix/share/gate.h"

/*
 * libixdp.so lies beside this library, or in its directory ix/. A program that
 * gained privileges takes it from where it was installed: the variable is
 * whoever's who started it, and so is the name by which a program knows itself.
 */
static void name_places(char path[2][512])
{
	bool secure = getauxval(AT_SECURE);
	const char *dir = secure ? IX_LIBDIR : secure_getenv("IX_LIBDIR"),
		   *slash;
	Dl_info self;
	int n;

	if (!dir && dladdr((void *)&ix_self, &self) && self.dli_fname) {
		slash = strrchr(self.dli_fname, '/');
		n = slash ? (int)(slash - self.dli_fname) : 1;
		snprintf(path[0], sizeof(path[0]), "%.*s/libixdp.so", n,
			 slash ? self.dli_fname : ".");
		snprintf(path[1], sizeof(path[1]), "%.*s/ix/libixdp.so", n,
			 slash ? self.dli_fname : ".");
	} else {
		snprintf(path[0], sizeof(path[0]), "%s/libixdp.so",
			 dir ? dir : IX_LIBDIR);
		memcpy(path[1], path[0], sizeof(path[1]));
	}
}

static const struct ix_dp *load(char *err, size_t err_size)
{
	char path[2][512];
	void *lib, *dp;
	int i;

	name_places(path);
	for (i = 0; i < 2; i++) {
		lib = dlopen(path[i], RTLD_NOW | RTLD_LOCAL);
		dp = lib ? dlsym(lib, "ix_dp") : NULL;
		if (dp)
			return dp;
	}
	snprintf(err, err_size, "cannot load the dataplane: %s", dlerror());
	return NULL;
}

int ix_start(const struct ix_handlers *h, char *err, size_t err_size)
{
	struct ix_boot_args args = {
		.abi = IX_ABI_VERSION,
		/* private objects: the owner cannot handle events */
		.app = h->process_gone ? &ix_app_ops : NULL,
		.err = err,
		.err_size = err_size,
	};
	int rc;

	if (ix_self.app)
		return 0;
	ix_self.dp = gate_find();
	if (!ix_self.dp)
		ix_self.dp = load(err, err_size);
	if (!ix_self.dp)
		return -ENOENT;
	if (ix_self.dp->abi != IX_ABI_VERSION) {
		snprintf(err, err_size, "libixdp.so is of another version");
		return -EPROTO;
	}
	/* the owner is forked in boot() and sees what is set before */
	ix_self.h = h;
	rc = ix_self.dp->boot(&args, &ix_self.boot);
	if (rc == -EALREADY)
		snprintf(err, err_size,
			 "the instance of this process has "
			 "started, and is another part's");
	if (rc < 0)
		return rc;
	/* in a guest others may have come before: the sockets' objects of all
	 * programs are one another's, private ones are not */
	rc = ix_lay_out(ix_self.boot.info.app_base, !h->process_gone);
	if (rc == -EBUSY)
		snprintf(err, err_size, "the stack serves another program");
	if (rc < 0)
		return rc;
	ix_self.app = ix_self.boot.info.app_base;
	/* of the threads that an exec ended */
	ix_slots_forget((uint32_t)getpid());
	return 0;
}

int ix_after_fork(void)
{
	ix_self_tid = 0;
	ix_hold = 0;
	ix_slot_reset();
	ix_home_reset();
	return ix_self.dp->attach();
}

void ix_process_gone(int pid)
{
	ix_slots_forget((uint32_t)pid);
	ix_self.h->process_gone(-1, pid);
}
