/* SPDX-License-Identifier: MIT */
/*
 * options - the command line of ix-wire.
 */
#ifndef IX_WIRE_OPTIONS_H
#define IX_WIRE_OPTIONS_H

#include <stdint.h>
#include <stdio.h>

#include "impair.h"

struct wire_options {
	const char *ifname[2];
	struct impair_conf dir[2]; /* 0: first to second, 1: back */
	uint64_t seed;
	uint64_t duration; /* ns, 0: until a signal */
};

/* 0, 1 after --help, or -EINVAL after a line on err. */
int wire_options_parse(int argc, char **argv, FILE *err,
		       struct wire_options *opt_out);

#endif
