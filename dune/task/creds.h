/* SPDX-License-Identifier: MIT */
/*
 * creds.h - credentials of a host thread
 *
 * An exec runs in the main thread, whichever thread called it, so the main
 * thread takes over the caller's credentials first.
 */
#ifndef IX_DUNE_TASK_CREDS_H
#define IX_DUNE_TASK_CREDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum creds_id { ID_REAL, ID_EFFECTIVE, ID_SAVED, ID_FS, IDS };

struct creds {
	uid_t uid[IDS];
	gid_t gid[IDS];
	gid_t *groups; /* in the kernel's order */
	size_t ngroups;
	uint64_t permitted, effective, inheritable, ambient, bounding;
	unsigned securebits;
	bool no_new_privs;
};

/* Read the calling host thread's credentials. Returns 0, or -errno, for which
 * nothing is to be freed. */
int creds_get(struct creds *out);
void creds_free(struct creds *c);
/* Change them as execve() does (capabilities(7)), except that no capability is
 * gained: an executable file gives none, not even to root. */
void creds_exec(struct creds *c);
/* Could the calling host thread change to these credentials? Its own stay.
 * Returns 0, -EPERM if not, or another -errno. */
int creds_try(const struct creds *to);
/* Change the calling host thread, and no other, to these credentials. Returns 0
 * or -errno; after -EPERM it may have some of them only, and must not run the
 * program any more. */
int creds_take(const struct creds *to);

#endif
