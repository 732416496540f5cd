/* SPDX-License-Identifier: MIT */
/*
 * hosted.h - the dataplane as ring 0 of a guest: symbol `ix_hosted` of
 * libixdp.so
 */
#ifndef IX_HOST_HOSTED_H
#define IX_HOST_HOSTED_H

#include "dune/dune.h"

struct ix_hosted {
	/*
	 * Fill in the guest's configuration, for the program or, if `keeper`,
	 * for the keeper. Call it after ix_dp.boot(). From here on the
	 * dataplane takes addresses that it is given in this process for ring
	 * 3's, and checks that they lie in the program's windows or libix's
	 * arena.
	 */
	void (*describe)(struct dune_config *out, bool keeper);
};
extern const struct ix_hosted ix_hosted;

#endif
