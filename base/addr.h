/* SPDX-License-Identifier: MIT */
/*
 * addr.h - addresses of IPv6, and those of IPv4 in their v4-mapped form
 *
 * RFC 4291 2.5.5.2. What an address is to the stack (its own, on the link,
 * broadcast) is not decided here.
 */
#ifndef IX_BASE_ADDR_H
#define IX_BASE_ADDR_H

#include <stdbool.h>
#include <stdint.h>

#include "ix/abi.h"

static inline bool addr_is_v4(const struct ix_addr *a)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };

	return __builtin_memcmp(a->b, prefix, sizeof(prefix)) == 0;
}

/* The IPv4 address in a v4-mapped one, in network byte order. */
static inline uint32_t addr_v4(const struct ix_addr *a)
{
	uint32_t v;

	__builtin_memcpy(&v, a->b + 12, sizeof(v));
	return v;
}

/* The v4-mapped form of an IPv4 address in network byte order. */
static inline struct ix_addr addr_from_v4(uint32_t be)
{
	struct ix_addr a = { .b = { [10] = 0xff, [11] = 0xff } };

	__builtin_memcpy(a.b + 12, &be, sizeof(be));
	return a;
}

static inline bool addr_equal(const struct ix_addr *a, const struct ix_addr *b)
{
	return __builtin_memcmp(a, b, sizeof(*a)) == 0;
}

/* Is it the unspecified address, :: or 0.0.0.0? */
static inline bool addr_is_any(const struct ix_addr *a)
{
	static const struct ix_addr zero;

	return addr_equal(a, &zero) || (addr_is_v4(a) && addr_v4(a) == 0);
}

/* Is it ::1, or in 127.0.0.0/8? */
static inline bool addr_is_loopback(const struct ix_addr *a)
{
	static const struct ix_addr one = { .b = { [15] = 1 } };

	return addr_is_v4(a) ? a->b[12] == 127 : addr_equal(a, &one);
}

/* Do the first n bits of a and b agree? n is at most 128; an IPv4 prefix of n
 * bits is 96 + n. */
static inline bool addr_same_prefix(const struct ix_addr *a,
				    const struct ix_addr *b, uint32_t n)
{
	uint32_t bytes = n / 8, bits = n % 8;

	if (__builtin_memcmp(a, b, bytes) != 0)
		return false;
	return !bits || ((a->b[bytes] ^ b->b[bytes]) >> (8 - bits)) == 0;
}

#endif
