/* SPDX-License-Identifier: MIT */
/*
 * kick.h - the signal that makes another thread leave the guest
 */
#ifndef IX_DUNE_HOST_KICK_H
#define IX_DUNE_HOST_KICK_H

#include <signal.h>
#include <stdbool.h>

struct dune_thread;

/* The signal that dune_interrupt() sends; its siginfo tells it from a real
 * SIGBUS. SIGBUS is never blocked in the host anyway, and, unlike a real-time
 * signal, it is delivered even if the kernel has no memory to queue it. */
#define SIGKICK SIGBUS

int kick_start(void); /* draw the secret in the siginfo: 0 or -errno */
/* Was this signal sent by dune_interrupt()? */
bool kick_is(int sig, const siginfo_t *info);
/* Make another thread leave the guest, or a system call that blocks. */
void dune_interrupt(struct dune_thread *t);

#endif
