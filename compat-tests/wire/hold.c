// SPDX-License-Identifier: MIT
/*
 * hold - packets on their way, ordered by when they leave.
 */
#include "hold.h"

static bool before(const struct hold_item *a, const struct hold_item *b)
{
	if (a->release != b->release)
		return a->release < b->release;
	return a->seq < b->seq;
}

static void swap(struct hold_item *a, struct hold_item *b)
{
	struct hold_item t = *a;

	*a = *b;
	*b = t;
}

bool hold_push(struct hold *h, const struct hold_item *item)
{
	uint32_t i = h->count;

	if (h->count == h->size)
		return false;
	h->items[h->count++] = *item;
	while (i > 0 && before(&h->items[i], &h->items[(i - 1) / 2])) {
		swap(&h->items[i], &h->items[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	return true;
}

static void sift_down(struct hold *h)
{
	uint32_t i = 0;

	for (;;) {
		uint32_t least = i;
		uint32_t kid = 2 * i + 1;

		if (kid < h->count && before(&h->items[kid], &h->items[least]))
			least = kid;
		kid++;
		if (kid < h->count && before(&h->items[kid], &h->items[least]))
			least = kid;
		if (least == i)
			return;
		swap(&h->items[i], &h->items[least]);
		i = least;
	}
}

bool hold_pop_due(struct hold *h, uint64_t now, struct hold_item *item_out)
{
	if (h->count == 0 || h->items[0].release > now)
		return false;
	*item_out = h->items[0];
	h->items[0] = h->items[--h->count];
	sift_down(h);
	return true;
}

uint64_t hold_next(const struct hold *h)
{
	return h->count ? h->items[0].release : UINT64_MAX;
}
