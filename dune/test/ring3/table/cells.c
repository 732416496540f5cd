// SPDX-License-Identifier: MIT
/*
 * cells - each pointer of a call at the host's memory, at edges, with partners
 * that are NULL or that overlap it
 */
#include <string.h>

#include "../hole.h"
#include "table.h"

/* --- where refusing is not expected --- */

/* Nobody follows this pointer in this call, or it is not an error if it is
 * bad; `natively`: Linux does not come to look at it, but we do. */
static const struct {
	const char *row, *variant, *field; /* NULL: any */
	int arg;
	bool natively;
} unfollowed[] = {
	/* the process is there already: Linux says nothing */
	{ "clone", NULL, NULL, 2, false },
	{ "clone", NULL, NULL, 3, false },
	{ "clone3", NULL, "parent_tid", 0, false },
	{ "clone3", NULL, "child_tid", 0, false },
	{ "clone3", NULL, "pidfd", 0, false },
	/* it goes with set_tid_size, which is 0 */
	{ "clone3", NULL, "set_tid", 0, false },
	{ "getcpu", NULL, NULL, 2, false },
	{ "listxattr", NULL, NULL, 1, true },
	{ "llistxattr", NULL, NULL, 1, true },
	{ "flistxattr", NULL, NULL, 1, true },
	{ "getgroups", NULL, NULL, 1, true },
	/* there is no rest of the time */
	{ "nanosleep", NULL, NULL, 1, true },
	{ "clock_nanosleep", NULL, NULL, 3, true },
	/* MSG_CTRUNC */
	{ "recvmsg", NULL, "msg_control", 1, true },
	{ "recvmmsg", NULL, "msg_control", 1, true },
};

static bool is_unfollowed(const struct pointer *p)
{
	size_t i;

	for (i = 0; i < sizeof(unfollowed) / sizeof(unfollowed[0]); i++)
		if (!strcmp(unfollowed[i].row, p->v->row->name) &&
		    (!unfollowed[i].variant ||
		     !strcmp(unfollowed[i].variant, p->v->name)) &&
		    (!unfollowed[i].field ||
		     !strcmp(unfollowed[i].field, p->name)) &&
		    (unfollowed[i].arg < 0 || unfollowed[i].arg == p->arg) &&
		    (!unfollowed[i].natively || !hole_hosted))
			return true;
	return false;
}

/* --- one call --- */

static struct frame frame;

/* The call as it is now: what has it done? */
static long run(enum kind kind, const struct pointer *p, const char *at)
{
	struct outcome out = frame_call(&frame);

	if (!out.intact)
		cell_complain(kind, p->v, p, at,
			      "the host's memory has changed", out.ret);
	if (out.strayed)
		cell_complain(kind, p->v, p, at,
			      "memory beside the result has changed",
			      out.strayed - 1);
	return out.ret;
}

static void begin(const struct variant *v)
{
	/* no end of a string, whatever an earlier call has left there */
	if (hole_hosted)
		*(char *)(hole_rw_end - 1) = 'w';
	setup_before(v);
	frame_good(&frame, v);
}

/* Of two messages the second may be the one that is refused. */
static bool refused(const struct variant *v, long ret)
{
	long nr = v->row->nr;

	return ret < (nr == SYS_sendmmsg || nr == SYS_recvmmsg ? 2 : 0);
}

/* --- the host's memory --- */

static void at_target(const struct pointer *p, const struct target *t)
{
	long ret;

	begin(p->v);
	frame_set(&frame, p, t->addr);
	ret = run(KIND_HOST, p, t->name);
	if (!refused(p->v, ret) && !(t->may_read && p->way == READ_BY) &&
	    !is_unfollowed(p))
		cell_complain(KIND_HOST, p->v, p, t->name, "not refused", ret);
}

static void at_targets(const struct pointer *p)
{
	bool readable = !excluded(p->v, p->arg, KIND_READABLE);
	unsigned k;

	if (excluded(p->v, p->arg, KIND_HOST))
		return;
	for (k = 0; k < ntargets; k += makes_process(p->v) ? 4 : 1)
		if ((readable || !targets[k].may_read) && cell(KIND_HOST))
			at_target(p, &targets[k]);
}

static void at_null(const struct pointer *p)
{
	begin(p->v);
	frame_set(&frame, p, 0);
	run(KIND_NONE, p, "NULL");
}

/* --- good places --- */

static bool only_canaries(const char *from, const char *to)
{
	for (; from < to; from++)
		if (*from != (char)CANARY)
			return false;
	return true;
}

/* So that it ends at `end`, or `over` bytes behind; where it begins, or NULL if
 * that is what is good. */
static char *ends_at(const struct pointer *p, char *end, size_t over)
{
	size_t size;
	char *to;

	begin(p->v);
	if (!frame_ours(frame_get(&frame, p)))
		return NULL;
	size = frame_extent(&frame, p);
	to = end - size + over;
	frame_move(&frame, p, to, size - over);
	return to;
}

/* Where a page ends. */
static long at_edge(const struct pointer *p, size_t over)
{
	char *to;
	long ret;

	memset(edge, (char)CANARY, AREA);
	to = ends_at(p, edge + AREA, over);
	if (!to)
		return 0;
	ret = run(KIND_EDGE, p, over ? "across an edge" : "at an edge");
	if (!only_canaries(edge, to))
		cell_complain(KIND_EDGE, p->v, p, "edge",
			      "memory before it has changed", ret);
	return ret;
}

/* The border of a region, behind which the host's memory lies. */
static long at_border(const struct pointer *p, size_t over)
{
	long ret;

	if (!ends_at(p, (char *)hole_rw_end, over))
		return 0;
	ret = run(KIND_BORDER, p, over ? "across a border" : "at a border");
	if (over && !refused(p->v, ret) && p->way == READ_BY &&
	    !is_unfollowed(p))
		cell_complain(KIND_BORDER, p->v, p, "across a border",
			      "not refused", ret);
	return ret;
}

static long good(const struct variant *v, const struct pointer *p)
{
	begin(v);
	return run(KIND_GOOD, p, "good memory");
}

/* What is good elsewhere is good there. */
static void as_good(enum kind kind, const struct pointer *p, long ret,
		    long want)
{
	if (want >= 0 && ret < 0)
		cell_complain(kind, p->v, p, "end of the memory",
			      "refused, and it is good", ret);
}

static void at_good_places(const struct pointer *p)
{
	long want;

	if (cell(KIND_GOOD))
		good(p->v, p);
	if (cell(KIND_EDGE)) {
		want = good(p->v, p);
		as_good(KIND_EDGE, p, at_edge(p, 0), want);
	}
	if (cell(KIND_EDGE))
		at_edge(p, 1);
	if (cell(KIND_BORDER)) {
		want = good(p->v, p);
		as_good(KIND_BORDER, p, at_border(p, 0), want);
	}
	if (cell(KIND_BORDER))
		at_border(p, 1);
}

/* --- partners --- */

/* The host's words that a kernel would take for a good length, too. */
static unsigned partner_targets(uint64_t addr[4])
{
	if (!hole_hosted) {
		addr[0] = HOLE_KERNEL;
		return 1;
	}
	addr[0] = hole_secret;
	addr[1] = hole_rw_end;
	addr[2] = (uint64_t)gate1(GATE_OBJECT, GUARD_ZEROS);
	addr[3] = (uint64_t)gate1(GATE_OBJECT, GUARD_LENGTHS);
	return 4;
}

static void null_partner(const struct pointer *p, const struct pointer *q,
			 uint64_t addr)
{
	begin(p->v);
	frame_set(&frame, q, 0);
	frame_set(&frame, p, addr);
	run(KIND_PARTNER, p, "the host");
}

/* All others are NULL, but the structures that p is in. */
static void null_others(const struct pointer *p, const struct pointer *all,
			unsigned n, uint64_t addr)
{
	unsigned i;

	begin(p->v);
	for (i = 0; i < n; i++)
		if (&all[i] != p && (all[i].at || all[i].arg != p->arg))
			frame_set(&frame, &all[i], 0);
	frame_set(&frame, p, addr);
	run(KIND_PARTNER, p, "the host");
}

static void null_partners(const struct pointer *p, const struct pointer *all,
			  unsigned n)
{
	uint64_t addr[4];
	unsigned i, k, count = partner_targets(addr);

	for (k = 0; k < count; k++) {
		for (i = 0; i < n; i++)
			if (&all[i] != p && cell(KIND_PARTNER))
				null_partner(p, &all[i], addr[k]);
		if (n > 2 && cell(KIND_PARTNER))
			null_others(p, all, n, addr[k]);
	}
}

/* Into or behind the memory of another pointer, or of the structure that p
 * itself stands in. */
static void overlaps(const struct pointer *p, const struct pointer *all,
		     unsigned n)
{
	static const uint64_t offset[] = { 0, 4, 8 };
	unsigned i, k;

	for (i = 0; i < n; i++)
		for (k = 0; k < 3; k++) {
			if (&all[i] == p || !cell(KIND_OVERLAP))
				continue;
			begin(p->v);
			frame_set(&frame, p,
				  frame_get(&frame, &all[i]) + offset[k]);
			run(KIND_OVERLAP, p, "another's memory");
		}
}

void cells_at(const struct pointer *all, unsigned n, unsigned i)
{
	const struct pointer *p = &all[i];

	at_targets(p);
	if (!excluded(p->v, p->arg, KIND_NONE) && cell(KIND_NONE))
		at_null(p);
	if (!excluded(p->v, p->arg, KIND_GOOD))
		at_good_places(p);
	if (!excluded(p->v, p->arg, KIND_PARTNER))
		null_partners(p, all, n);
	if (!excluded(p->v, p->arg, KIND_OVERLAP))
		overlaps(p, all, n);
}

void cells_of(const struct variant *v)
{
	struct pointer p[POINTERS_MAX];
	unsigned n = frame_pointers(v, p), i;

	for (i = 0; i < n; i++)
		cells_at(p, n, i);
}
