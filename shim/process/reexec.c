// SPDX-License-Identifier: MIT
/*
 * reexec.c - preloaded where KVM protects: on under ix-run
 *
 * Protection cannot come later than the program: ix-run has to host it from its
 * first instruction. It is executed in our place, with the same process id,
 * descriptors and arguments. With IX_PROTECT=auto that is tried unless it is
 * known to be in vain; ix-run executes the program again as it was, but with
 * IX_PROTECT=none, if it cannot be hosted. A program that ld.so was told to run
 * stays: that cannot be repeated. So does one that gained privileges, which a
 * variable is not to lead elsewhere.
 */
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "ix/libix.h"
#include "libix/share/self.h"
#include "shim/host/env.h"
#include "shim/host/host.h"
#include "shim/process/boot.h"
#include "shim/process/reexec.h"
#include "shim/process/start.h"

/* Runs before main(), on the first thread. */
#pragma GCC diagnostic ignored "-Wframe-larger-than="

#define NAME "ix-run"
/* Of ix-run (protect.c): the boot that it is about, and 0 if it says no. */
#define SELF_TEST "/run/ix/kvm-self-test"
#define BOOT_ID "/proc/sys/kernel/random/boot_id"

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
	const char *old = secure_getenv("LD_PRELOAD");
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
		env_set("LD_PRELOAD", list);
	else
		env_unset("LD_PRELOAD");
	free(list);
}

static _Noreturn void failed(const char *run, const char *why)
{
	dprintf(STDERR_FILENO,
		"ix: IX_PROTECT=kvm: %s cannot be executed: %s\n", run, why);
	_exit(START_FAILED);
}

/* The file's first words; 0, or -ENOENT. */
static int read_words(const char *path, char boot[64], int *n)
{
	FILE *f = fopen(path, "re");
	int got = f ? fscanf(f, "%63s %d", boot, n) : 0;

	if (f)
		fclose(f);
	return got > 0 ? 0 : -ENOENT;
}

static bool kvm_is_unusable(void)
{
	char tested[64], boot[64];
	int usable = 1, unused;

	return read_words(SELF_TEST, tested, &usable) == 0 && !usable &&
	       read_words(BOOT_ID, boot, &unused) == 0 &&
	       strcmp(tested, boot) == 0;
}

enum wish { STAY, IF_USABLE, MUST };

static enum wish wish(void)
{
	const char *protect = secure_getenv("IX_PROTECT");

	if (getauxval(AT_SECURE) || secure_getenv("IX_RUN") || ix_in_guest())
		return STAY;
	if (protect && strcmp(protect, "kvm") == 0)
		return MUST;
	if (protect && strcmp(protect, "auto") != 0)
		return STAY;
	return access("/dev/kvm", R_OK | W_OK) < 0 || kvm_is_unusable() ?
		       STAY :
		       IF_USABLE;
}

/* argv: ours; it has room for nothing more. */
static void become(const char *run, int argc, char **argv)
{
	static char name[] = NAME, end[] = "--";
	char **args = malloc(((size_t)argc + 3) * sizeof(*args));
	int i;

	if (!args)
		return;
	args[0] = name;
	args[1] = end;
	for (i = 0; i <= argc; i++)
		args[i + 2] = argv[i];
	host.execv(run, args);
	free(args);
}

/* The program that we are in; "" where it cannot be executed again. */
static void find_self(char out[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", out, PATH_MAX - 1);

	out[n > 0 ? n : 0] = 0;
	if (strstr(out, "/ld-linux"))
		out[0] = 0;
}

/*
 * ix-run is told what it needs to know of us, and to become us again. Returns
 * -errno, with all as it was.
 */
static int go_on(const char *run, const char *shim, const char *program,
		 int argc, char **argv)
{
	const char *list = secure_getenv("LD_PRELOAD");
	char *preload = strdup(list ? list : "");
	int rc = -ENOMEM;

	if (preload && env_set("IX_RUN_PROGRAM", program) == 0 &&
	    env_set("IX_RUN_PRELOAD", preload) == 0) {
		leave_preload(shim);
		become(run, argc, argv);
		rc = -errno;
	}
	env_unset("IX_RUN_PROGRAM");
	env_unset("IX_RUN_PRELOAD");
	if (list && preload)
		env_set("LD_PRELOAD", preload);
	free(preload);
	return rc;
}

void reexec(int argc, char **argv)
{
	enum wish w = argc < 1 ? STAY : wish();
	char run[PATH_MAX] = "", program[PATH_MAX];
	int rc = -ENOENT;
	Dl_info self;

	if (w == STAY || !dladdr((void *)&reexec, &self))
		return;
	find_self(program);
	if (find_run(self.dli_fname, run) == 0) {
		if (strcmp(program, run) == 0)
			return; /* ix-run itself was preloaded */
		if (*program)
			rc = go_on(run, self.dli_fname, program, argc, argv);
	}
	if (w == MUST)
		failed(*run ? run : NAME, strerror(-rc));
}
