/* SPDX-License-Identifier: MIT */
/*
 * fds.h - what each descriptor of a process is, for ixcp fds
 */
#ifndef IX_SHIM_FDS_H
#define IX_SHIM_FDS_H

#include <stdio.h>

/* struct ix_handlers.describe_fds */
int fds_describe(int pid, int out_fd);
/* ... of the descriptors in list, each a line "number link". */
int fds_describe_listed(int pid, FILE *list, int out_fd);

#endif
