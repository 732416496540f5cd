/* SPDX-License-Identifier: MIT */
/*
 * sockaddr.h - convert a struct sockaddr to a struct ix_addr
 *
 * It is for addresses that the C library or the kernel has written, which are
 * as long as their family says. An address that the program passes comes with a
 * length, which the shim checks.
 */
#ifndef IX_BASE_SOCKADDR_H
#define IX_BASE_SOCKADDR_H

#include <netinet/in.h>

#include "base/addr.h"

/* Returns false, with *out untouched, if sa is NULL or neither AF_INET nor
 * AF_INET6. */
static inline bool sockaddr_addr(const struct sockaddr *sa, struct ix_addr *out)
{
	if (sa && sa->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)sa;

		*out = addr_from_v4(in->sin_addr.s_addr);
		return true;
	}
	if (sa && sa->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const void *)sa;

		__builtin_memcpy(out->b, &in6->sin6_addr, sizeof(out->b));
		return true;
	}
	return false;
}

#endif
