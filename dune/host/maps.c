// SPDX-License-Identifier: MIT
/*
 * maps.c - what is mapped where, by /proc/self/maps
 *
 * The file stays open out of the program's reach: it may change its root or
 * have no fd left.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dune/host/fds.h"
#include "dune/host/maps.h"

#define LINE_HEAD 512 /* of a long line: numbers, and how its name begins */

static int proc_fd = -1; /* /proc */
static int maps_fd = -1;
/* Lines are only whole for one reader at a time: the kernel goes on by address
 * for that one, and by offset, in a text that has changed, for another. */
static pthread_mutex_t maps_mutex = PTHREAD_MUTEX_INITIALIZER;

void maps_lock(void)
{
	pthread_mutex_lock(&maps_mutex);
}

void maps_unlock(void)
{
	pthread_mutex_unlock(&maps_mutex);
}

static int open_hidden(int dir, const char *path, int flags)
{
	int fd = openat(dir, path, flags | O_CLOEXEC);

	return fd < 0 ? -errno : fds_hide_one(fd);
}

int maps_open(void)
{
	if (proc_fd < 0)
		proc_fd = open_hidden(AT_FDCWD, "/proc", O_PATH | O_DIRECTORY);
	if (proc_fd < 0)
		return proc_fd;
	if (maps_fd >= 0)
		close(maps_fd);
	maps_fd = open_hidden(proc_fd, "thread-self/maps", O_RDONLY);
	return maps_fd < 0 ? maps_fd : 0;
}

void maps_begin(struct dune_maps *m)
{
	maps_lock();
	m->have = m->used = 0;
	m->at = 0;
	m->error = 0;
}

int maps_proc_open(const char *name, int flags)
{
	return open_hidden(proc_fd, name, flags);
}

/* One line, its end replaced by 0; 0 at the end. Of one that does not fit, a
 * file's name that is, the middle is dropped. */
static char *next_line(struct dune_maps *m)
{
	char *line, *end;
	ssize_t n;

	for (;;) {
		line = m->buf + m->used;
		end = memchr(line, '\n', m->have - m->used);
		if (end)
			break;
		memmove(m->buf, line, m->have - m->used);
		m->have -= m->used;
		m->used = 0;
		if (m->have == sizeof(m->buf))
			m->have = LINE_HEAD;
		n = pread(maps_fd, m->buf + m->have, sizeof(m->buf) - m->have,
			  m->at);
		if (n < 0 || (n == 0 && m->have))
			m->error = n < 0 ? -errno : -EIO;
		if (n <= 0)
			return NULL;
		m->have += (size_t)n;
		m->at += n;
	}
	*end = 0;
	m->used = (size_t)(end + 1 - m->buf);
	return line;
}

void maps_end(void)
{
	maps_unlock();
}

static uint64_t hex(char **p)
{
	uint64_t v = 0;
	unsigned d;

	for (;; (*p)++) {
		if (**p >= '0' && **p <= '9')
			d = (unsigned)(**p - '0');
		else if (**p >= 'a' && **p <= 'f')
			d = (unsigned)(**p - 'a') + 10;
		else
			return v;
		v = v << 4 | d;
	}
}

static char *skip_word(char *p)
{
	while (*p && *p != ' ')
		p++;
	while (*p == ' ')
		p++;
	return p;
}

/* start-end rwxp offset device inode name */
bool maps_next(struct dune_maps *m, struct dune_vma *out)
{
	char *p = next_line(m);

	if (!p)
		return false;
	out->start = hex(&p);
	p++;
	out->end = hex(&p);
	p++;
	out->prot = (p[0] == 'r' ? PROT_READ : 0) |
		    (p[1] == 'w' ? PROT_WRITE : 0) |
		    (p[2] == 'x' ? PROT_EXEC : 0);
	p = skip_word(p); /* offset */
	p = skip_word(p); /* device */
	p = skip_word(p); /* inode */
	out->file = *p != '0';
	out->name = skip_word(p);
	return true;
}

bool maps_find(uint64_t addr, struct dune_vma *out)
{
	struct dune_maps m;
	bool found = false;

	maps_begin(&m);
	while (!found && maps_next(&m, out) && addr >= out->start)
		found = addr < out->end;
	out->name = NULL; /* it was in m */
	maps_end();
	return found;
}
