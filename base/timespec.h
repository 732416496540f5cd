/* SPDX-License-Identifier: MIT */
/*
 * timespec.h - read the monotonic clock; nanoseconds to and from struct
 * timespec and struct timeval
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

/* ns must not be negative. */
static inline struct timespec ns_timespec(int64_t ns)
{
	return (struct timespec){ .tv_sec = ns / NSEC_PER_SEC,
				  .tv_nsec = ns % NSEC_PER_SEC };
}

/* ns must not be negative; it is rounded down to microseconds. */
static inline struct timeval ns_timeval(int64_t ns)
{
	return (struct timeval){ .tv_sec = ns / NSEC_PER_SEC,
				 .tv_usec = ns % NSEC_PER_SEC / NSEC_PER_USEC };
}

/* The time of CLOCK_MONOTONIC, ns. */
static inline uint64_t monotonic_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)timespec_ns(&ts);
}

#endif
