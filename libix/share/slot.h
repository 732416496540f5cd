/* SPDX-License-Identifier: MIT */
/*
 * slot.h - the slot of a thread, by which others wake it
 */
#ifndef IX_SHARE_SLOT_H
#define IX_SHARE_SLOT_H

/* The calling thread's slot, taken at first use; -1: all are taken. */
int ix_slot(void);
/* Reserve an eventfd that no thread has: its index in ix_fds()->wake; -1: all
 * are taken. It is one of EFD_SEMAPHORE. */
int ix_bell_reserve(void);
void ix_bell_release(int bell);
/* Wake the thread of this slot, in whatever process, if it sleeps (cheap if it
 * does not). Safe in a signal handler. */
void ix_wake(int slot);
/* Wake all threads of this process that sleep. */
void ix_wake_threads(void);
/* In a signal handler: keep the calling thread from sleeping, if it is about
 * to. */
void ix_wake_self(void);

#endif
