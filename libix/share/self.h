/* SPDX-License-Identifier: MIT */
/*
 * self.h - what libix and the shim ask about the process that they are in
 */
#ifndef IX_SHARE_SELF_H
#define IX_SHARE_SELF_H

#include <stdbool.h>

#include "ix/abi.h"

/* The descriptors of the instance; constant once it runs. */
const struct ix_fds *ix_fds(void);
/* Does this process run in a guest (protected mode)? Then the shared memory
 * stays as it is over execve(). */
bool ix_in_guest(void);
/* In the keeper: the process has ended; give up what it held. */
void ix_process_gone(int pid);

#endif
