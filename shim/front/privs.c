// SPDX-License-Identifier: MIT
/*
 * privs.c - calls after which the dataplane could not start any more
 *
 * A server drops its privileges before or after it opens sockets; the devices
 * need them, so the instance starts at whichever comes first. In protected mode
 * it runs already.
 */
#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

#include "base/raw.h"
#include "ix/libix.h"
#include "libix/share/self.h"
#include "shim/front/calls.h"
#include "shim/front/privs.h"
#include "shim/host/host.h"
#include "shim/process/boot.h"
#include "shim/process/start.h"

#define HERE __builtin_return_address(0)

#define KEEP ((uid_t)-1) /* setreuid and others: leave this one alone */

SHIM_EARLY static void before(bool drops, const void *caller)
{
	int err = errno;

	if (drops && !ix_in_guest())
		boot(caller);
	errno = err;
}

void privs_before(void)
{
	before(true, HERE);
}

static bool new_uid(uid_t id)
{
	return id != KEEP && id != geteuid();
}

static bool new_gid(gid_t id)
{
	return id != (gid_t)KEEP && id != getegid();
}

int call_setuid(uid_t id)
{
	before(new_uid(id), HERE);
	return host.setuid(id);
}

int call_seteuid(uid_t id)
{
	before(new_uid(id), HERE);
	return host.seteuid(id);
}

int call_setreuid(uid_t r, uid_t e)
{
	before(new_uid(r) || new_uid(e), HERE);
	return host.setreuid(r, e);
}

int call_setresuid(uid_t r, uid_t e, uid_t s)
{
	before(new_uid(r) || new_uid(e) || new_uid(s), HERE);
	return host.setresuid(r, e, s);
}

int call_setgid(gid_t id)
{
	before(new_gid(id), HERE);
	return host.setgid(id);
}

int call_setegid(gid_t id)
{
	before(new_gid(id), HERE);
	return host.setegid(id);
}

int call_setregid(gid_t r, gid_t e)
{
	before(new_gid(r) || new_gid(e), HERE);
	return host.setregid(r, e);
}

int call_setresgid(gid_t r, gid_t e, gid_t s)
{
	before(new_gid(r) || new_gid(e) || new_gid(s), HERE);
	return host.setresgid(r, e, s);
}

int call_setgroups(size_t n, const gid_t *list)
{
	before(true, HERE);
	return host.setgroups(n, list);
}

int call_initgroups(const char *user, gid_t group)
{
	before(true, HERE);
	return host.initgroups(user, group);
}

int call_chroot(const char *path)
{
	before(true, HERE);
	return host.chroot(path);
}

int call_capset(void *hdr, const void *data)
{
	before(true, HERE);
	return host.capset(hdr, data);
}

static rlim_t more(rlim_t bytes, rlim_t most)
{
	if (bytes >= most)
		return bytes;
	return most - bytes > boot_bytes ? bytes + boot_bytes : most;
}

/* The stack's memory is not meant where a program bounds its address space. */
SHIM_EARLY static const struct rlimit *widen(int what, const struct rlimit *lim,
					     struct rlimit *wide)
{
	struct rlimit now;

	if (what != RLIMIT_AS || !lim || !booted() || getrlimit(what, &now) < 0)
		return lim;
	/* not above a bound that was there before: only root may raise it */
	wide->rlim_max = more(lim->rlim_max, now.rlim_max);
	wide->rlim_cur = more(lim->rlim_cur, wide->rlim_max);
	return wide;
}

/* Does the call cut what the start of an instance needs? */
SHIM_EARLY static bool cuts(int what, const struct rlimit *lim)
{
	struct rlimit now;

	if ((what != RLIMIT_NOFILE && what != RLIMIT_MEMLOCK) || !lim ||
	    getrlimit(what, &now) < 0)
		return false;
	return lim->rlim_cur < now.rlim_cur;
}

/* The kernel reads it, and then finds that no such change of a mask exists. */
SHIM_EARLY static bool kernel_reads(const void *eight_bytes)
{
	int saved = errno, err;

	raw_call(SYS_rt_sigprocmask, -1, eight_bytes, NULL, sizeof(uint64_t));
	err = errno;
	errno = saved;
	return err != EFAULT;
}

/* The kernel is asked, as before the start nobody handles our faults. */
SHIM_EARLY static bool there(const struct rlimit *lim)
{
	return kernel_reads(&lim->rlim_cur) && kernel_reads(&lim->rlim_max);
}

SHIM_EARLY static int limit(pid_t pid, int what, const struct rlimit *lim,
			    struct rlimit *old, const void *caller)
{
	bool self = pid == 0 || pid == getpid();
	struct rlimit wide;

	if (lim && !there(lim))
		return host.prlimit(pid, what, lim, old);
	before(self && cuts(what, lim), caller);
	return host.prlimit(pid, what, self ? widen(what, lim, &wide) : lim,
			    old);
}

int call_setrlimit(int what, const struct rlimit *lim)
{
	return limit(0, what, lim, NULL, HERE);
}

int call_setrlimit64(int what, const struct rlimit *lim)
{
	return limit(0, what, lim, NULL, HERE);
}

int call_prlimit(pid_t pid, int what, const struct rlimit *lim,
		 struct rlimit *old)
{
	return limit(pid, what, lim, old, HERE);
}

int call_prlimit64(pid_t pid, int what, const struct rlimit *lim,
		   struct rlimit *old)
{
	return limit(pid, what, lim, old, HERE);
}
