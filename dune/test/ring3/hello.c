// SPDX-License-Identifier: MIT
/*
 * hello.c - the least that a program does: output, memory, FP, the clock
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	volatile double root = argc + 3;
	struct timespec ts;
	char *p = malloc(3 << 20);

	if (!p)
		return 1;
	memset(p, 3, 3 << 20);
	p = realloc(p, 40 << 20);
	if (!p || p[(3 << 20) - 1] != 3 || clock_gettime(CLOCK_REALTIME, &ts))
		return 2;
	printf("hello from %s, argc %d, %.3f, %s\n",
	       strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0],
	       argc, root * 1.5, ts.tv_sec > 1600000000 ? "clock" : "no clock");
	free(p);
	return 7;
}
