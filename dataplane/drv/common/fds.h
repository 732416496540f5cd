/* SPDX-License-Identifier: MIT */
/*
 * fds.h - finding the descriptors that DPDK has opened
 */
#ifndef IX_DRV_FDS_H
#define IX_DRV_FDS_H

int fds_set_base(int base);
int fds_base(void);
/* The lowest descriptor > after for which test() is true, among those opened
 * since the last drv_setup_begin(); -1: there is none. */
int fds_find_new(int after, int (*test)(int fd));
/* The same among all descriptors >= the base. */
int fds_find(int after, int (*test)(int fd));
/* Make fd close-on-exec, and no longer count it as newly opened. */
void fds_forget(int fd);
/* Is fd a socket of this domain (AF_*)? */
int fds_is_domain(int fd, int domain);

#endif
