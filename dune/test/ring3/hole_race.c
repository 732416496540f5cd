// SPDX-License-Identifier: MIT
/*
 * hole_race - checks that something else becomes true of before the call
 *
 *	hole_race [KEY]		under dune_run; with KEY, beside the helper
 *	hole_race --recur KEY	the helper, on Linux itself; until SIGTERM
 *
 * The mask that pselect6 finds by a pointer, while a thread changes it; and
 * System V identifiers, which the helper gives to other objects meanwhile.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <time.h>

#include "hole.h"

#define TURNS 400
#define LIMIT 90 /* seconds, if there was not yet the one and the other */
#define HOLE_LOW_END (UINT64_C(1) << 32)

static unsigned wrong;

static void pause_us(long us)
{
	nanosleep(&(struct timespec){ 0, us * 1000 }, NULL);
}

/* It runs on this processor, and at any instant. */
static void become_urgent(void)
{
	struct sched_param urgent = { .sched_priority = 1 };
	cpu_set_t first;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	sched_setaffinity(0, sizeof(first), &first);
	sched_setscheduler(0, SCHED_FIFO, &urgent);
}

static void stay_here(void)
{
	cpu_set_t first;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	sched_setaffinity(0, sizeof(first), &first);
}

/* --- the mask --- */

static struct {
	volatile uint64_t mask, size;
} pair;
static atomic_int stop;
static sem_t begun;
static pid_t waiter;

/* The signals that the waiting thread has blocked now. */
static uint64_t blocked(void)
{
	char path[64], text[4096], *at;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/task/%d/status", waiter);
	fd = open(path, O_RDONLY);
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = 0;
	at = strstr(text, "SigBlk:");
	return at ? strtoull(at + 7, NULL, 16) : 0;
}

/* At some instant of each call that it is told of: the mask then comes from the
 * host's memory if the kernel, or we, look twice. */
static void *change_mask(void *arg)
{
	const uint64_t kept = (UINT64_C(1) << (SIGKILL - 1)) |
			      (UINT64_C(1) << (SIGSTOP - 1));
	unsigned n = 0;

	(void)arg;
	become_urgent();
	while (!sem_wait(&begun) && !atomic_load(&stop)) {
		pause_us(10 + (long)(n++ * 37 % 400));
		pair.mask = hole_secret;
		pause_us(300);
		wrong += blocked() == (GATE_SECRET & ~kept);
	}
	return NULL;
}

/* At least so many turns, and until all that is to be seen was. */
static bool go_on(unsigned turn, bool all, time_t start)
{
	return turn < TURNS || (!all && time(NULL) - start < LIMIT);
}

static void masks(void)
{
	unsigned n, refused = 0, passed = 0, cases;
	time_t start = time(NULL);
	pthread_t thread;

	waiter = gettid();
	pair.size = 8;
	stay_here();
	if (sem_init(&begun, 0, 0) ||
	    pthread_create(&thread, NULL, change_mask, NULL))
		abort();
	for (n = 0; go_on(n, refused && passed, start); n++) {
		struct timespec some = { 0, 2000000 };
		const uint64_t a[6] = {
			0, 0, 0, 0, (uint64_t)&some, (uint64_t)&pair
		};
		long ret;

		pair.mask = 0;
		sem_post(&begun);
		ret = hole_call(SYS_pselect6, a);
		refused += ret == -EFAULT;
		passed += ret == 0;
		wrong += !hole_intact();
	}
	atomic_store(&stop, 1);
	sem_post(&begun);
	pthread_join(thread, NULL);
	fprintf(stderr, "%u turns, %u masks passed, %u refused\n", n, passed,
		refused);
	/* else the changes came too late, or too early for all */
	cases = passed && refused ? n : 0;
	hole_verdict("a mask that changes", &cases, &wrong);
}

/* --- identifiers --- */

#define FEW 4
#define MANY 4000
#define SMALL 4096
#define LARGE (64 * 4096)

/* Ask for the next object to have this identifier. */
static int ask_for(const char *file, int id)
{
	char text[16];
	int fd = open(file, O_WRONLY), n;

	n = snprintf(text, sizeof(text), "%d", id);
	if (fd < 0 || write(fd, text, (size_t)n) != n)
		return -1;
	return close(fd);
}

static int get_sem(key_t key, int size)
{
	return semget(key, size, IPC_CREAT | IPC_EXCL | 0600);
}

static int get_shm(key_t key, int size)
{
	return shmget(key, (size_t)size, IPC_CREAT | IPC_EXCL | 0600);
}

static int remove_sem(int id)
{
	return semctl(id, 0, IPC_RMID);
}

static int remove_shm(int id)
{
	return shmctl(id, IPC_RMID, NULL);
}

/* A new object of the same identifier: of a segment that is attached it is free
 * when it no longer is. */
static bool again(const char *file, int id, int (*get)(key_t, int),
		  int (*remove)(int), key_t key, int size)
{
	int tries, got;

	remove(id);
	for (tries = 0; tries < 10000; tries++) {
		if (ask_for(file, id))
			return false;
		got = get(key, size);
		if (got == id)
			return true;
		if (got >= 0)
			remove(got);
		pause_us(50);
	}
	return false;
}

static volatile sig_atomic_t ended;

static void on_term(int sig)
{
	(void)sig;
	ended = 1;
}

/* The same identifiers, of few or small and of many or large, in turn. */
static int recur(key_t key)
{
	int sem, shm, ret = 0;
	unsigned n;

	signal(SIGTERM, on_term);
	sem = get_sem(key, FEW);
	shm = get_shm(key, SMALL);
	if (sem < 0 || shm < 0)
		return 2;
	become_urgent();
	for (n = 1; !ret && !ended; n++) {
		pause_us(100 + (long)(n * 41 % 700));
		if (!again("/proc/sys/kernel/sem_next_id", sem, get_sem,
			   remove_sem, key, n & 1 ? MANY : FEW) ||
		    !again("/proc/sys/kernel/shm_next_id", shm, get_shm,
			   remove_shm, key, n & 1 ? LARGE : SMALL))
			ret = 1;
	}
	remove_sem(sem);
	remove_shm(shm);
	return ret;
}

static struct seen {
	unsigned small, large;
} sets, segments;

/* What fits if they are few, and runs into the host's memory if many. */
static void try_values(int id)
{
	const uint64_t get[6] = { (uint64_t)id, 0, GETALL,
				  hole_rw_end - FEW * 2 };
	const uint64_t set[6] = { (uint64_t)id, 0, SETALL,
				  hole_rw_end - FEW * 2 };
	long ret = hole_call(SYS_semctl, get);

	sets.small += ret == 0;
	sets.large += ret == -EFAULT;
	wrong += !hole_intact();
	/* of many, all would have been read from behind the region */
	memset((char *)hole_rw_end - FEW * 2, 0, FEW * 2);
	hole_call(SYS_semctl, set);
}

/* On the last page of the low window: behind it is the host's. */
static void try_attach(int id)
{
	const uint64_t at = HOLE_LOW_END - SMALL;
	const uint64_t a[6] = { (uint64_t)id, at, SHM_REMAP };
	const uint64_t back[6] = { at };
	struct shmid_ds ds;

	if (hole_call(SYS_shmat, a) < 0) {
		/* the same errno as of one that is gone */
		segments.large += !shmctl(id, IPC_STAT, &ds) &&
				  ds.shm_segsz == LARGE;
		return;
	}
	segments.small++;
	wrong += gate1(GATE_PEEK, HOLE_LOW_END) != -EFAULT;
	hole_call(SYS_shmdt, back);
}

static bool all_seen(void)
{
	return sets.small && sets.large && segments.small && segments.large;
}

static void identifiers(key_t key)
{
	time_t start = time(NULL);
	unsigned n, cases;
	int sem = -1, shm = -1;

	while ((sem < 0 || shm < 0) && time(NULL) - start < LIMIT) {
		sem = semget(key, 0, 0);
		shm = shmget(key, 0, 0);
	}
	for (n = 0; go_on(n, all_seen(), start); n++) {
		try_values(sem);
		try_attach(shm);
		wrong += !hole_intact();
	}
	fprintf(stderr,
		"%u turns: %u small sets, %u large; %u small segments, %u "
		"large\n",
		n, sets.small, sets.large, segments.small, segments.large);
	cases = all_seen() ? n : 0;
	hole_verdict("identifiers that recur", &cases, &wrong);
}

int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "--recur"))
		return recur(atoi(argv[2]));
	hole_targets();
	if (!hole_hosted)
		return 0;
	masks();
	if (argc > 1)
		identifiers(atoi(argv[1]));
	return hole_failed;
}
