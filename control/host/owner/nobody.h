/* SPDX-License-Identifier: MIT */
/*
 * nobody.h - become a user ID that nothing else on the machine has
 */
#ifndef IX_HOST_NOBODY_H
#define IX_HOST_NOBODY_H

#include <stdint.h>
#include <sys/types.h>

/* A user and group ID for process pid: no account's, and no other process's of
 * its PID namespace. pid_ns is that namespace's inode, of which six bits go
 * into the ID, so that processes of two namespaces seldom have the same. */
uid_t nobody_id(uint64_t pid_ns, pid_t pid);

/*
 * Give up all privileges of this process for good, and read back from the
 * kernel that they are gone: the capabilities of every set, supplementary
 * groups, core files, new privileges by exec; and, if it may change them, user
 * and group, which become id. Its parent's end kills it from now on. The
 * process must have one thread. Returns 0, or -errno, after which it must not
 * go on; -EPERM if it would have stayed root.
 */
int nobody_become(uid_t id);

#endif
