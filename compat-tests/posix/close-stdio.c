// SPDX-License-Identifier: MIT
/* close-stdio - fclose() of an fdopen()ed connection writes what is buffered, then closes; the number is free. */
#include "roles.h"

static void subject(struct role *r, int fd)
{
	FILE *f = fdopen(fd, "w");
	int file;

	CHECK(f);
	GIVES(setvbuf(f, NULL, _IOFBF, 4096), 0);
	CHECK(fprintf(f, "number %d", 42) == 9);
	meet(r, 'b');
	meet(r, 'q');
	GIVES(fclose(f), 0);
	FAILS(fcntl(fd, F_GETFD), EBADF);
	while ((file = open("/dev/null", O_RDWR)) < fd)
		OK(file);
	GIVES(file, fd);
	GIVES(read(file, &file, 1), 0);
	OK(close(fd));
	meet(r, 'c');
}

static void helper(struct role *r, int fd)
{
	meet(r, 'b');
	want_quiet(fd, 50); /* it is in the buffer still */
	meet(r, 'q');
	want_text(fd, "number 42");
	want_eof(fd);
	meet(r, 'c');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
