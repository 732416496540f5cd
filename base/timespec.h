/* SPDX-License-Identifier: MIT */
/*
 * timespec.h - the clock, and nanoseconds in the forms that the C library has
 */
#ifndef IX_BASE_TIMESPEC_H
#define IX_BASE_TIMESPEC_H

#include <sys/time.h>
#include <time.h>

#include "base/units.h"

static inline int64_t timespec_ns(const struct timespec *ts)
{
	return ts->tv_sec * NSEC_PER_SEC + ts->tv_nsec;
}

/* ns: not negative. */
static inline struct timespec ns_timespec(int64_t ns)
{
	return (struct timespec){ .tv_sec = ns / NSEC_PER_SEC,
				  .tv_nsec = ns % NSEC_PER_SEC };
}

/* ns: not negative; what is less than a microsecond is cut off. */
static inline struct timeval ns_timeval(int64_t ns)
{
	return (struct timeval){ .tv_sec = ns / NSEC_PER_SEC,
				 .tv_usec = ns % NSEC_PER_SEC / NSEC_PER_USEC };
}

/* CLOCK_MONOTONIC. */
static inline uint64_t monotonic_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)timespec_ns(&ts);
}

#endif
