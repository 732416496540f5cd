/* SPDX-License-Identifier: MIT */
/*
 * slot.h - what a thread is to others: where it is woken
 */
#ifndef IX_SHARE_SLOT_H
#define IX_SHARE_SLOT_H

/* The calling thread's slot, taken at first use; -1: all are taken. */
int ix_slot(void);
/* An entry of ix_fds()->wake that is no thread's; -1: all are taken. Each
 * read takes one of what was written. */
int ix_bell_reserve(void);
void ix_bell_release(int bell);
/* Wake the thread that sleeps with this slot; any process. Cheap if it does
 * not sleep. Safe in a signal handler. */
void ix_wake(int slot);
/* Wake all threads of this process that sleep. */
void ix_wake_threads(void);
/* Wake the calling thread, should it be on the way to sleep. */
void ix_wake_self(void);

#endif
