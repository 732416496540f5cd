/* SPDX-License-Identifier: MIT */
/*
 * exec.h - another image takes the process over
 */
#ifndef IX_SHIM_EXEC_H
#define IX_SHIM_EXEC_H

/* What is known of the file that is to be executed. */
enum exec_file {
	EXEC_NO,    /* it cannot be */
	EXEC_MAYBE, /* it may */
	EXEC_YES,   /* it can */
};

enum exec_file exec_file(const char *path);
/* As execvp() looks for it. */
enum exec_file exec_looks_up(const char *file);
/* The file is about to be executed. */
void exec_leave(enum exec_file file, char *const env[]);
/* It was not; rc and errno are as before. */
int exec_failed(int rc);

/* The C library is about to fork and to execute in one. */
void exec_spawn(void);
/* ... and will duplicate fd in the child, past us. */
void exec_spawn_fd(int fd);

#endif
