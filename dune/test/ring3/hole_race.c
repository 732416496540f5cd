// SPDX-License-Identifier: MIT
/*
 * hole_race - checks that something else becomes true of before the call
 *
 *	hole_race			under dune_run, with a helper outside
 *	hole_race --recur KEY SECONDS	the helper, on Linux itself
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
#define HOLE_LOW_END (UINT64_C(1) << 32)

static unsigned cases, wrong;

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

static void masks(void)
{
	time_t end = time(NULL) + 20;
	pthread_t thread;
	unsigned refused = 0;

	waiter = gettid();
	pair.size = 8;
	stay_here();
	if (sem_init(&begun, 0, 0) ||
	    pthread_create(&thread, NULL, change_mask, NULL))
		abort();
	for (; cases < TURNS && time(NULL) < end; cases++) {
		struct timespec some = { 0, 2000000 };
		const uint64_t a[6] = {
			0, 0, 0, 0, (uint64_t)&some, (uint64_t)&pair
		};

		pair.mask = 0;
		sem_post(&begun);
		refused += hole_call(SYS_pselect6, a) == -EFAULT;
		wrong += !hole_intact();
	}
	atomic_store(&stop, 1);
	sem_post(&begun);
	pthread_join(thread, NULL);
	fprintf(stderr, "%u of %u masks refused\n", refused, cases);
	/* else the changes came too late, or too early for all */
	hole_verdict("a mask that changes",
		     refused && refused < cases ? cases : 0, wrong);
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

/* The same identifiers, of few or small and of many or large, in turn. */
static int recur(key_t key, int seconds)
{
	time_t end = time(NULL) + seconds;
	int sem = get_sem(key, FEW), shm = get_shm(key, SMALL), ret = 0;
	unsigned n;

	if (sem < 0 || shm < 0)
		return 2;
	become_urgent();
	for (n = 1; !ret && time(NULL) < end; n++) {
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

/* What fits if they are few, and runs into the host's memory if many. */
static int try_values(int id)
{
	const uint64_t get[6] = { (uint64_t)id, 0, GETALL,
				  hole_rw_end - FEW * 2 };
	const uint64_t set[6] = { (uint64_t)id, 0, SETALL,
				  hole_rw_end - FEW * 2 };
	long ret = hole_call(SYS_semctl, get);

	wrong += !hole_intact();
	/* of many, all would have been read from behind the region */
	memset((char *)hole_rw_end - FEW * 2, 0, FEW * 2);
	hole_call(SYS_semctl, set);
	return ret == 0;
}

/* On the last page of the low window: behind it is the host's. */
static int try_attach(int id)
{
	const uint64_t at = HOLE_LOW_END - SMALL;
	const uint64_t a[6] = { (uint64_t)id, at, SHM_REMAP };
	const uint64_t back[6] = { at };

	if (hole_call(SYS_shmat, a) < 0)
		return 0;
	wrong += gate1(GATE_PEEK, HOLE_LOW_END) != -EFAULT;
	hole_call(SYS_shmdt, back);
	return 1;
}

static void identifiers(key_t key)
{
	time_t end = time(NULL) + 20;
	unsigned done = 0, turns = 0;
	int sem = -1, shm = -1;

	while ((sem < 0 || shm < 0) && time(NULL) < end) {
		sem = semget(key, 0, 0);
		shm = shmget(key, 0, 0);
	}
	for (; turns < 20 * TURNS && time(NULL) < end; turns++) {
		done += (unsigned)try_values(sem);
		done += (unsigned)try_attach(shm);
		wrong += !hole_intact();
	}
	cases += turns;
	fprintf(stderr, "%u of %u calls went through\n", done, 2 * turns);
	hole_verdict("identifiers that recur", done ? cases : 0, wrong);
}

int main(int argc, char **argv)
{
	if (argc > 3 && !strcmp(argv[1], "--recur"))
		return recur(atoi(argv[2]), atoi(argv[3]));
	hole_targets();
	if (!hole_hosted)
		return 0;
	masks();
	if (argc > 1)
		identifiers(atoi(argv[1]));
	return hole_failed;
}
