// SPDX-License-Identifier: MIT
/* file-calls - calls for files fail on sockets as on Linux: ESPIPE, EINVAL, ENODEV, ENOTDIR. */
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "kinds.h"

static void calls(struct role *r, struct made *m)
{
	char buf[64], path[64];
	struct stat st;
	int fd = m->fd;

	(void)r;
	FAILS(lseek(fd, 0, SEEK_CUR), ESPIPE);
	FAILS(pread(fd, buf, 1, 0), ESPIPE);
	FAILS(pwrite(fd, buf, 1, 0), ESPIPE);
	FAILS(ftruncate(fd, 0), EINVAL);
	FAILS(fsync(fd), EINVAL);
	FAILS(fdatasync(fd), EINVAL);
	FAILS(posix_fallocate(fd, 0, 1) ? (errno = ENODEV, -1) : 0, ENODEV);
	if (is_of(m, OF_UDP)) /* TCP can map what it receives */
		FAILS((long)mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0),
		      ENODEV);
	FAILS(fchdir(fd), ENOTDIR);
	OK(flock(fd, LOCK_EX | LOCK_NB));
	OK(fstat(fd, &st));
	CHECK(S_ISSOCK(st.st_mode));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	FAILS(open(path, O_RDWR), ENXIO);
	memset(buf, 0, sizeof(buf));
	OK(readlink(path, buf, sizeof(buf) - 1));
	CHECK(strncmp(buf, "socket:[", 8) == 0);
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, calls);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
