// SPDX-License-Identifier: MIT
/* fstat - a connection looks like a socket to fstat(), lseek(), isatty() and /proc. */
#include <sys/stat.h>

#include "roles.h"

static void subject(struct role *r, int fd)
{
	char path[32], link[64] = { 0 };
	struct stat st;

	OK(fstat(fd, &st));
	CHECK(S_ISSOCK(st.st_mode));
	FAILS(lseek(fd, 0, SEEK_CUR), ESPIPE);
	GIVES(isatty(fd), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	OK(readlink(path, link, sizeof(link) - 1));
	CHECK(strncmp(link, "socket:[", 8) == 0);
	FAILS(pread(fd, link, 1, 0), ESPIPE);
	FAILS(ftruncate(fd, 0), EINVAL);
	FAILS(fsync(fd), EINVAL);
	meet(r, 'd');
}

static void helper(struct role *r, int fd)
{
	(void)fd;
	meet(r, 'd');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
