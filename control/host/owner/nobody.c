// SPDX-License-Identifier: MIT
/*
 * nobody.c - become a user that nothing else on the machine is
 *
 * "nobody" is somebody: daemons run as it, and its processes may signal and
 * trace one another. So each process that is to have no rights gets a user ID
 * from a range that no account has, by its PID, which is its own for as long as
 * it lives.
 *
 * Trust: made for processes that strangers will make do what they like. What
 * was given up is read back from the kernel. System calls are made directly,
 * as libc's would look for other threads.
 */
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/raw.h"
#include "control/host/owner/nobody.h"

#define IDS 0x70000000u /* above what distributions and containers give out */
#define PID_BITS 22	/* PID_MAX_LIMIT */
#define NS_MASK 63u	/* containers may count from 1 each */

/* It, a thread of the kernel's for its virtual machine, and some room. */
#define PROCESSES 8

#define BITS                                                             \
	(SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP | \
	 SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |       \
	 SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED)

struct caps {
	struct __user_cap_data_struct set[_LINUX_CAPABILITY_U32S_3];
};

static int caps_call(long nr, struct caps *c)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};

	return raw_call(nr, &head, c->set) < 0 ? -errno : 0;
}

static bool has_cap(const struct caps *c, unsigned cap)
{
	return c->set[cap / 32].effective >> cap % 32 & 1;
}

/* Or may it be root again, as a program of whom? */
static bool is_root(void)
{
	uid_t r, e, s;

	return getresuid(&r, &e, &s) < 0 || !r || !e || !s;
}

uid_t nobody_id(uint64_t pid_ns, pid_t pid)
{
	uid_t ns = (uid_t)pid_ns & NS_MASK;

	return IDS | ns << PID_BITS |
	       ((uid_t)pid & ((UINT32_C(1) << PID_BITS) - 1));
}

/* These need a capability, so that they come first. */
static int lock_caps(void)
{
	unsigned long cap;

	for (cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			return -errno;
	return prctl(PR_SET_SECUREBITS, BITS, 0, 0, 0) < 0 ? -errno : 0;
}

static int change_user(uid_t id)
{
	struct rlimit processes = { PROCESSES, PROCESSES };

	if (raw_call(SYS_setgroups, 0, NULL) < 0 ||
	    raw_call(SYS_setresgid, id, id, id) < 0 ||
	    setrlimit(RLIMIT_NPROC, &processes) < 0 ||
	    raw_call(SYS_setresuid, id, id, id) < 0)
		return -errno;
	return 0;
}

/* After a change of the user, which resets some of this. */
static int seal(void)
{
	struct rlimit none = { 0, 0 };

	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ||
	    setrlimit(RLIMIT_CORE, &none) < 0 ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return -errno;
	umask(0077);
	return 0;
}

static bool is_user(uid_t id)
{
	uid_t r, e, s;
	gid_t rg, eg, sg;

	return getresuid(&r, &e, &s) == 0 && getresgid(&rg, &eg, &sg) == 0 &&
	       r == id && e == id && s == id && rg == id && eg == id &&
	       sg == id && getgroups(0, NULL) == 0;
}

static bool has_nothing(void)
{
	const struct caps none = { 0 };
	struct caps c;

	return caps_call(SYS_capget, &c) == 0 &&
	       memcmp(&c, &none, sizeof(c)) == 0 &&
	       prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 &&
	       prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 && !is_root();
}

int nobody_become(uid_t id)
{
	struct caps none = { 0 }, had;
	bool may_change;
	int rc = caps_call(SYS_capget, &had);

	if (rc < 0)
		return rc;
	may_change = has_cap(&had, CAP_SETUID) && has_cap(&had, CAP_SETGID);
	if (has_cap(&had, CAP_SETPCAP))
		rc = lock_caps();
	if (rc == 0 && may_change)
		rc = change_user(id);
	if (rc == 0)
		rc = caps_call(SYS_capset, &none);
	if (rc == 0)
		rc = seal();
	if (rc < 0)
		return rc;
	return has_nothing() && (!may_change || is_user(id)) ? 0 : -EPERM;
}
