/* SPDX-License-Identifier: MIT */
/*
 * env.h - the environment that the C library has
 *
 * A program may export functions of its own under the names setenv() and
 * unsetenv(), and the dynamic linker then prefers them to the C library's:
 * bash does, and its functions work on shell variables, which do not exist yet
 * when our constructor runs.
 */
#ifndef IX_SHIM_ENV_H
#define IX_SHIM_ENV_H

/* Set name to value, whatever it was: 0, or -errno. */
int env_set(const char *name, const char *value);
void env_unset(const char *name);

#endif
