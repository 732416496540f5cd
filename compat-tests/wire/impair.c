// SPDX-License-Identifier: MIT
/*
 * impair - decides what a bad link does to each packet.
 */
#include "impair.h"

#include <stddef.h>

#define NSEC_PER_SEC 1000000000ull

/* splitmix64: one word of state, and every seed is a good one. */
static uint64_t next_random(struct impair_rng *rng)
{
	uint64_t z = (rng->s += 0x9e3779b97f4a7c15ull);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

void impair_seed(struct impair_rng *rng, uint64_t seed)
{
	rng->s = seed;
}

void impair_roll(struct impair_rng *rng, struct impair_dice *dice_out)
{
	dice_out->loss = next_random(rng);
	dice_out->burst_move = next_random(rng);
	dice_out->burst_loss = next_random(rng);
	dice_out->duplicate = next_random(rng);
	dice_out->reorder = next_random(rng);
	dice_out->corrupt = next_random(rng);
	dice_out->corrupt_where = next_random(rng);
	dice_out->jitter = next_random(rng);
}

static bool happens(uint64_t die, double probability)
{
	return (double)(die >> 11) * 0x1p-53 < probability;
}

/* The state moves before the loss is drawn, so a burst starts with the packet
 * that enters it. */
static bool burst_loses(const struct impair_conf *conf, struct impair_state *st,
			const struct impair_dice *dice)
{
	double move = st->bad ? conf->burst_leave : conf->burst_enter;

	if (happens(dice->burst_move, move))
		st->bad = !st->bad;
	return st->bad && happens(dice->burst_loss, conf->burst_loss);
}

static uint64_t wire_time(uint64_t rate, uint64_t bytes)
{
	return bytes * 8 * NSEC_PER_SEC / rate;
}

/* Serialises the packet after those that wait already; false if no room. */
static bool serialise(const struct impair_conf *conf, struct impair_state *st,
		      uint64_t now, uint32_t len, uint64_t *depart_out)
{
	uint64_t start = st->busy_until > now ? st->busy_until : now;

	if (conf->rate == 0) {
		*depart_out = now;
		return true;
	}
	if (start > now && start - now + wire_time(conf->rate, len) >
				   wire_time(conf->rate, conf->queue))
		return false;
	st->busy_until = start + wire_time(conf->rate, len);
	*depart_out = st->busy_until;
	return true;
}

static uint64_t jittered(const struct impair_conf *conf, uint64_t die)
{
	uint64_t wide = conf->jitter * 2 + 1;
	uint64_t late = conf->delay + die % wide;

	return late > conf->jitter ? late - conf->jitter : 0;
}

void impair_judge(const struct impair_conf *conf, struct impair_state *st,
		  uint64_t now, uint32_t len, const struct impair_dice *dice,
		  struct impair_verdict *verdict_out)
{
	struct impair_verdict v = { .fate = IMPAIR_FORWARD };
	bool burst = burst_loses(conf, st, dice);

	if (burst || happens(dice->loss, conf->loss)) {
		v.fate = IMPAIR_LOST;
		*verdict_out = v;
		return;
	}
	if (!serialise(conf, st, now, len, &v.release)) {
		v.fate = IMPAIR_QUEUE_DROP;
		*verdict_out = v;
		return;
	}
	v.release += jittered(conf, dice->jitter);
	if (v.release < st->last_release)
		v.release = st->last_release;
	if (happens(dice->reorder, conf->reorder))
		v.release += conf->reorder_by;
	else
		st->last_release = v.release;
	v.duplicate = happens(dice->duplicate, conf->duplicate);
	if (len > IMPAIR_CLEAN_BYTES && happens(dice->corrupt, conf->corrupt)) {
		uint32_t bits = (len - IMPAIR_CLEAN_BYTES) * 8;

		v.corrupt = true;
		v.corrupt_bit = IMPAIR_CLEAN_BYTES * 8 +
				(uint32_t)(dice->corrupt_where % bits);
	}
	*verdict_out = v;
}
