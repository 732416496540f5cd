// SPDX-License-Identifier: MIT
/* sendfile - sendfile() sends a part of a file and moves the offset that it is given. */
#include <sys/mman.h>
#include <sys/sendfile.h>

#include "roles.h"

#define SIZE 3000000
#define SKIP 1000

static int make_file(void)
{
	static uint8_t buf[SIZE];
	int file = memfd_create("sendfile", MFD_CLOEXEC);

	OK(file);
	pattern(buf, SIZE, 0);
	GIVES(pwrite(file, buf, SIZE, SKIP), SIZE);
	return file;
}

static void subject(struct role *r, int fd)
{
	int file = make_file();
	off_t at = SKIP;

	(void)r;
	while (at < SKIP + SIZE) {
		off_t before = at;
		ssize_t n = sendfile(fd, file, &at, SIZE);

		OK(n);
		CHECK(n > 0);
		GIVES(at, before + n);
	}
	GIVES(sendfile(fd, file, &at, SIZE), 0);
	GIVES(lseek(file, 0, SEEK_CUR), 0);
	/* Without an offset the file's own moves. */
	OK(lseek(file, SKIP, SEEK_SET));
	GIVES(sendfile(fd, file, NULL, 100), 100);
	GIVES(lseek(file, 0, SEEK_CUR), SKIP + 100);
	close(file);
}

static void helper(struct role *r, int fd)
{
	(void)r;
	recv_pattern(fd, SIZE);
	recv_pattern(fd, 100);
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
