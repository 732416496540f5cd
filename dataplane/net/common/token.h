/* SPDX-License-Identifier: MIT */
/*
 * token.h - a token bucket, to limit what peers can make us send
 */
#ifndef IX_NET_TOKEN_H
#define IX_NET_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

struct token_bucket {
	uint64_t counted; /* ns: until when tokens have been added */
	uint32_t tokens;
};

/* Take a token; false: there is none. One is added every ns_each, and the
 * bucket holds burst of them. */
static inline bool token_take(struct token_bucket *b, uint64_t now,
			      uint64_t ns_each, uint32_t burst)
{
	uint64_t gained = (now - b->counted) / ns_each;

	if (b->tokens + gained >= burst) {
		b->tokens = burst;
		b->counted = now;
	} else {
		b->tokens += (uint32_t)gained;
		b->counted += gained * ns_each;
	}
	if (b->tokens == 0)
		return false;
	b->tokens--;
	return true;
}

#endif
