/* SPDX-License-Identifier: MIT */
/*
 * input.h - the bytes that a fuzzer made, taken one value at a time
 *
 * What is taken behind their end is 0.
 */
#ifndef IX_FUZZ_INPUT_H
#define IX_FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct input {
	const uint8_t *p;
	size_t left;
};

static inline void in_bytes(struct input *in, void *to, size_t len)
{
	size_t k = len < in->left ? len : in->left;

	if (k)
		memcpy(to, in->p, k);
	memset((char *)to + k, 0, len - k);
	in->p += k;
	in->left -= k;
}

static inline uint8_t in_u8(struct input *in)
{
	uint8_t v;

	in_bytes(in, &v, sizeof(v));
	return v;
}

static inline uint16_t in_u16(struct input *in)
{
	uint16_t v;

	in_bytes(in, &v, sizeof(v));
	return v;
}

static inline uint32_t in_u32(struct input *in)
{
	uint32_t v;

	in_bytes(in, &v, sizeof(v));
	return v;
}

static inline uint64_t in_u64(struct input *in)
{
	uint64_t v;

	in_bytes(in, &v, sizeof(v));
	return v;
}

/* One of n; n of at most 256. */
static inline unsigned in_pick(struct input *in, unsigned n)
{
	return n ? in_u8(in) % n : 0;
}

/* What must hold: a crash, for the fuzzer to keep the input, where not. */
#define MUST(cond)                                                         \
	do {                                                               \
		if (!(cond)) {                                             \
			fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, \
				__LINE__, #cond);                          \
			abort();                                           \
		}                                                          \
	} while (0)

/* What each target defines; the names are libFuzzer's. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
