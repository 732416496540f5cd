// SPDX-License-Identifier: MIT
/*
 * replay.c - an access that the host denied is made again, with strict tables
 */
#include <errno.h>
#include <pthread.h>
#include <unistd.h>

#include "dune/host/kick.h"
#include "dune/host/self.h"
#include "dune/vm/fatal.h"
#include "dune/vm/pagetable.h"
#include "dune/vm/replay.h"
#include "dune/vm/strict.h"
#include "dune/vm/vcpu.h"

/* Enough for the windows in pages of 4 KB; few threads replay at once. */
#define STRICT_PAGES 36000
#define STRICT_MAX 8

static struct strict {
	struct pt pt;
	struct dune_thread *user;
} strict_tables[STRICT_MAX];
static pthread_mutex_t strict_lock = PTHREAD_MUTEX_INITIALIZER;

/* The one that t has, or a free one. */
static struct strict *find_strict(struct dune_thread *t)
{
	struct strict *s = strict_tables, *end = s + STRICT_MAX, *free = NULL;

	for (; s < end; s++) {
		if (s->user == t)
			return s;
		if (!s->user && !free)
			free = s;
	}
	return free;
}

/* A thread may stay in ring 3 for long if nothing faults: make them leave. */
static void interrupt_users(void)
{
	struct strict *s;

	for (s = strict_tables; s < strict_tables + STRICT_MAX; s++)
		if (s->user &&
		    __atomic_load_n(&s->user->in_guest, __ATOMIC_SEQ_CST))
			dune_interrupt(s->user);
}

static struct pt *take_strict(struct dune_thread *t)
{
	struct strict *s;

	pthread_mutex_lock(&strict_lock);
	while (!(s = find_strict(t))) {
		interrupt_users();
		pthread_mutex_unlock(&strict_lock);
		usleep(100);
		pthread_mutex_lock(&strict_lock);
	}
	s->user = t;
	pthread_mutex_unlock(&strict_lock);
	if (!s->pt.page && pt_init(&s->pt, STRICT_PAGES) < 0)
		return NULL;
	return &s->pt;
}

static void give_strict(struct dune_thread *t)
{
	struct strict *s;

	pthread_mutex_lock(&strict_lock);
	s = find_strict(t);
	if (s && s->user == t)
		s->user = NULL;
	pthread_mutex_unlock(&strict_lock);
}

void replay_forked(void)
{
	unsigned i;

	pthread_mutex_init(&strict_lock, NULL);
	for (i = 0; i < STRICT_MAX; i++)
		strict_tables[i].user = NULL;
}

int replay_end(struct dune_thread *t)
{
	int strict = t->strict;

	if (!strict)
		return 0;
	t->strict = 0;
	if (vcpu_set_cr3(t, t->cr3) < 0)
		dune_fatal(t, "the tables cannot be changed");
	give_strict(t);
	return strict;
}

void replay_begin(struct dune_thread *t, bool holes)
{
	struct pt *pt = take_strict(t);
	int rc = pt ? vm_strict_tables(pt, holes) : -ENOMEM;

	if (rc == 0)
		rc = vcpu_set_cr3(t, pt->gpa);
	if (rc < 0)
		dune_fatal(t, "a fault cannot be replayed");
}
