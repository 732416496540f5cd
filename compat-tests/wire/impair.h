/* SPDX-License-Identifier: MIT */
/*
 * impair - decides what a bad link does to each packet.
 *
 * Pure: the clock and the dice are arguments, so that a seed and a packet's
 * number alone decide its fate.
 */
#ifndef IX_WIRE_IMPAIR_H
#define IX_WIRE_IMPAIR_H

#include <stdbool.h>
#include <stdint.h>

/* Bytes in front of the first one that corruption may touch: a flipped bit in
 * the Ethernet header loses the frame, which is what loss is for. */
#define IMPAIR_CLEAN_BYTES 14

/* Probabilities are 0..1, times nanoseconds. */
struct impair_conf {
	double loss;
	double burst_enter; /* Gilbert-Elliott: good to bad, per packet */
	double burst_leave; /* bad to good, per packet */
	double burst_loss;  /* loss while bad */
	double duplicate;
	double reorder;
	double corrupt;
	uint64_t delay;
	uint64_t jitter;     /* uniform in +-jitter; keeps the order */
	uint64_t reorder_by; /* how much later a reordered packet leaves */
	uint64_t rate;	     /* bits/s, 0: no limit */
	uint64_t queue;	     /* bytes that may wait for the rate */
};

struct impair_state {
	bool bad;
	uint64_t busy_until;
	uint64_t last_release;
};

/* One number for each question, all drawn for every packet: the n-th packet
 * of a direction meets the same dice whatever befell the ones before it. */
struct impair_dice {
	uint64_t loss;
	uint64_t burst_move;
	uint64_t burst_loss;
	uint64_t duplicate;
	uint64_t reorder;
	uint64_t corrupt;
	uint64_t corrupt_where;
	uint64_t jitter;
};

enum impair_fate { IMPAIR_FORWARD, IMPAIR_LOST, IMPAIR_QUEUE_DROP };

struct impair_verdict {
	enum impair_fate fate;
	bool duplicate;
	bool corrupt;
	uint32_t corrupt_bit; /* bit number from the start of the frame */
	uint64_t release;
};

struct impair_rng {
	uint64_t s;
};

void impair_seed(struct impair_rng *rng, uint64_t seed);
void impair_roll(struct impair_rng *rng, struct impair_dice *dice_out);
void impair_judge(const struct impair_conf *conf, struct impair_state *st,
		  uint64_t now, uint32_t len, const struct impair_dice *dice,
		  struct impair_verdict *verdict_out);

#endif
