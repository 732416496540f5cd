/* SPDX-License-Identifier: MIT */
/*
 * fds.h - descriptors that DPDK has opened, and where they are
 */
#ifndef IX_DRV_FDS_H
#define IX_DRV_FDS_H

int fds_set_base(int base);
int fds_base(void);
/* The one fd opened since the newest drv_setup_begin() that test() likes and
 * that is > after; -1: none. */
int fds_find_new(int after, int (*test)(int fd));
/* The same among all descriptors that are >= the base. */
int fds_find(int after, int (*test)(int fd));
/* fd is not new any more. */
void fds_forget(int fd);
int fds_is_domain(int fd, int domain);

#endif
