// SPDX-License-Identifier: MIT
/*
 * hole_recur - a System V identifier that is another's from one look to the next
 *
 *	hole_recur make	natively: a set of one semaphore and one of many, in
 *			turn, with one identifier, which is told on stdout
 *	hole_recur ID	asks for all values, where there is room for one
 */
#include <fcntl.h>
#include <sys/sem.h>
#include <time.h>

#include "hole.h"

#define MANY 500
#define SECONDS 12

static int replace_set(int next, int id, int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%d", id);

	if (semctl(id, 0, IPC_RMID) || pwrite(next, text, (size_t)len, 0) < 0)
		return -1;
	return semget(IPC_PRIVATE, n, IPC_CREAT | 0666);
}

static int make(void)
{
	int next = open("/proc/sys/kernel/sem_next_id", O_WRONLY);
	int id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0666), i;

	printf("%d\n", id);
	fflush(stdout);
	for (i = 0; next >= 0 && id >= 0; i++) {
		int again = replace_set(next, id, i & 1 ? 1 : MANY);

		if (again != id)
			break;
		if (i & 1)
			usleep(100);
	}
	perror("hole_recur");
	return 1;
}

static unsigned intact(uint64_t behind, uint64_t what)
{
	return (uint64_t)gate1(GATE_PEEK, behind) == what;
}

int main(int argc, char **argv)
{
	unsigned small = 0, large = 0, gone = 0, wrong = 0;
	uint64_t end, what;
	time_t until;
	int id;

	if (argc < 2 || !strcmp(argv[1], "make"))
		return make();
	id = atoi(argv[1]);
	hole_targets();
	if (!hole_hosted)
		return 2;
	end = hole_rw_end;
	what = (uint64_t)gate1(GATE_PEEK, end);
	fprintf(stderr, "behind the region: %lx\n", (unsigned long)what);
	for (until = time(NULL) + SECONDS; !wrong && time(NULL) < until;) {
		if (!semctl(id, 0, GETALL, end - 2))
			small++;
		else if (errno == EFAULT)
			large++;
		else
			gone++;
		wrong += !intact(end, what);
	}
	fprintf(stderr, "%u small, %u large, %u gone\n", small, large, gone);
	hole_verdict("identifiers that recur",
		     small && large ? small + large : 0, wrong);
	return hole_failed;
}
