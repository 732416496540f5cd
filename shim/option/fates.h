/* SPDX-License-Identifier: MIT */
/*
 * fates.h - what becomes of a socket option
 *
 * While a socket is fresh, the kernel takes or refuses the option, and what it
 * takes is kept for when the socket becomes the stack's. An option that no
 * table names may be a guard (it keeps traffic out, as a filter or a key does),
 * which must not be ignored: a fresh socket on which it is set stays with the
 * kernel, and on a socket of the stack it is refused (ENOPROTOOPT).
 */
#ifndef IX_SHIM_FATES_H
#define IX_SHIM_FATES_H

struct sock;

enum fate {
	FATE_UNKNOWN, /* no table names it */
	FATE_NUMBER,  /* an integer: opts.h */
	FATE_COLD,    /* cold.h */
	FATE_DGRAM,   /* udp_opts.h */
	FATE_OWN,     /* has code of its own in inet/setopt.c, inet/getopt.c */
	FATE_NOTHING, /* concerns the kernel's half only */
	FATE_NEVER,   /* a guard that the stack lacks: always refused */
};

enum fate fate_of(const struct sock *s, int level, int name);

#endif
