/* SPDX-License-Identifier: MIT */
/*
 * self.h - what only a part of IX asks about the process that it is in
 */
#ifndef IX_SHARE_SELF_H
#define IX_SHARE_SELF_H

#include <stdbool.h>

#include "ix/abi.h"

/* The descriptors of the instance; constant once it runs. */
const struct ix_fds *ix_fds(void);
/* Protected mode: does this process run in a guest? Programs that it executes
 * then find the shared memory as it is. */
bool ix_in_guest(void);
/* In the keeper (struct ix_dp): give up what a process held. */
void ix_process_gone(int pid);

#endif
