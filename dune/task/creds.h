/* SPDX-License-Identifier: MIT */
/*
 * creds.h - who a thread is: what an exec takes from the thread that calls it
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

/* The calling host thread's. 0 or -errno; then nothing is to be freed. */
int creds_get(struct creds *out);
void creds_free(struct creds *c);
/* What an execve() makes of them, but that no capability comes back: a program
 * file gives none, not even root's. */
void creds_exec(struct creds *c);
/* Could this host thread have them? It keeps its own. 0, -EPERM, or -errno. */
int creds_try(const struct creds *to);
/* Have them, this host thread alone. -EPERM: it is somebody else by now, who
 * must not go on. */
int creds_take(const struct creds *to);

#endif
