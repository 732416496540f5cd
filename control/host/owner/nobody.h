/* SPDX-License-Identifier: MIT */
/*
 * nobody.h - become a user that nothing else on the machine is
 */
#ifndef IX_HOST_NOBODY_H
#define IX_HOST_NOBODY_H

#include <stdint.h>
#include <sys/types.h>

/* The user and group of a process that is to have one of its own: no account,
 * and no other living process of this kind. pid_ns: inode of the namespace. */
uid_t nobody_id(uint64_t pid_ns, pid_t pid);

/*
 * Give up all that distinguishes this process from a stranger, for ever, and
 * see that it is gone: capabilities of every set, supplementary groups, and
 * where it may change them user and group, which become id. It ends with its
 * parent. Of a process of one thread. 0, or -errno: it must not go on; -EPERM
 * where it would have stayed root.
 */
int nobody_become(uid_t id);

#endif
