// SPDX-License-Identifier: MIT
/*
 * text.c - addresses as people write them
 */
#include "base/text.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "base/addr.h"

_Static_assert(ADDR_TEXT_LEN == INET6_ADDRSTRLEN, "the longest address");

const char *addr_text(const struct ix_addr *ip, char *buf)
{
	if (addr_is_v4(ip))
		inet_ntop(AF_INET, ip->b + 12, buf, ADDR_TEXT_LEN);
	else
		inet_ntop(AF_INET6, ip->b, buf, ADDR_TEXT_LEN);
	return buf;
}

const char *endpoint_text(const struct ix_addr *ip, uint16_t port, char *buf)
{
	char addr[ADDR_TEXT_LEN];

	snprintf(buf, ENDPOINT_TEXT_LEN, addr_is_v4(ip) ? "%s:%u" : "[%s]:%u",
		 addr_text(ip, addr), port);
	return buf;
}
