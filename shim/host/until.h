/* SPDX-License-Identifier: MIT */
/*
 * until.h - a time limit that holds over several waits; pieces of an iovec
 */
#ifndef IX_SHIM_UNTIL_H
#define IX_SHIM_UNTIL_H

#include <sys/uio.h>

#include "base/units.h"
#include "ix/libix.h"

#define LINGER_STEP_NS NSEC_PER_MSEC
#define IOV_WINDOW 64 /* entries of an iovec that are copied at a time */

struct until {
	uint64_t at; /* ns of ix_now_ns(); 0: no limit */
};

/* ns: from now; 0: no limit; < 0: it is over already. */
static inline struct until until_ns(int64_t ns)
{
	struct until u = { ns > 0 ? ix_now_ns() + (uint64_t)ns : ns < 0 };

	return u;
}

/* ns that are left; -1: no limit. */
static inline int64_t until_left(const struct until *u)
{
	uint64_t now;

	if (!u->at)
		return -1;
	now = ix_now_ns();
	return u->at > now ? (int64_t)(u->at - now) : 0;
}

static inline size_t iov_bytes(const struct iovec *iov, int cnt)
{
	size_t n = 0;
	int i;

	for (i = 0; i < cnt; i++)
		n += iov[i].iov_len;
	return n;
}

/* Set out to the part of iov behind skip bytes, IOV_WINDOW entries at most;
 * returns their number. */
static inline int iov_window(struct iovec *out, const struct iovec *iov,
			     int cnt, size_t skip)
{
	int i, n = 0;

	for (i = 0; i < cnt && n < IOV_WINDOW; i++) {
		if (skip >= iov[i].iov_len) {
			skip -= iov[i].iov_len;
			continue;
		}
		out[n].iov_base = (char *)iov[i].iov_base + skip;
		out[n++].iov_len = iov[i].iov_len - skip;
		skip = 0;
	}
	return n;
}

#endif
