// SPDX-License-Identifier: MIT
/*
 * hole_table - hostile cases for each pointer of each allowed system call
 *
 *	hole_table [--in WHERE] [--sample N SEED] [ROW]
 *	hole_table --coverage
 *
 * The cells are made from syscalls.def, see table.h. WHERE the calls are made:
 * in the main thread, another thread, a forked child or after an execve().
 * --sample: one cell in N, by SEED. --coverage makes no call: it counts the
 * cells, and fails for a pointer that has none at the host's memory.
 */
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "../hole.h"
#include "table.h"

#define ALARM_US 10000

static bool dry;
static unsigned sample = 1, seed;
static const char *only_row;
static unsigned counts[KIND_LAST], wrongs[KIND_LAST];

/* --- what is not tried --- */

#define BIT(kind) (1u << KIND_##kind)
#define PLACES (BIT(GOOD) | BIT(OVERLAP) | BIT(RACE))
const struct exclusion exclusions[] = {
	{ "clone", 1, 0, "a stack, of ring 3, which faults there",
	  "hole_table, exits" },
	{ "clone", 4, 0, "ring 3's base of FS, which faults there",
	  "hole_table, exits" },
	{ "set_tid_address", 0, 0, "written when the thread ends",
	  "hole_table, exits" },
	{ "set_robust_list", 0, 0, "followed when the thread ends",
	  "hole_table, exits" },
	{ "prctl", 2, 0, "a number, in every option there is",
	  "hole_table, sweeps" },
	{ "prctl", 3, 0, "a number, in every option there is",
	  "hole_table, sweeps" },
	{ "prctl", 4, 0, "a number, in every option there is",
	  "hole_table, sweeps" },
	{ "clock_settime", -1, PLACES | BIT(READABLE), "it sets the clock",
	  "hole_table, at the host's memory" },
	{ "settimeofday", -1, PLACES | BIT(READABLE) | BIT(NONE),
	  "it sets the clock", "hole_table, at the host's memory" },
	{ "capset", -1, PLACES | BIT(READABLE),
	  "without capabilities later calls would not come so far",
	  "hole_table, at the host's memory" },
	{ "clone", -1, PLACES | BIT(PARTNER) | BIT(COUNT),
	  "each makes a process, which takes long", "thr_basic, fork_basic" },
	{ "clone3", -1, PLACES | BIT(PARTNER) | BIT(COUNT),
	  "each makes a process, which takes long", "thr_basic, fork_basic" },
	{ "futex FUTEX_WAIT_REQUEUE_PI", 3, BIT(NONE),
	  "it waits then, whatever signal comes",
	  "hole_table, at the host's memory" },
	{ "rt_sigsuspend", 0, BIT(READABLE),
	  "with such a mask it would not end", "sig_wait" },
};
#undef BIT
const unsigned nexclusions = sizeof(exclusions) / sizeof(exclusions[0]);

const struct exclusion *excluded(const struct variant *v, int arg,
				 unsigned kind)
{
	unsigned i;

	for (i = 0; i < nexclusions; i++) {
		const struct exclusion *e = &exclusions[i];

		if (matches(e->who, v) && (e->arg < 0 || e->arg == arg) &&
		    (!e->kinds || (e->kinds & 1u << kind)))
			return e;
	}
	return NULL;
}

/* --- cells --- */

/* Neighbours do not fall into the sample together. */
static bool chosen(unsigned n)
{
	uint32_t x = n * 2654435761u + seed * 40503u;

	x ^= x >> 15;
	x *= 2246822519u;
	x ^= x >> 13;
	return x % sample == 0;
}

bool cell(enum kind kind)
{
	static unsigned n;

	if (kind == KIND_BORDER && !hole_hosted && !dry)
		return false;
	if (!dry && !chosen(n++))
		return false;
	counts[kind]++;
	return !dry;
}

void cell_complain(enum kind kind, const struct variant *v,
		   const struct pointer *p, const char *at, const char *what,
		   long ret)
{
	if (wrongs[kind]++ >= 20)
		return;
	fprintf(stderr, "%s%s%s", v->row->name, *v->name ? " " : "", v->name);
	if (p)
		fprintf(stderr, ", argument %d%s%s", p->arg,
			*p->name ? ", " : "", p->name);
	fprintf(stderr, " at %s: %s (%ld)\n", at, what, ret);
}

static void verdicts(void)
{
	static const char *const names[] = {
#define K(name, text) "pointers " text,
		KINDS(K)
#undef K
	};
	unsigned i;

	for (i = 0; i < KIND_LAST; i++)
		if (counts[i] || wrongs[i])
			hole_verdict(names[i], &counts[i], &wrongs[i]);
}

/* --- coverage --- */

static bool is_shaped(const struct variant *v, int arg)
{
	return v->arg[arg].type != T_PTR || shape_of(v, arg);
}

static unsigned bad_pointer(const char *row, int arg, const char *what)
{
	fprintf(stderr, "%s, argument %d: %s\n", row, arg, what);
	return 1;
}

/* Pointers of a variant that are not tried at the host's memory, or badly. */
static unsigned uncovered(const struct variant *v)
{
	struct pointer p[POINTERS_MAX];
	unsigned n = frame_pointers(v, p), bad = 0, had, i;

	for (i = 0; i < n; i++) {
		had = counts[KIND_HOST];
		cells_at(p, n, i);
		if (counts[KIND_HOST] == had)
			bad += bad_pointer(v->row->name, p[i].arg, "no cell");
		if (!is_shaped(v, p[i].arg))
			bad += bad_pointer(
				v->row->name, p[i].arg,
				"nothing is known of what lies there");
	}
	return bad;
}

/* Is it a pointer in any variant? */
static bool is_tried(const struct row *r, int arg)
{
	unsigned i;

	for (i = 0; i < nvariants; i++)
		if (variants[i].row == r && is_pointer(&variants[i].arg[arg]))
			return true;
	return false;
}

/* Of a row's pointers, those that are none in every variant. */
static unsigned untried(const struct row *r, unsigned *pointers)
{
	struct variant v = { .row = r, .name = "" };
	unsigned bad = 0;
	int arg;

	for (arg = 0; arg < 6; arg++) {
		if (!is_pointer(&r->arg[arg]))
			continue;
		++*pointers;
		if (!excluded(&v, arg, KIND_HOST) && !is_tried(r, arg))
			bad += bad_pointer(r->name, arg, "no variant has it");
	}
	return bad;
}

static void print_exclusions(void)
{
	unsigned i;

	for (i = 0; i < nexclusions; i++)
		printf("not tried: %s %d: %s (%s)\n", exclusions[i].who,
		       exclusions[i].arg, exclusions[i].why,
		       exclusions[i].test);
}

static int coverage(void)
{
	unsigned i, bad = 0, pointers = 0, all = 0, nested = 0;
	struct pointer p[POINTERS_MAX];

	dry = true;
	hole_targets();
	for (i = 0; i < nrows; i++)
		bad += untried(&rows[i], &pointers);
	for (i = 0; i < nvariants; i++) {
		bad += uncovered(&variants[i]);
		counts_of(&variants[i]);
		races_of(&variants[i]);
		nested += frame_pointers(&variants[i], p);
	}
	sweeps();
	exits();
	for (i = 0; i < KIND_LAST; i++)
		all += counts[i];
	print_exclusions();
	printf("%u rows, %u pointers, %u with those of variants and in "
	       "structures, %u cells, %u exclusions\n",
	       nrows, pointers, nested, all, nexclusions);
	return bad || !all;
}

/* --- running --- */

static void on_alarm(int sig)
{
	(void)sig;
}

/* A call that blocks is interrupted. */
static void start_alarm(void)
{
	const struct itimerval often = { { 0, ALARM_US }, { 0, ALARM_US } };
	struct sigaction act = { .sa_handler = on_alarm };

	sigaction(SIGALRM, &act, NULL);
	sigaction(SIGPIPE, &act, NULL);
	sigaction(SIGUSR2, &act, NULL);
	signal(SIGTTOU, SIG_IGN);
	setitimer(ITIMER_REAL, &often, NULL);
}

static void of_each(void (*fn)(const struct variant *))
{
	unsigned i;

	for (i = 0; i < nvariants; i++)
		if (!only_row || !strcmp(only_row, variants[i].row->name))
			fn(&variants[i]);
}

static void *run(void *arg)
{
	(void)arg;
	hole_targets();
	if (frame_start() || setup_start()) {
		hole_failed = 2;
		return NULL;
	}
	start_alarm();
	of_each(cells_of);
	of_each(counts_of);
	if (races_start()) {
		hole_failed = 2;
		return NULL;
	}
	of_each(races_of);
	races_stop();
	if (!only_row) {
		sweeps();
		exits();
	}
	verdicts();
	return NULL;
}

static int in_thread(void)
{
	sigset_t set, old;
	pthread_t thread;

	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	if (pthread_create(&thread, NULL, run, NULL))
		return 2;
	pthread_sigmask(SIG_BLOCK, &set, &old);
	pthread_join(thread, NULL);
	return hole_failed;
}

static int in_child(void)
{
	pid_t child = fork();
	int status;

	if (!child) {
		run(NULL);
		exit(hole_failed);
	}
	while (waitpid(child, &status, 0) != child)
		if (errno != EINTR)
			return 2;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}

static int executed(char **argv)
{
	if (getenv("HOLE_EXECUTED")) {
		run(NULL);
		return hole_failed;
	}
	setenv("HOLE_EXECUTED", "yes", 1);
	execv("/proc/self/exe", argv);
	return 2;
}

static int run_in(const char *where, char **argv)
{
	if (!strcmp(where, "thread"))
		return in_thread();
	if (!strcmp(where, "fork"))
		return in_child();
	if (!strcmp(where, "exec"))
		return executed(argv);
	run(NULL);
	return hole_failed;
}

int main(int argc, char **argv)
{
	const char *where = "main";
	int i;

	rows_start();
	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--coverage"))
			return coverage();
		if (!strcmp(argv[i], "--in") && i + 1 < argc) {
			where = argv[++i];
		} else if (!strcmp(argv[i], "--sample") && i + 2 < argc) {
			sample = (unsigned)atoi(argv[i + 1]);
			seed = (unsigned)atoi(argv[i + 2]);
			i += 2;
			fprintf(stderr, "one cell in %u, seed %u\n", sample,
				seed);
		} else {
			only_row = argv[i];
		}
	}
	return run_in(where, argv);
}
