// SPDX-License-Identifier: MIT
/*
 * creds.c - take over another thread's credentials, by system calls that are
 * this host thread's alone
 *
 * Source: capabilities(7), "Transformation of capabilities during execve()";
 * credentials(7). What the kernel does not give back (a lower bounding set,
 * locked bits) can only be had by who has it or more.
 */
#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "dune/host/host.h"
#include "dune/task/creds.h"

#define TRY_STACK (256 << 10)
#define BIT(cap) (UINT64_C(1) << (cap))
#define CAPS_MAX 64

/* --- what a thread has --- */

static int get_caps(struct creds *c)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2];
	long rc = host(SYS_capget, &h, d);

	if (rc)
		return (int)rc;
	c->permitted = d[0].permitted | (uint64_t)d[1].permitted << 32;
	c->effective = d[0].effective | (uint64_t)d[1].effective << 32;
	c->inheritable = d[0].inheritable | (uint64_t)d[1].inheritable << 32;
	c->ambient = c->bounding = 0;
	for (unsigned cap = 0; cap < CAPS_MAX; cap++) {
		rc = host(SYS_prctl, PR_CAPBSET_READ, cap);
		if (rc < 0) /* the kernel has no more */
			break;
		c->bounding |= rc ? BIT(cap) : 0;
		if (host(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET,
			 cap) == 1)
			c->ambient |= BIT(cap);
	}
	return 0;
}

static int get_groups(struct creds *c)
{
	long n = host(SYS_getgroups, 0, 0);

	if (n < 0)
		return (int)n;
	c->groups = malloc(((size_t)n + 1) * sizeof(*c->groups));
	if (!c->groups)
		return -ENOMEM;
	c->ngroups = (size_t)n;
	return (int)host(SYS_getgroups, n, c->groups) == n ? 0 : -EIO;
}

int creds_get(struct creds *c)
{
	const uint32_t none = (uint32_t)-1; /* changes nothing, and tells */
	int rc;

	c->groups = NULL;
	host(SYS_getresuid, &c->uid[ID_REAL], &c->uid[ID_EFFECTIVE],
	     &c->uid[ID_SAVED]);
	host(SYS_getresgid, &c->gid[ID_REAL], &c->gid[ID_EFFECTIVE],
	     &c->gid[ID_SAVED]);
	c->uid[ID_FS] = (uid_t)host(SYS_setfsuid, none);
	c->gid[ID_FS] = (gid_t)host(SYS_setfsgid, none);
	c->securebits = (unsigned)host(SYS_prctl, PR_GET_SECUREBITS);
	c->no_new_privs = host(SYS_prctl, PR_GET_NO_NEW_PRIVS) == 1;
	rc = get_caps(c);
	if (!rc)
		rc = get_groups(c);
	if (rc)
		creds_free(c);
	return rc;
}

void creds_free(struct creds *c)
{
	free(c->groups);
	c->groups = NULL;
}

static bool same_groups(const struct creds *a, const struct creds *b)
{
	return a->ngroups == b->ngroups &&
	       !memcmp(a->groups, b->groups, a->ngroups * sizeof(*a->groups));
}

static bool same(const struct creds *a, const struct creds *b)
{
	return !memcmp(a->uid, b->uid, sizeof(a->uid)) &&
	       !memcmp(a->gid, b->gid, sizeof(a->gid)) && same_groups(a, b) &&
	       a->permitted == b->permitted && a->effective == b->effective &&
	       a->inheritable == b->inheritable && a->ambient == b->ambient &&
	       a->bounding == b->bounding && a->securebits == b->securebits &&
	       a->no_new_privs == b->no_new_privs;
}

/* --- the exec's own --- */

void creds_exec(struct creds *c)
{
	bool noroot = c->securebits & SECBIT_NOROOT;
	bool real = !noroot && !c->uid[ID_REAL];
	bool effective = !noroot && !c->uid[ID_EFFECTIVE];
	uint64_t file = real || effective ? c->inheritable | c->bounding : 0;

	c->permitted &= file | c->ambient;
	c->effective = effective ? c->permitted : c->ambient;
	c->securebits &= ~(unsigned)SECBIT_KEEP_CAPS;
	c->uid[ID_SAVED] = c->uid[ID_FS] = c->uid[ID_EFFECTIVE];
	c->gid[ID_SAVED] = c->gid[ID_FS] = c->gid[ID_EFFECTIVE];
}

/* --- becoming somebody else; what came of the steps is looked at afterwards */

static void set_caps(uint64_t permitted, uint64_t effective,
		     uint64_t inheritable)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	const struct __user_cap_data_struct d[2] = {
		{ (uint32_t)effective, (uint32_t)permitted,
		  (uint32_t)inheritable },
		{ (uint32_t)(effective >> 32), (uint32_t)(permitted >> 32),
		  (uint32_t)(inheritable >> 32) },
	};

	host(SYS_capset, &h, d);
}

static void drop_bounding(uint64_t caps)
{
	for (unsigned cap = 0; cap < CAPS_MAX; cap++)
		if (caps & BIT(cap))
			host(SYS_prctl, PR_CAPBSET_DROP, cap);
}

static void set_ambient(uint64_t caps)
{
	for (unsigned cap = 0; cap < CAPS_MAX; cap++)
		host(SYS_prctl, PR_CAP_AMBIENT,
		     caps & BIT(cap) ? PR_CAP_AMBIENT_RAISE :
				       PR_CAP_AMBIENT_LOWER,
		     cap);
}

static void set_groups(const struct creds *from, const struct creds *to)
{
	if (!same_groups(from, to))
		host(SYS_setgroups, to->ngroups, to->groups);
	if (!memcmp(from->gid, to->gid, sizeof(to->gid)))
		return;
	host(SYS_setresgid, to->gid[ID_REAL], to->gid[ID_EFFECTIVE],
	     to->gid[ID_SAVED]);
	host(SYS_setfsgid, to->gid[ID_FS]);
}

/* The capabilities stay while root goes: by one of the two bits. */
static void set_users(const struct creds *from, const struct creds *to)
{
	if (!memcmp(from->uid, to->uid, sizeof(to->uid)))
		return;
	host(SYS_prctl, PR_SET_SECUREBITS,
	     from->securebits | SECBIT_NO_SETUID_FIXUP);
	host(SYS_prctl, PR_SET_KEEPCAPS, 1);
	host(SYS_setresuid, to->uid[ID_REAL], to->uid[ID_EFFECTIVE],
	     to->uid[ID_SAVED]);
	set_caps(from->permitted, from->permitted, to->inheritable);
	host(SYS_setfsuid, to->uid[ID_FS]);
	set_caps(from->permitted, from->permitted, to->inheritable);
}

static void become(const struct creds *from, const struct creds *to)
{
	/* all rights that there are, first and until the end; what is
	 * inheritable may come from the bounding set */
	set_caps(from->permitted, from->permitted, to->inheritable);
	drop_bounding(from->bounding & ~to->bounding);
	set_groups(from, to);
	set_users(from, to);
	set_ambient(to->ambient);
	if (to->no_new_privs)
		host(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1);
	host(SYS_prctl, PR_SET_SECUREBITS, to->securebits);
	host(SYS_prctl, PR_SET_KEEPCAPS, !!(to->securebits & SECBIT_KEEP_CAPS));
	set_caps(to->permitted, to->effective, to->inheritable);
}

/* 1: these are its own; 0: they are not. */
static int compare(const struct creds *to)
{
	struct creds is;
	int rc = creds_get(&is);

	if (rc)
		return rc;
	rc = same(&is, to);
	creds_free(&is);
	return rc;
}

int creds_take(const struct creds *to)
{
	struct creds is;
	int rc = creds_get(&is);

	if (rc)
		return rc;
	if (!same(&is, to))
		become(&is, to);
	creds_free(&is);
	rc = compare(to);
	return rc == 1 ? 0 : rc ? rc : -EPERM;
}

/* --- the attempt: by a host thread that is this one's copy and ends --- */

struct attempt {
	const struct creds *to;
	int rc;
};

static void *attempt(void *arg)
{
	struct attempt *a = arg;

	a->rc = creds_take(a->to);
	return NULL;
}

int creds_try(const struct creds *to)
{
	struct attempt a = { .to = to };
	pthread_attr_t attr;
	pthread_t id;
	int rc = compare(to);

	if (rc)
		return rc == 1 ? 0 : rc;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, TRY_STACK);
	rc = -pthread_create(&id, &attr, attempt, &a);
	pthread_attr_destroy(&attr);
	if (rc)
		return rc;
	pthread_join(id, NULL);
	return a.rc;
}
