/* SPDX-License-Identifier: MIT */
/*
 * reclaim.h - undo what a dead instance left behind
 */
#ifndef IX_DRV_RECLAIM_H
#define IX_DRV_RECLAIM_H

/* Undo what the text of a lock file says. */
void reclaim_text(char *text);

#endif
