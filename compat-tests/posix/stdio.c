// SPDX-License-Identifier: MIT
/* stdio - fdopen()ed streams speak over a connection. */
#include "roles.h"

static void subject(struct role *r, int fd)
{
	FILE *in = fdopen(dup(fd), "r"), *out = fdopen(dup(fd), "w");
	char line[64];

	(void)r;
	CHECK(in && out);
	fprintf(out, "line %d\n", 1);
	CHECK(fflush(out) == 0);
	CHECK(fgets(line, sizeof(line), in));
	CHECK(strcmp(line, "answer 1\n") == 0);
	for (int i = 0; i < 5000; i++)
		CHECK(fprintf(out, "%d\n", i) > 0);
	CHECK(fclose(out) == 0);
	OK(shutdown(fd, SHUT_WR));
	CHECK(fgets(line, sizeof(line), in));
	CHECK(strcmp(line, "sum 12497500\n") == 0);
	CHECK(!fgets(line, sizeof(line), in) && feof(in));
	fclose(in);
}

static void helper(struct role *r, int fd)
{
	FILE *f = fdopen(dup(fd), "r");
	char line[64];
	long sum = 0;

	(void)r;
	CHECK(f);
	CHECK(fgets(line, sizeof(line), f) && strcmp(line, "line 1\n") == 0);
	send_text(fd, "answer 1\n");
	while (fgets(line, sizeof(line), f))
		sum += atol(line);
	snprintf(line, sizeof(line), "sum %ld\n", sum);
	send_text(fd, line);
	OK(shutdown(fd, SHUT_WR));
	fclose(f);
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
