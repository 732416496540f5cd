/* SPDX-License-Identifier: MIT */
/*
 * fds.h - what each descriptor of a process is, for ixcp fds
 */
#ifndef IX_SHIM_FDS_H
#define IX_SHIM_FDS_H

#include <stdio.h>

/* The describe_fds() of struct ix_handlers: write JSON to out_fd; 0, or
 * -errno. */
int fds_describe(int pid, int out_fd);
/* The same for the descriptors in list, whose lines are "number link", link
 * being what readlink() tells of /proc/PID/fd/number. */
int fds_describe_listed(int pid, FILE *list, int out_fd);

#endif
