// SPDX-License-Identifier: MIT
/*
 * start.c - start of the instance, when the program first needs it
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/raw.h"
#include "base/stack.h"
#include "libix/share/self.h"
#include "shim/inet/inet.h"
#include "shim/object/fdtab.h"
#include "shim/object/root.h"
#include "shim/process/boot.h"
#include "shim/process/fork.h"
#include "shim/process/handlers.h"
#include "shim/process/lockall.h"
#include "shim/process/signals.h"
#include "shim/process/start.h"
#include "shim/wait/epoll_instance.h"
#include "shim/wait/epoll_ready.h"
#include "shim/wait/watch.h"

void start_say(const char *before, const char *what, const char *after)
{
	char line[640];
	int n = snprintf(line, sizeof(line), "%s: %s%s\n", before, what, after);

	if (n > 0)
		raw_call(SYS_write, STDERR_FILENO, line, strlen(line));
}

/*
 * Programs that ours executes inherit the environment. One that cannot have an
 * instance of its own, because the device is taken, uses the kernel.
 */
static void mark_children(void)
{
	char *run = secure_getenv("IX_RUN");

	if (run && strcmp(run, "1") == 0)
		*run = '2';
}

/* Under ix-run the program must not run without the stack. */
static void give_up(const char *err)
{
	const char *run = secure_getenv("IX_RUN");
	const char *log = secure_getenv("IX_LOG");

	if (run && strcmp(run, "2") == 0 &&
	    !(log && (strcmp(log, "info") == 0 || strcmp(log, "debug") == 0)))
		return;
	if (run && strcmp(run, "1") == 0) {
		start_say("ix-run", err, "");
		_exit(START_FAILED);
	}
	start_say("ix", err, "; using the kernel's sockets");
}

/* Ordered; each 0 or -errno. */
static const struct {
	const char *name;
	int (*fn)(void);
} after_start[] = {
	{ "signals", signal_init },
	{ "descriptor table", fdtab_start },
	{ "fork handlers", fork_init },
};

static void pools(struct shim_root *r)
{
	inet_pools_init(r);
	wait_pools_init(r);
	epoll_pools_init(r);
}

static int start(char *err, size_t size)
{
	bool guest = ix_in_guest();
	/* the owner needs it, so it comes before the start */
	int rc = guest ? 0 : root_map(pools);
	unsigned i;

	inet_init();
	epoll_init();
	if (rc == 0)
		rc = ix_start(&sock_handlers, err, size);
	if (rc == 0 && guest)
		rc = root_join(pools);
	if (rc < 0) {
		if (!err[0])
			snprintf(err, size, "cannot start: %s", strerror(-rc));
		if (!guest && shim_root)
			root_unmap();
		return rc;
	}
	for (i = 0; i < sizeof(after_start) / sizeof(*after_start); i++) {
		rc = after_start[i].fn();
		if (rc < 0) {
			snprintf(err, size, "cannot start: %s: %s",
				 after_start[i].name, strerror(-rc));
			return rc;
		}
	}
	return 0;
}

struct attempt {
	char *err;
	size_t size;
};

static long attempt(void *p)
{
	const struct attempt *a = p;

	return start(a->err, a->size);
}

/* Of this process's address space; 0 in a guest, where the bound is the
 * window's alone. */
static size_t mapped_bytes(void)
{
	FILE *f = ix_in_guest() ? NULL : fopen("/proc/self/statm", "re");
	size_t pages = 0;

	if (!f)
		return 0;
	if (fscanf(f, "%zu", &pages) != 1)
		pages = 0;
	fclose(f);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

#define START_STACK (1u << 20) /* the loader and DPDK take some of it */

/* Whatever stack the thread has whose socket is the first. */
static int start_apart(char *err, size_t size)
{
	struct attempt a = { .err = err, .size = size };
	char *p = mmap(NULL, START_STACK, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE,
		       -1, 0);
	int rc;

	if (p == MAP_FAILED)
		return start(err, size);
	rc = (int)stack_call(p + START_STACK, attempt, &a);
	munmap(p, START_STACK);
	return rc;
}

/*
 * A program of libix has the instance to itself, whichever of the two comes to
 * it first; its ordinary sockets are the kernel's. One that has the library in
 * itself is known by having come first.
 */
static bool is_of_libix(void)
{
	return !ix_in_guest() && dlsym(RTLD_DEFAULT, "ix_start");
}

static void say_libix(void)
{
	const char *log = secure_getenv("IX_LOG");

	if (log && (strcmp(log, "info") == 0 || strcmp(log, "debug") == 0))
		start_say("ix",
			  "the program uses libix; its other sockets are the "
			  "kernel's",
			  "");
}

static bool boot_now(void)
{
	size_t had = mapped_bytes(), has;
	char err[512] = "";
	int keep = errno, rc;

	lockall_pause();
	rc = is_of_libix() ? -EALREADY : start_apart(err, sizeof(err));
	lockall_resume();
	if (rc == -EALREADY)
		say_libix();
	else if (rc < 0)
		give_up(err);
	else
		mark_children();
	has = mapped_bytes();
	boot_end(rc == 0, has > had ? has - had : 0);
	errno = keep;
	return rc == 0;
}

/*
 * Calls of the dataplane while it starts, in threads of its own, and later in the
 * owner: they have to get through. Threads of the program wait.
 */
static bool from_dataplane(const void *caller)
{
	static const char *const parts[] = { "libixdp", "libbpf", "libxdp" };
	Dl_info where;
	unsigned i;

	if (boot_is_inside())
		return true;
	if (!dladdr(caller, &where) || !where.dli_fname)
		return false;
	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (strstr(where.dli_fname, parts[i]))
			return true;
	return false;
}

bool boot_slow(const void *caller)
{
	if (boot_begin())
		return boot_now();
	if (__atomic_load_n(&boot_state, __ATOMIC_ACQUIRE) == BOOT_RUNNING &&
	    from_dataplane(caller))
		return false;
	return boot_await() == BOOT_DONE;
}
