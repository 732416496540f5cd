/* SPDX-License-Identifier: MIT */
/*
 * siphash.h - SipHash-2-4 (Aumasson, Bernstein, 2012): a keyed hash, which
 * nobody can predict who does not know the key
 */
#ifndef IX_NET_SIPHASH_H
#define IX_NET_SIPHASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t sip_rotl(uint64_t x, unsigned b)
{
	return x << b | x >> (64 - b);
}

static inline void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = sip_rotl(v[1], 13) ^ v[0];
	v[0] = sip_rotl(v[0], 32);
	v[2] += v[3];
	v[3] = sip_rotl(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = sip_rotl(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = sip_rotl(v[1], 17) ^ v[2];
	v[2] = sip_rotl(v[2], 32);
}

static inline void sip_word(uint64_t v[4], uint64_t w)
{
	v[3] ^= w;
	sip_round(v);
	sip_round(v);
	v[0] ^= w;
}

/* The hash of size bytes at data; size is a multiple of 8. */
static inline uint64_t siphash(const uint8_t key[16], const void *data,
			       size_t size)
{
	const char *at = data;
	uint64_t k[2], w, v[4];
	size_t left;

	memcpy(k, key, sizeof(k));
	v[0] = k[0] ^ UINT64_C(0x736f6d6570736575);
	v[1] = k[1] ^ UINT64_C(0x646f72616e646f6d);
	v[2] = k[0] ^ UINT64_C(0x6c7967656e657261);
	v[3] = k[1] ^ UINT64_C(0x7465646279746573);
	for (left = size; left; left -= sizeof(w), at += sizeof(w)) {
		memcpy(&w, at, sizeof(w));
		sip_word(v, w);
	}
	sip_word(v, (uint64_t)size << 56);
	v[2] ^= 0xff;
	for (left = 0; left < 4; left++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

#endif
