/* SPDX-License-Identifier: MIT */
/*
 * sockaddr.h - an address from the kernel's form of it
 *
 * For addresses that the C library or the kernel has written. What a program
 * passes has a length of its own, which the shim checks.
 */
#ifndef IX_BASE_SOCKADDR_H
#define IX_BASE_SOCKADDR_H

#include <netinet/in.h>

#include "base/addr.h"

/* sa may be NULL. false: it is of another family, and out is as it was. */
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
