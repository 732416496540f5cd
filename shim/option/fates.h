/* SPDX-License-Identifier: MIT */
/*
 * fates.h - what becomes of a socket option
 *
 * A socket without an address is the kernel's, which takes or refuses the
 * option; what is taken is kept for when the socket is the stack's. An option
 * that no table names may be a guard: a socket that has one stays with the
 * kernel, and one that is the stack's by then is refused it.
 */
#ifndef IX_SHIM_FATES_H
#define IX_SHIM_FATES_H

struct sock;

enum fate {
	FATE_UNKNOWN,
	FATE_NUMBER,  /* opts.h */
	FATE_COLD,    /* cold.h */
	FATE_DGRAM,   /* udp_opts.h */
	FATE_OWN,     /* code here */
	FATE_NOTHING, /* the kernel's half is all that it concerns */
	FATE_NEVER,   /* a guard that we lack: refused at once */
};

enum fate fate_of(const struct sock *s, int level, int name);

#endif
