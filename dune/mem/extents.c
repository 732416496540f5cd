/* SPDX-License-Identifier: MIT */
/*
 * extents.c - a sorted array of disjoint ranges
 */
#include <errno.h>
#include <string.h>

#include "dune/mem/extents.h"

size_t extents_find(const struct extents *e, uint64_t addr)
{
	size_t lo = 0, hi = e->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (e->at[mid].end > addr)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

/* Replace `old` entries from i on by the n of `with`. */
static int splice(struct extents *e, size_t i, size_t old,
		  const struct extent *with, size_t n)
{
	size_t k;

	if (e->n - old + n > EXTENTS_MAX)
		return -ENOMEM;
	for (k = 0; k < old; k++)
		e->bytes -= e->at[i + k].end - e->at[i + k].start;
	for (k = 0; k < n; k++)
		e->bytes += with[k].end - with[k].start;
	memmove(e->at + i + n, e->at + i + old,
		(e->n - i - old) * sizeof(e->at[0]));
	memcpy(e->at + i, with, n * sizeof(with[0]));
	e->n += n - old;
	return 0;
}

static void append(struct extent *to, size_t *n, uint64_t start, uint64_t end,
		   unsigned flags)
{
	if (start >= end)
		return;
	if (*n && to[*n - 1].end == start && to[*n - 1].flags == flags)
		to[*n - 1].end = end;
	else
		to[(*n)++] = (struct extent){ start, end, flags };
}

/* Everything from the extent that touches start to the one that touches end is
 * rewritten: what is left of the first, the new one, what is left of the last. */
static int rewrite(struct extents *e, uint64_t start, uint64_t end,
		   const unsigned *flags)
{
	struct extent with[3];
	size_t first = extents_find(e, start ? start - 1 : 0), last = first;
	size_t n = 0;

	while (last < e->n && e->at[last].start <= end)
		last++;
	if (first < last)
		append(with, &n, e->at[first].start,
		       start < e->at[first].end ? start : e->at[first].end,
		       e->at[first].flags);
	if (flags)
		append(with, &n, start, end, *flags);
	if (first < last)
		append(with, &n,
		       end > e->at[last - 1].start ? end :
						     e->at[last - 1].start,
		       e->at[last - 1].end, e->at[last - 1].flags);
	return splice(e, first, last - first, with, n);
}

int extents_set(struct extents *e, uint64_t start, uint64_t end, unsigned flags)
{
	return rewrite(e, start, end, &flags);
}

int extents_clear(struct extents *e, uint64_t start, uint64_t end)
{
	return rewrite(e, start, end, NULL);
}

bool extents_any(const struct extents *e, uint64_t start, uint64_t end,
		 unsigned flags)
{
	size_t i;

	for (i = extents_find(e, start); i < e->n && e->at[i].start < end; i++)
		if (!flags || (e->at[i].flags & flags))
			return true;
	return false;
}

uint64_t extents_covered(const struct extents *e, uint64_t start, uint64_t end)
{
	uint64_t at = start;
	size_t i = extents_find(e, start);

	for (; i < e->n && e->at[i].start <= at && at < end; i++)
		at = e->at[i].end;
	return (at < end ? at : end) - start;
}

uint64_t extents_gap(const struct extents *e, uint64_t lo, uint64_t hi,
		     uint64_t len, uint64_t align)
{
	size_t i = extents_find(e, hi - 1);
	uint64_t top = hi;

	/* at[i] is the first that reaches above hi, if any does */
	if (i < e->n && e->at[i].start < top)
		top = e->at[i].start;
	for (;;) {
		uint64_t floor = i ? e->at[i - 1].end : lo;
		uint64_t x;

		if (floor < lo)
			floor = lo;
		x = top >= len ? (top - len) & ~(align - 1) : 0;
		if (x && x >= floor)
			return x;
		if (!i || floor == lo)
			return 0;
		top = e->at[--i].start;
	}
}
