/* SPDX-License-Identifier: MIT */
/*
 * object.h - what may be opened, judged by the object
 */
#ifndef IX_DUNE_FILE_OBJECT_H
#define IX_DUNE_FILE_OBJECT_H

/* Record the files that are mapped at the moment: they are the dataplane's, and
 * the program may not open them (if mapped shared) or not for writing. Also
 * opens the hidden descriptor of /proc. Returns 0 or -errno. */
int object_start(void);
/* May the program open the object that this hidden O_PATH descriptor names,
 * with these flags of open()? Returns 0, or -EACCES, -ETXTBSY, -ELOOP (a
 * symbolic link), -EISDIR or another -errno. */
int object_check(int fd, int flags);

#endif
