// SPDX-License-Identifier: MIT
/*
 * thread.c - what has become of a thread, by its id
 */
#include "base/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/raw.h"

#define STAT_LEN 256
#define GONE 0
#define UNKNOWN '?'

static long open_stat(int proc, uint32_t tid)
{
	char path[32];

	if (proc == PROC_NONE)
		return -1;
	snprintf(path, sizeof(path), "%s%u/stat", proc < 0 ? "/proc/" : "",
		 tid);
	return raw_call(SYS_openat, proc < 0 ? AT_FDCWD : proc, path,
			O_RDONLY | O_CLOEXEC);
}

/* Bytes of text; 0 or less: there are none to be had. */
static long read_stat(int proc, uint32_t tid, char *text, size_t size)
{
	long fd = open_stat(proc, tid), n;

	if (fd < 0)
		return fd;
	n = raw_call(SYS_read, fd, text, size);
	raw_call(SYS_close, fd);
	return n;
}

/*
 * The state in /proc/TID/stat follows the name, which may contain anything, even
 * ')'. Where the file cannot be opened or read (the thread ended, memory is
 * short, there is no /proc) that says nothing by itself: a thread is gone only
 * if no signal could be sent to it. Memory that it had locked is in use as long
 * as it lives.
 */
static char thread_state(int proc, uint32_t tid)
{
	char text[STAT_LEN];
	const char *paren;
	long n = read_stat(proc, tid, text, sizeof(text) - 1);

	if (n <= 0)
		return raw_call(SYS_kill, tid, 0) < 0 && errno == ESRCH ?
			       GONE :
			       UNKNOWN;
	text[n] = 0;
	paren = strrchr(text, ')');
	return paren && paren[1] == ' ' ? paren[2] : UNKNOWN;
}

bool thread_dead(int proc, uint32_t tid)
{
	char state = thread_state(proc, tid);

	return state == GONE || state == 'Z' || state == 'X';
}

bool thread_stopped(int proc, uint32_t tid)
{
	char state = thread_state(proc, tid);

	return state == 'T' || state == 't';
}
