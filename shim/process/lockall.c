// SPDX-License-Identifier: MIT
/*
 * lockall.c - mlockall: what the program has mapped, not what the stack has
 *
 * The stack maps memory by the gigabyte of which it touches little. To lock all
 * of that would bring the machine down, and would break every bound. So what is
 * mapped is locked one mapping at a time. Those that came with the start are left
 * out, but for memory that a thread of the program may have got since, and for
 * what libix has given out: these are locked if a bound has room for them. What
 * will be mapped is the kernel's affair, except during the start.
 *
 * In a guest the address space is the program's (dune/mem/aspace.c).
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/raw.h"
#include "ix/libix.h"
#include "libix/share/memory.h"
#include "libix/share/self.h"
#include "shim/host/host.h"
#include "shim/process/boot.h"
#include "shim/process/lockall.h"

#define KNOWN (MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)
#define LINE 512
#define RANGES 1024 /* of one process before a start, and of the start */

struct map {
	uintptr_t start, end;
	bool open;    /* its pages can be had at all */
	bool private; /* anonymous memory of this process */
};

struct ranges {
	unsigned n;
	struct map at[RANGES];
};

static struct ranges before, came, locked;

/* The flags for what will be mapped; 0: it is not locked. A fork starts anew. */
static struct {
	int flags;
	pid_t pid;
} future;

static int future_flags(void)
{
	return future.pid == getpid() ? future.flags : 0;
}

static void set_future(int flags)
{
	future.flags = flags;
	future.pid = getpid();
}

static bool read_map(const char *line, struct map *m)
{
	unsigned long start, end;
	char rights[5];
	int name = 0;

	if (sscanf(line, "%lx-%lx %4s %*s %*s %*s %n", &start, &end, rights,
		   &name) < 3)
		return false;
	*m = (struct map){ .start = start,
			   .end = end,
			   .open = strncmp(rights, "---", 3) != 0,
			   .private = rights[3] == 'p' && !line[name] };
	return true;
}

/* Until one is refused, that call's answer. */
static int each_map(int (*fn)(const struct map *m, int arg), int arg)
{
	FILE *f = fopen("/proc/self/maps", "re");
	char line[LINE];
	struct map m;
	int rc = 0;

	if (!f)
		return -EAGAIN;
	while (rc == 0 && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = 0;
		if (read_map(line, &m))
			rc = fn(&m, arg);
	}
	fclose(f);
	return rc;
}

static bool is_in(const struct ranges *r, const struct map *m)
{
	unsigned i;

	for (i = 0; i < r->n; i++)
		if (m->start < r->at[i].end && m->end > r->at[i].start)
			return true;
	return false;
}

static int note(struct ranges *r, const struct map *m)
{
	if (r->n < RANGES)
		r->at[r->n++] = *m;
	return 0;
}

static int note_before(const struct map *m, int arg)
{
	(void)arg;
	return note(&before, m);
}

static int note_came(const struct map *m, int arg)
{
	(void)arg;
	return is_in(&before, m) ? 0 : note(&came, m);
}

/* Pages that cannot be had are no error of mlockall(), a bound is one. */
static int lock_map(const struct map *m, int flags)
{
	size_t size = m->end - m->start;

	if (raw_call(SYS_mlock2, m->start, size, MLOCK_ONFAULT) < 0)
		return -errno;
	if (!(flags & MCL_ONFAULT))
		raw_call(SYS_mlock2, m->start, size, 0);
	return 0;
}

static int lock_program(const struct map *m, int flags)
{
	/* [vsyscall] is above all that is mapped */
	if (!m->open || (intptr_t)m->start < 0 || is_in(&came, m))
		return 0;
	return lock_map(m, flags);
}

static int lock_other(const struct map *m, int flags)
{
	if (m->open && m->private && is_in(&came, m))
		lock_map(m, flags);
	return 0;
}

static int lock_current(int flags)
{
	int rc = each_map(lock_program, flags);

	if (rc < 0)
		return rc;
	each_map(lock_other, flags);
	raw_call(SYS_mlock2, ix_info()->app_base, ix_shared_used(),
		 MLOCK_ONFAULT);
	return 0;
}

static int lock_future(int flags)
{
	if (!(flags & MCL_FUTURE))
		return future_flags() ? host.munlockall() : 0;
	return host.mlockall(flags & ~MCL_CURRENT);
}

int lockall_set(int flags)
{
	bool right = !(flags & ~KNOWN) && flags & (MCL_CURRENT | MCL_FUTURE);
	int rc;

	if (!right || ix_in_guest())
		return host.mlockall(flags) < 0 ? -errno : 0;
	boot_settle();
	rc = booted() ? lock_future(flags) : host.mlockall(flags);
	if (rc < 0)
		return -errno;
	set_future(flags & MCL_FUTURE ? flags & ~MCL_CURRENT : 0);
	return booted() && flags & MCL_CURRENT ? lock_current(flags) : 0;
}

int lockall_clear(void)
{
	set_future(0);
	return host.munlockall() < 0 ? -errno : 0;
}

/* Those that the kernel says are locked. */
static void note_locked(void)
{
	FILE *f = fopen("/proc/self/smaps", "re");
	char line[LINE];
	struct map m = { 0 };

	locked.n = 0;
	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, "VmFlags:", 8) != 0)
			read_map(line, &m);
		else if (strstr(line, " lo"))
			note(&locked, &m);
	}
	if (f)
		fclose(f);
}

/* There is no other way to end it for what will be mapped. */
void lockall_pause(void)
{
	if (ix_in_guest())
		return;
	if (future_flags()) {
		note_locked();
		host.munlockall();
	}
	before.n = 0;
	each_map(note_before, 0);
}

void lockall_resume(void)
{
	int flags = future_flags();
	unsigned i;

	if (ix_in_guest())
		return;
	came.n = 0;
	each_map(note_came, 0);
	if (!flags)
		return;
	for (i = 0; i < locked.n; i++)
		lock_map(&locked.at[i], flags);
	host.mlockall(flags);
}
