// SPDX-License-Identifier: MIT
/*
 * preload.c - find the shim and put it into LD_PRELOAD; programs that have it
 * there already and go on under us (shim/process/reexec.c)
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "control/ix-run/preload.h"

/* Where the libraries may be; a relative place is seen from ix-run. */
static const char *const places[] = {
	"../lib",
	"../lib/ix",
	"../lib/x86_64-linux-gnu/ix",
	"../lib64/ix",
	"/usr/local/lib/ix",
	"/usr/lib/ix",
	"/usr/lib/x86_64-linux-gnu/ix",
};

static int find_lib(const char *lib, char out[PATH_MAX])
{
	char dir[PATH_MAX], file[PATH_MAX + 256];
	ssize_t n = readlink("/proc/self/exe", dir, sizeof(dir) - 1);
	size_t i;

	if (n < 0)
		n = 0;
	dir[n] = 0;
	if (strrchr(dir, '/'))
		*strrchr(dir, '/') = 0;
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		int absolute = places[i][0] == '/';

		snprintf(file, sizeof(file), "%s%s%s/%s", absolute ? "" : dir,
			 absolute ? "" : "/", places[i], lib);
		if (access(file, R_OK) == 0 && realpath(file, out))
			return 0;
	}
	return -ENOENT;
}

int preload_find(struct run *r, char *err, size_t err_size)
{
	const char *missing = NULL;

	if (find_lib("libixshim.so", r->shim))
		missing = "libixshim.so";
	else if (find_lib("libixdp.so", r->dp))
		missing = "libixdp.so";
	if (missing)
		return config_fail(
			EXIT_IX, err, err_size,
			"%s is not found next to ix-run (../lib) nor "
			"in /usr/lib/ix; build or install it",
			missing);
	if (strpbrk(r->shim, " :\t\n"))
		return config_fail(
			EXIT_IX, err, err_size,
			"%s has a blank or a colon in its path, which "
			"LD_PRELOAD cannot hold; install it elsewhere",
			r->shim);
	return 0;
}

/* Is path an entry of list, which blanks and colons separate? */
static int has_entry(const char *list, const char *path)
{
	size_t len = strlen(path);

	while (*list) {
		size_t n = strcspn(list, " :");

		if (n == len && strncmp(list, path, n) == 0)
			return 1;
		list += n + (list[n] != 0);
	}
	return 0;
}

int preload_set(const struct run *r, char *err, size_t err_size)
{
	const char *old = getenv("LD_PRELOAD");
	char *list = NULL;
	int rc = 0;

	if (old && has_entry(old, r->shim))
		return 0;
	if (asprintf(&list, "%s%s%s", r->shim, old && *old ? ":" : "",
		     old ? old : "") < 0)
		list = NULL;
	if (!list || setenv("LD_PRELOAD", list, 1))
		rc = config_fail(EXIT_IX, err, err_size, "out of memory");
	free(list);
	return rc;
}

void preload_look(struct run *r)
{
	const char *program = getenv("IX_RUN_PROGRAM");
	const char *list = getenv("IX_RUN_PRELOAD");
	const char *protect = getenv("IX_PROTECT");

	if (!program || !list)
		return;
	r->preloaded = true;
	r->may_go_back = !protect || strcmp(protect, "kvm") != 0;
	snprintf(r->program, sizeof(r->program), "%s", program);
	snprintf(r->preload, sizeof(r->preload), "%s", list);
	unsetenv("IX_RUN_PROGRAM");
	unsetenv("IX_RUN_PRELOAD");
}

int preload_go_back(struct run *r, char *err, size_t err_size)
{
	unsetenv("IX_RUN");
	if (setenv("LD_PRELOAD", r->preload, 1) ||
	    setenv("IX_PROTECT", "none", 1))
		return config_fail(EXIT_IX, err, err_size, "out of memory");
	execv(r->program, r->argv);
	config_fail(EXIT_IX, err, err_size, "%s cannot be executed: %s",
		    r->program, strerror(errno));
	return EXIT_NOT_EXECUTABLE;
}
