// SPDX-License-Identifier: MIT
/*
 * long_name.c - a file whose line in /proc/self/maps is longer than 8 KB
 *
 * A path has 4095 bytes at most, but the kernel writes each newline as \012.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "long_name.h"

#define LEVELS 9
#define NAME 255

static int open_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	unlink(path);
	if (fd >= 0 && ftruncate(fd, 4096)) {
		close(fd);
		return -1;
	}
	return fd;
}

int long_name_open(void)
{
	char path[4096] = "/tmp/long_name_XXXXXX";
	size_t len;
	int fd, i;

	if (!mkdtemp(path))
		return -1;
	len = strlen(path);
	for (i = 0; i < LEVELS; i++) {
		path[len++] = '/';
		memset(path + len, '\n', NAME);
		len += NAME;
		path[len] = 0;
		mkdir(path, 0700);
	}
	strcpy(path + len, "/f");
	fd = open_file(path);
	for (i = 0; i <= LEVELS; i++) {
		path[len] = 0;
		rmdir(path);
		len -= NAME + 1;
	}
	return fd;
}
