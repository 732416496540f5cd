// SPDX-License-Identifier: MIT
/*
 * counts - numbers that are too great, in structures and beside them
 *
 * What the kernel writes is to end where a region of the program does, and the
 * host's memory begins there; on Linux itself, where a page does.
 */
#include <limits.h>
#include <string.h>

#include "../hole.h"
#include "table.h"

/* --- which there are --- */

static const uint64_t too_great[3] = { 8192, INT_MAX, UINT64_MAX };

static struct count_at count_arg(const struct variant *v, int arg)
{
	struct count_at c = { .v = v,
			      .name = "",
			      .arg = arg,
			      .size = 8,
			      .good = number_for(v, arg) };

	memcpy(c.bad, too_great, sizeof(too_great));
	return c;
}

static struct count_at count_len(const struct variant *v, int arg)
{
	struct count_at c = count_arg(v, arg);

	c.name = "length";
	c.at = TOP;
	c.size = sizeof(int);
	c.good = 64;
	return c;
}

static bool counts_another(const struct variant *v, int arg)
{
	int i;

	for (i = 0; i < 6; i++)
		switch (v->arg[i].type) {
		case T_IN_N:
		case T_OUT_N:
		case T_FDSET:
			if (v->arg[i].n == arg)
				return true;
		}
	return false;
}

static unsigned counts_within(const struct variant *v, int arg,
			      struct count_at *out)
{
	const struct shape *s = shape_of(v, arg);
	unsigned n = 0;

	for (; s && s->counted[n].at; n++)
		out[n] = (struct count_at){ v,
					    s->counted[n].name,
					    arg,
					    s->counted[n].at,
					    s->counted[n].size,
					    0,
					    { s->counted[n].bad, INT_MAX,
					      UINT64_MAX } };
	return n;
}

unsigned counts_in(const struct variant *v, struct count_at out[COUNTS_MAX])
{
	unsigned n = 0;
	int arg;

	for (arg = 0; arg < 6; arg++) {
		if (v->arg[arg].type == T_LEN)
			out[n++] = count_len(v, arg);
		else if (counts_another(v, arg))
			out[n++] = count_arg(v, arg);
		n += counts_within(v, arg, out + n);
	}
	return n;
}

/* --- a call with one --- */

void counts_begin(struct frame *f, const struct variant *v)
{
	struct pointer p[POINTERS_MAX];
	unsigned n = frame_pointers(v, p), i;
	size_t size;
	char *end;

	setup_before(v);
	frame_good(f, v);
	end = hole_hosted ? (char *)hole_rw_end : edge + AREA;
	for (i = 0; i < n; i++) {
		/* structures stay, so that their words are where we know */
		if ((shape_of(v, p[i].arg) && !p[i].at) ||
		    !strcmp(p[i].name, "msg_iov"))
			continue;
		if (v->arg[p[i].arg].type == T_LEN ||
		    !frame_ours(frame_get(f, &p[i])))
			continue;
		size = frame_extent(f, &p[i]);
		frame_move(f, &p[i], end - size, size);
	}
}

static void too_many(const struct count_at *c, uint64_t bad)
{
	struct pointer at = { c->v, c->name, c->arg, c->at, READ_BY, 8 };
	struct outcome out;
	struct frame f;

	counts_begin(&f, c->v);
	if (c->at)
		memcpy(areas + c->arg * AREA + c->at, &bad, c->size);
	else
		f.a[c->arg] = bad;
	out = frame_call(&f);
	if (!out.intact)
		cell_complain(KIND_COUNT, c->v, &at, "a great count",
			      "the host's memory has changed", out.ret);
	/* no memory of the program that is used here is as large */
	if (hole_hosted && out.ret > 4096)
		cell_complain(KIND_COUNT, c->v, &at, "a great count",
			      "more than there is was taken", out.ret);
}

void counts_of(const struct variant *v)
{
	struct count_at c[COUNTS_MAX];
	unsigned n = counts_in(v, c), i, k;

	for (i = 0; i < n; i++)
		for (k = 0; k < 3; k++)
			if (!excluded(v, c[i].arg, KIND_COUNT) &&
			    cell(KIND_COUNT))
				too_many(&c[i], c[i].bad[k]);
}
