/* SPDX-License-Identifier: MIT */
/*
 * reclaim.h - undoing what a dead instance left behind
 */
#ifndef IX_DRV_RECLAIM_H
#define IX_DRV_RECLAIM_H

/* Undo what text, that of a lock file, says (see reclaim.c). */
void reclaim_text(char *text);

#endif
