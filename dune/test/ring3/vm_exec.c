// SPDX-License-Identifier: MIT
/*
 * vm_exec.c - what may be executed, and that taking it away is seen by all
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm_verdict.h"

#define RW (PROT_READ | PROT_WRITE)
#define RX (PROT_READ | PROT_EXEC)
#define ROUNDS 60

static __thread sigjmp_buf back;
static volatile int stop, faults;
static volatile uint64_t runs;

static void on_segv(int sig)
{
	siglongjmp(back, sig);
}

static void *map(size_t size, int prot)
{
	void *p = mmap(NULL, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		exit(2);
	return p;
}

/* mov $value, %eax; ret */
static void emit(uint8_t *p, uint32_t value)
{
	*p = 0xb8;
	memcpy(p + 1, &value, 4);
	p[5] = 0xc3;
}

/* Its value, or -1 if it faults. */
static long call(const void *p)
{
	int (*f)(void);

	memcpy(&f, &p, sizeof(f));
	if (sigsetjmp(back, 1))
		return -1;
	return f();
}

static void one_page(void)
{
	uint8_t *p = map(4096, RW);
	long before, after, again;

	emit(p, 41);
	before = call(p);
	mprotect(p, 4096, RX);
	after = call(p);
	verdict(before == -1 && after == 41, "execution when it is allowed",
		"%ld, then %ld", before, after);
	mprotect(p, 4096, RW);
	before = call(p);
	emit(p, 42);
	mprotect(p, 4096, RX);
	after = call(p);
	verdict(before == -1 && after == 42, "execution taken away and given",
		"%ld, then %ld", before, after);
	mmap(p, 4096, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	emit(p, 43);
	again = call(p);
	verdict(again == -1, "a new mapping has its own rights", "%ld", again);
	munmap(p, 4096);
}

static void large(void)
{
	size_t size = 6 << 20, i;
	uint8_t *p = map(size, RW);
	long got = 0;

	for (i = 0; i < size; i += 64 << 10)
		emit(p + i, (uint32_t)i);
	mprotect(p, size, PROT_READ | PROT_EXEC);
	for (i = 0; i < size; i += 64 << 10)
		got += call(p + i) == (long)i;
	verdict(got == 96, "6 MB of code", "%ld of 96 run", got);
	mprotect(p + (1 << 20), 3 << 20, RW);
	for (got = 0, i = 0; i < size; i += 64 << 10)
		got += call(p + i) ==
		       (i >> 20 >= 1 && i >> 20 < 4 ? -1 : (long)i);
	verdict(got == 96, "3 MB of them taken away", "%ld of 96 right", got);
	munmap(p, size);
}

static void children(void)
{
	uint8_t *x = map(4096, RW), *d = map(4096, RW);
	int status = 0;
	pid_t pid;

	emit(x, 1);
	emit(d, 2);
	mprotect(x, 4096, RX);
	pid = fork();
	if (pid == 0)
		_exit(call(x) == 1 && call(d) == -1 ? 5 : 6);
	waitpid(pid, &status, 0);
	verdict(WIFEXITED(status) && WEXITSTATUS(status) == 5,
		"rights after a fork", "status %x", status);
	munmap(x, 4096);
	munmap(d, 4096);
}

/* Executes p until it faults, over and over. */
static void *runner(void *p)
{
	while (!stop) {
		if (call(p) < 0)
			faults++;
		else
			runs++;
	}
	return NULL;
}

static bool wait_for(volatile uint64_t *what, uint64_t more)
{
	uint64_t from = *what;
	unsigned ms;

	for (ms = 0; ms < 5000 && *what < from + more; ms++)
		usleep(1000);
	return *what >= from + more;
}

/* Once mprotect() is back nobody executes the page. */
static void shootdown(void)
{
	uint8_t *p = map(4096, RW);
	unsigned i, late = 0, stuck = 0;
	uint64_t seen;
	pthread_t t;

	emit(p, 7);
	pthread_create(&t, NULL, runner, p);
	for (i = 0; i < ROUNDS && !stuck; i++) {
		mprotect(p, 4096, RX);
		stuck += !wait_for(&runs, 10);
		mprotect(p, 4096, RW);
		usleep(20); /* a call that had begun may end */
		seen = runs;
		usleep(200);
		late += runs > seen + 1;
	}
	stop = 1;
	pthread_join(t, NULL);
	verdict(!late && !stuck && faults >= (int)ROUNDS / 2,
		"taking away is seen by other threads",
		"%u of %u rounds late, %u stuck, %d faults", late, i, stuck,
		faults);
}

/* A mapping that cannot become writable. */
static void map_readonly(void *at)
{
	char name[] = "/tmp/vm-exec-XXXXXX";
	int fd = mkstemp(name), ro = open(name, O_RDONLY);

	unlink(name);
	if (fd < 0 || ftruncate(fd, 4096) ||
	    mmap(at, 4096, PROT_READ, MAP_SHARED | MAP_FIXED, ro, 0) != at)
		exit(2);
	close(fd);
	close(ro);
}

/* Linux changes one mapping after the other: those before the one that cannot
 * be changed have lost execution, those behind it have not. */
static void half_way(void)
{
	uint8_t *p = map(3 * 4096, RW);
	long first, last;
	int rc;

	emit(p, 50);
	emit(p + 8192, 52);
	mprotect(p, 3 * 4096, RX);
	map_readonly(p + 4096);
	rc = mprotect(p, 3 * 4096, RW);
	if (sigsetjmp(back, 1) == 0)
		emit(p, 51);
	first = call(p);
	last = call(p + 8192);
	verdict(rc == -1 && errno == EACCES && first == -1 && last == 52,
		"mprotect that fails half-way", "%d, then %ld, %ld", rc, first,
		last);
	munmap(p, 3 * 4096);
}

/* Linux may have unmapped what was there before it sees that it cannot. */
static void failed_map(void)
{
	int fd = memfd_create("sealed", MFD_ALLOW_SEALING);
	uint8_t *p = map(4096, RW);
	void *at;
	long got;

	emit(p, 55);
	mprotect(p, 4096, RX);
	if (fd < 0 || ftruncate(fd, 4096) ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE))
		exit(2);
	at = mmap(p, 4096, RW, MAP_SHARED | MAP_FIXED, fd, 0);
	mmap(p, 4096, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	emit(p, 56);
	got = call(p);
	verdict(at == MAP_FAILED && got == -1, "after a mapping that fails",
		"%p, then %ld", at, got);
	close(fd);
	munmap(p, 4096);
}

static void moved(void)
{
	uint8_t *p = map(4096, RW), *q = map(4096, RW);
	long before, after;

	emit(p, 57);
	emit(q, 58);
	mprotect(p, 4096, RX);
	if (mremap(p, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, q) != q)
		exit(2);
	before = call(q);
	mmap(p, 4096, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	emit(p, 59);
	after = call(p);
	verdict(before == 57 && after == -1, "code that is moved",
		"%ld, then %ld", before, after);
	munmap(p, 4096);
	munmap(q, 4096);
}

/* A segment's mapping is as large as its pages are, whatever its size. */
static void segment(void)
{
	int id = shmget(IPC_PRIVATE, 4096, SHM_HUGETLB | IPC_CREAT | 0600);
	const size_t huge = 2 << 20;
	uint8_t *p, *q;
	long got;

	if (id < 0) /* no huge pages here */
		return;
	p = map(2 * huge, RW);
	q = p + huge - (uintptr_t)p % huge;
	emit(q + 4096, 60);
	mprotect(q + 4096, 4096, RX);
	if (shmat(id, q, SHM_REMAP) != q)
		exit(2);
	emit(q + 4096, 61);
	got = call(q + 4096);
	verdict(got == -1, "a segment over code", "%ld", got);
	shmdt(q);
	shmctl(id, IPC_RMID, NULL);
	munmap(p, 2 * huge);
}

/* A huge page is moved whole, or not at all. */
static void huge_page(void)
{
	const size_t huge = 2 << 20;
	uint8_t *h = mmap(NULL, huge, RW,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	uint8_t *p = map(2 * huge, RW), *q = p + huge - (uintptr_t)p % huge;
	bool moved;
	long got;

	if (h == MAP_FAILED) /* none here */
		return;
	emit(q + 4096, 64);
	mprotect(q + 4096, 4096, RX);
	moved = mremap(h, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, q) == q;
	if (moved)
		emit(q + 4096, 65);
	got = call(q + 4096);
	verdict(got == (moved ? -1 : 64), "a huge page over code", "%ld", got);
	munmap(p, 2 * huge);
	munmap(h, huge);
}

/* What mprotect() cannot change is executable all the time. */
static void kept(void)
{
	uint8_t *p = map(8192, RW);
	unsigned i, odd = 0;
	pthread_t t;

	emit(p + 4096, 62);
	mprotect(p, 8192, RX);
	map_readonly(p);
	stop = faults = 0;
	pthread_create(&t, NULL, runner, p + 4096);
	for (i = 0; i < 5 * ROUNDS; i++)
		odd += mprotect(p, 8192, RW) != -1;
	odd += !wait_for(&runs, 10);
	stop = 1;
	pthread_join(t, NULL);
	verdict(!odd && !faults, "code that mprotect() fails to change",
		"%u odd, %d faults", odd, faults);
	munmap(p, 8192);
}

int main(void)
{
	struct sigaction sa = { .sa_handler = on_segv };

	sigaction(SIGSEGV, &sa, NULL);
	one_page();
	large();
	children();
	shootdown();
	half_way();
	failed_map();
	moved();
	segment();
	huge_page();
	kept();
	return verdict_failed;
}
