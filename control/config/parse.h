/* SPDX-License-Identifier: MIT */
/*
 * parse.h - the forms that values of settings take
 *
 * Each parser returns NULL and fills its out-parameters, or returns a sentence
 * that says what is wrong and leaves them untouched.
 */
#ifndef IX_CONFIG_PARSE_H
#define IX_CONFIG_PARSE_H

#include <stdint.h>

#include "ix/abi.h"

/* A decimal number from lo to hi. `why` is the sentence that is returned for
 * anything else. */
const char *parse_number(const char *s, int64_t lo, int64_t hi, const char *why,
			 int64_t *out);
/* 1, yes, true, on; 0, no, false, off. */
const char *parse_flag(const char *s, uint8_t *out);
/* A unicast address, IPv4 as v4-mapped. */
const char *parse_addr(const char *s, struct ix_addr *out);
/* ADDR/LEN: a host's address, IPv4 as v4-mapped, and the length of its prefix
 * in bits of 128 (96 + LEN for IPv4). */
const char *parse_cidr(const char *s, struct ix_addr *ip_out,
		       uint32_t *prefix_out);
/* A unicast Ethernet address. */
const char *parse_mac(const char *s, uint8_t out[6]);
/* A list of CPUs as "0-3,5": at most max numbers. */
const char *parse_cpus(const char *s, uint32_t max, uint32_t *list_out,
		       uint32_t *n_out);
/* A name that the kernel allows for a network interface. */
const char *parse_ifname(const char *s);

#endif
