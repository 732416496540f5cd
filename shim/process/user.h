/* SPDX-License-Identifier: MIT */
/*
 * user.h - running the program as another user (ix-run --user)
 */
#ifndef IX_SHIM_USER_H
#define IX_SHIM_USER_H

#include <stddef.h>

/* Start the instance and become IX_USER, if that is set. 0, or -errno and one
 * line in err. */
int user_become(char *err, size_t size);

#endif
