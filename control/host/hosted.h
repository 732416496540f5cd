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
	 * After ix_dp.boot(): what the guest is to be, that of the program or
	 * of its keeper. From here on the dataplane takes addresses in this
	 * process for ring 3's.
	 */
	void (*describe)(struct dune_config *out, bool keeper);
};
extern const struct ix_hosted ix_hosted;

#endif
