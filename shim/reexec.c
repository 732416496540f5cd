// SPDX-License-Identifier: MIT
/*
 * reexec.c - preloaded with IX_PROTECT=kvm: on under ix-run
 *
 * Protection cannot come later than the program: ix-run has to host it from its
 * first instruction. It is executed in our place, with the same process id,
 * descriptors and arguments. Only where kvm is asked for by name: a guest has
 * its instance from the start, and with IX_PROTECT=auto every shell that
 * inherits LD_PRELOAD would start one.
 */
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ix/libix.h"
#include "shim/boot.h"
#include "shim/calls.h"

#define START_FAILED 125
#define NAME "ix-run"

/* Where it may be, seen from this library; as preload.c of ix-run has it. */
static const char *const places[] = {
	"../bin/" NAME,
	"../../bin/" NAME,
	"../../../bin/" NAME,
};

static int find_run(const char *self, char out[PATH_MAX])
{
	const char *slash = strrchr(self, '/');
	char path[PATH_MAX + 32];
	size_t i;

	for (i = 0; slash && i < sizeof(places) / sizeof(*places); i++) {
		snprintf(path, sizeof(path), "%.*s/%s", (int)(slash - self),
			 self, places[i]);
		if (access(path, X_OK) == 0 && realpath(path, out))
			return 0;
	}
	return -ENOENT;
}

/* ix-run puts us there again; it is not to be a program of ours itself. */
static void leave_preload(const char *self)
{
	const char *old = getenv("LD_PRELOAD");
	size_t len = strlen(self), n, used = 0;
	char *list = old ? malloc(strlen(old) + 2) : NULL;

	if (!list)
		return;
	for (list[0] = 0; *old; old += n + (old[n] != 0)) {
		n = strcspn(old, " :");
		if (!n || (n == len && strncmp(old, self, n) == 0))
			continue;
		used += (size_t)sprintf(list + used, "%s%.*s", used ? ":" : "",
					(int)n, old);
	}
	if (used)
		setenv("LD_PRELOAD", list, 1);
	else
		unsetenv("LD_PRELOAD");
	free(list);
}

static _Noreturn void failed(const char *run, const char *why)
{
	dprintf(STDERR_FILENO,
		"ix: IX_PROTECT=kvm: %s cannot be executed: %s\n", run, why);
	_exit(START_FAILED);
}

static bool is_wanted(void)
{
	const char *protect = getenv("IX_PROTECT");

	return protect && strcmp(protect, "kvm") == 0 && !getenv("IX_RUN") &&
	       !ix_in_guest();
}

/* argv: ours; it has room for nothing more. */
static void become(const char *run, int argc, char **argv)
{
	static char name[] = NAME, end[] = "--";
	char **args = malloc(((size_t)argc + 3) * sizeof(*args));
	int i;

	if (!args)
		failed(run, strerror(ENOMEM));
	args[0] = name;
	args[1] = end;
	for (i = 0; i <= argc; i++)
		args[i + 2] = argv[i];
	real_execv(run, args);
	failed(run, strerror(errno));
}

void reexec(int argc, char **argv)
{
	char run[PATH_MAX], program[PATH_MAX];
	Dl_info self;
	ssize_t n;

	if (!is_wanted() || argc < 1)
		return;
	n = readlink("/proc/self/exe", program, sizeof(program) - 1);
	if (n < 0)
		failed(NAME, strerror(errno));
	program[n] = 0;
	if (!dladdr((void *)&reexec, &self) || !self.dli_fname ||
	    find_run(self.dli_fname, run) < 0)
		failed(NAME, strerror(ENOENT));
	if (strcmp(program, run) == 0)
		return; /* ix-run itself was preloaded */
	leave_preload(self.dli_fname);
	if (setenv("IX_RUN_PROGRAM", program, 1) < 0)
		failed(run, strerror(errno));
	become(run, argc, argv);
}
