/* SPDX-License-Identifier: MIT */
/*
 * scene.h - connections in each state, for world_start()
 */
#ifndef IX_FUZZ_SCENE_H
#define IX_FUZZ_SCENE_H

#include "fuzz/input.h"
#include "fuzz/world.h"

#define SCENE_TCP 80 /* where each elastic thread listens */
#define SCENE_UDP 53 /* of one of them */

/*
 * On each elastic thread a listener and a connection in each state of RFC 9293
 * and of ours, some with options and with bytes to send. No mbuf is held.
 */
void scene_make(void);
/* One round of elastic thread et: receive, answer. */
void scene_drive(unsigned et);
/* Time passes, as much as the input wants. */
void scene_wait(struct input *in);
/* An honest peer and a program that closes: nothing may be left. */
void scene_end(void);

#endif
