/* SPDX-License-Identifier: MIT */
/*
 * long_name.h - a file whose line in /proc/self/maps is longer than 8 KB
 */
#ifndef IX_DUNE_TEST_LONG_NAME_H
#define IX_DUNE_TEST_LONG_NAME_H

/* A descriptor of a file of one page that has that name, and is deleted; -1. */
int long_name_open(void);

#endif
