// SPDX-License-Identifier: MIT
/*
 * user.c - the program as another user
 *
 * su(1) and its like before a program would leave it without the privileges
 * that the instance needs, and an instance does not outlive an exec: so the
 * program's own image drops them, when the instance is there.
 */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ix/libix.h"
#include "libix/share/self.h"
#include "shim/host/env.h"
#include "shim/host/host.h"
#include "shim/process/start.h"
#include "shim/process/user.h"

/* Runs before main(), on the first thread. */
#pragma GCC diagnostic ignored "-Wframe-larger-than="

/* The instance needs the privileges that go: it starts before, as with any such
 * call of the program; in a guest it runs already. */
static int become(const struct passwd *pw)
{
	if (!ix_in_guest())
		boot(__builtin_return_address(0));
	if (host.initgroups(pw->pw_name, pw->pw_gid) < 0 ||
	    host.setgid(pw->pw_gid) < 0 || host.setuid(pw->pw_uid) < 0 ||
	    env_set("HOME", pw->pw_dir) < 0 ||
	    env_set("USER", pw->pw_name) < 0 ||
	    env_set("LOGNAME", pw->pw_name) < 0)
		return -errno;
	return 0;
}

int user_become(char *err, size_t size)
{
	const char *name = secure_getenv("IX_USER");
	struct passwd pw, *found = NULL;
	char buf[4096];
	int rc;

	if (!name || !*name)
		return 0;
	rc = -getpwnam_r(name, &pw, buf, sizeof(buf), &found);
	if (rc == 0 && !found)
		rc = -ENOENT;
	if (rc == 0)
		rc = become(&pw);
	if (rc < 0)
		snprintf(err, size, "--user %s: %s", name,
			 found ? strerror(-rc) : "there is no such user");
	env_unset("IX_USER"); /* programs that it executes have become it */
	return rc;
}
