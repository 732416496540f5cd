/* SPDX-License-Identifier: MIT */
/*
 * exec.h - execve(): another image takes the process over
 */
#ifndef IX_SHIM_EXEC_H
#define IX_SHIM_EXEC_H

/* Can the file be executed? Decides what may be given up before. */
enum exec_file {
	EXEC_NO,    /* it cannot */
	EXEC_MAYBE, /* it may */
	EXEC_YES,   /* it can */
};

enum exec_file exec_file(const char *path);
/* The same for the file that execvp() would find. */
enum exec_file exec_looks_up(const char *file);
/* To be called before execve(), whose environment is env: relay the connections
 * that the image inherits, give up references of other sockets (see exec.c). */
void exec_leave(enum exec_file file, char *const env[]);
/* execve() has failed: take the references back. Returns rc, and leaves
 * errno. */
int exec_failed(int rc);

/* The C library is about to fork and to execute by itself, as posix_spawn()
 * does: relay the standard descriptors. */
void exec_spawn(void);
/* ... and will duplicate fd in the child, where the shim does not see it: relay
 * it. */
void exec_spawn_fd(int fd);

#endif
