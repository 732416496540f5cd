/* SPDX-License-Identifier: MIT */
/*
 * stderr.h - the standard error that the program was started with
 */
#ifndef IX_HOST_STDERR_H
#define IX_HOST_STDERR_H

#include <stdbool.h>
#include <sys/types.h>

/* Remember what descriptor 2 of this process is. Returns an O_PATH descriptor
 * of it, or -1 if it is no file, pipe or terminal that is open for writing. */
int stderr_keep(void);

/*
 * Write a line to `kept`, a result of stderr_keep(), if descriptor 2 of process
 * pid still has the same name in /proc (proc_fd). Never blocks: a full pipe
 * loses the line. Returns false if nothing, or not all, was written.
 */
bool stderr_write(int kept, int proc_fd, pid_t pid, const char *line);

#endif
