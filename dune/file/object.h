/* SPDX-License-Identifier: MIT */
/*
 * object.h - what may be opened, judged by the object
 */
#ifndef IX_DUNE_FILE_OBJECT_H
#define IX_DUNE_FILE_OBJECT_H

/* Look at what is mapped now: its files are the dataplane's. Opens a hidden
 * descriptor of /proc. 0 or -errno. */
int object_start(void);
/* May the object of this hidden descriptor be opened so? */
int object_check(int fd, int flags);

#endif
