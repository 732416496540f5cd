/* SPDX-License-Identifier: MIT */
/*
 * hold - packets on their way, ordered by when they leave.
 */
#ifndef IX_WIRE_HOLD_H
#define IX_WIRE_HOLD_H

#include <stdbool.h>
#include <stdint.h>

struct hold_item {
	uint64_t release;
	uint64_t seq; /* breaks ties: first in, first out */
	uint32_t slot;
	uint32_t len;
};

/* A binary heap over the caller's array. */
struct hold {
	struct hold_item *items;
	uint32_t count;
	uint32_t size;
};

bool hold_push(struct hold *h, const struct hold_item *item);
bool hold_pop_due(struct hold *h, uint64_t now, struct hold_item *item_out);
uint64_t hold_next(const struct hold *h); /* UINT64_MAX when empty */

#endif
