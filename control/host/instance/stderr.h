/* SPDX-License-Identifier: MIT */
/*
 * stderr.h - the standard error that the program was started with
 */
#ifndef IX_HOST_STDERR_H
#define IX_HOST_STDERR_H

#include <stdbool.h>
#include <sys/types.h>

/* Remember descriptor 2 of this process, by a new descriptor that has nothing
 * open; -1: it is nothing that lines are written to. */
int stderr_keep(void);

/*
 * Write a line there if descriptor 2 of process pid is still the same; proc_fd
 * is /proc. Never blocks: what is full loses the line. false: nothing was
 * written.
 */
bool stderr_write(int kept, int proc_fd, pid_t pid, const char *line);

#endif
