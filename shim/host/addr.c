// SPDX-License-Identifier: MIT
/*
 * addr.c - socket addresses and the stack's
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "ix/libix.h"
#include "shim/host/addr.h"

#define LOOPBACK_LAST 0x7fffffffu /* 127.255.255.255 */

/* Without sin6_scope_id, which RFC 2133 did not have. */
#define SIN6_LEN_MIN offsetof(struct sockaddr_in6, sin6_scope_id)

uint32_t addr_number(const struct ix_addr *ip)
{
	return ntohl(addr_v4(ip));
}

struct ix_addr addr_any(int family)
{
	struct ix_addr any6 = { { 0 } };

	return family == AF_INET ? addr_from_v4(INADDR_ANY) : any6;
}

struct ix_addr addr_loopback(bool v4)
{
	struct ix_addr six = { .b = { [15] = 1 } };

	return v4 ? addr_from_v4(htonl(INADDR_LOOPBACK)) : six;
}

static int parse4(const struct sockaddr *sa, socklen_t len,
		  struct endpoint *out)
{
	struct sockaddr_in in;

	if (len < sizeof(in))
		return -EINVAL;
	memcpy(&in, sa, sizeof(in));
	out->ip = addr_from_v4(in.sin_addr.s_addr);
	out->port = ntohs(in.sin_port);
	return 0;
}

static int parse6(const struct sockaddr *sa, socklen_t len,
		  struct endpoint *out)
{
	struct sockaddr_in6 in6 = { 0 };

	if (len < SIN6_LEN_MIN)
		return -EINVAL;
	memcpy(&in6, sa, len < sizeof(in6) ? len : sizeof(in6));
	memcpy(out->ip.b, &in6.sin6_addr, 16);
	out->port = ntohs(in6.sin6_port);
	return 0;
}

/* The kernel takes no longer names, whatever they are. */
static bool bad_length(const struct sockaddr *sa, socklen_t len)
{
	return !sa || len < sizeof(sa->sa_family) ||
	       len > sizeof(struct sockaddr_storage);
}

int addr_parse(const struct sockaddr *sa, socklen_t len, int family,
	       struct endpoint *out)
{
	int rc;

	if (bad_length(sa, len))
		return -EINVAL;
	/* the length that the socket's own family needs comes first */
	rc = family == AF_INET ? parse4(sa, len, out) : parse6(sa, len, out);
	if (rc == 0 && sa->sa_family != family)
		rc = -EAFNOSUPPORT;
	return rc;
}

int addr_parse_bind(const struct sockaddr *sa, socklen_t len, int family,
		    struct endpoint *out)
{
	int rc = addr_parse(sa, len, family, out);

	if (rc == -EAFNOSUPPORT && family == AF_INET &&
	    sa->sa_family == AF_UNSPEC && addr_is_any(&out->ip))
		return 0;
	return rc;
}

int addr_parse_dgram(const struct sockaddr *sa, socklen_t len, int family,
		     struct endpoint *out)
{
	if (bad_length(sa, len) || sa->sa_family != AF_INET)
		return addr_parse(sa, len, family, out);
	return parse4(sa, len, out);
}

int addr_parse_to(const struct sockaddr *sa, socklen_t len, int family,
		  struct endpoint *out)
{
	int rc;

	if (family == AF_INET6 && !bad_length(sa, len) &&
	    sa->sa_family == AF_UNSPEC)
		return -EDESTADDRREQ;
	rc = addr_parse_dgram(sa, len, family, out);
	if (rc != -EAFNOSUPPORT)
		return rc;
	if (family == AF_INET6)
		return -EINVAL;
	return sa->sa_family == AF_UNSPEC ? 0 : rc;
}

void addr_show(const struct endpoint *from, int family, struct sockaddr *sa,
	       socklen_t *len)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	const void *src = &in6;
	socklen_t full = sizeof(in6);

	if (!sa || !len)
		return;
	if (family == AF_INET) {
		in.sin_port = htons(from->port);
		memcpy(&in.sin_addr, from->ip.b + 12, 4);
		src = &in;
		full = sizeof(in);
	} else {
		in6.sin6_port = htons(from->port);
		memcpy(&in6.sin6_addr, from->ip.b, 16);
	}
	memcpy(sa, src, *len < full ? *len : full);
	*len = full;
}

/* Networks of one address or two have none (RFC 3021). */
static bool is_last_of(const struct ix_addr *own, uint32_t prefix, uint32_t ip)
{
	uint32_t hosts;

	if (!addr_is_v4(own) || prefix <= 96 || prefix >= 96 + 31)
		return false;
	hosts = UINT32_MAX >> (prefix - 96);
	return ip == (addr_number(own) | hosts);
}

bool addr_is_broadcast(const struct ix_info *info, const struct ix_addr *ip)
{
	uint32_t number = addr_number(ip), i;

	if (!addr_is_v4(ip))
		return false;
	for (i = 0; i < info->naddrs; i++)
		if (is_last_of(&info->addrs[i].ip, info->addrs[i].prefix,
			       number))
			return true;
	return number == UINT32_MAX ||
	       (info->loopback && number == LOOPBACK_LAST);
}

int addr_own(const struct ix_info *info, const struct ix_addr *ip)
{
	uint32_t i;

	for (i = 0; i < info->naddrs; i++)
		if (addr_equal(&info->addrs[i].ip, ip))
			return (int)i;
	return -1;
}

uint32_t addr_source(const struct ix_info *info, const struct ix_addr *ip)
{
	uint32_t first = 0, found = 0, i;

	if (addr_is_loopback(ip))
		return IX_LIP_LOOPBACK;

	for (i = 0; i < info->naddrs; i++) {
		const struct ix_addr *own = &info->addrs[i].ip;

		if (addr_is_v4(own) != addr_is_v4(ip))
			continue;
		if (addr_equal(own, ip) ||
		    addr_same_prefix(own, ip, info->addrs[i].prefix))
			return i;
		if (!found++)
			first = i;
	}
	return first;
}

const struct ix_addr *addr_local(const struct ix_info *info, uint32_t lip,
				 const struct ix_addr *peer)
{
	static const struct ix_addr
		four = { .b = { [10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1 } },
		six = { .b = { [15] = 1 } };

	if (lip < info->naddrs)
		return &info->addrs[lip].ip;
	return addr_is_v4(peer) ? &four : &six;
}
