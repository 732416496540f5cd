// SPDX-License-Identifier: MIT
/* close-stdio-twins - a stream for each direction: fclose() of both ends the connection, of one does not. */
#include "roles.h"

static void subject(struct role *r, int fd)
{
	FILE *in = fdopen(fd, "r"), *out = fdopen(dup(fd), "w");
	char line[32];

	CHECK(in && out);
	CHECK(fputs("question\n", out) >= 0);
	GIVES(fflush(out), 0);
	CHECK(fgets(line, sizeof(line), in));
	CHECK(strcmp(line, "answer\n") == 0);
	GIVES(fclose(out), 0);
	meet(r, 'o');
	CHECK(fgets(line, sizeof(line), in));
	CHECK(strcmp(line, "more\n") == 0);
	GIVES(fclose(in), 0);
	meet(r, 'i');
}

static void helper(struct role *r, int fd)
{
	want_text(fd, "question\n");
	send_text(fd, "answer\n");
	meet(r, 'o');
	want_quiet(fd, 50);
	send_text(fd, "more\n");
	want_eof(fd);
	meet(r, 'i');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
