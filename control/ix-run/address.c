// SPDX-License-Identifier: MIT
/*
 * address.c - does the kernel own an address of the stack already
 */
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "control/ix-run/run.h"

/* Is sa the address ip? */
static int same_address(const struct sockaddr *sa, const struct ix_addr *ip)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (sa && sa->sa_family == AF_INET) {
		memcpy(&in, sa, sizeof(in));
		return memcmp(ip->b, mapped, 12) == 0 &&
		       memcmp(ip->b + 12, &in.sin_addr, 4) == 0;
	}
	if (sa && sa->sa_family == AF_INET6) {
		memcpy(&in6, sa, sizeof(in6));
		return memcmp(ip->b, &in6.sin6_addr, 16) == 0;
	}
	return 0;
}

static int used_as_device(const struct ix_config *c, const char *name)
{
	struct config_dev d;
	const char *why;
	uint32_t i;

	for (i = 0; i < c->ndevs; i++)
		if (config_parse_dev(c->dev[i], &d, &why) == 0 &&
		    (d.kind == CONFIG_DEV_AF_PACKET ||
		     d.kind == CONFIG_DEV_AF_XDP) &&
		    strcmp(d.name, name) == 0)
			return 1;
	return 0;
}

int address_check(const struct ix_config *c, char *err, size_t err_size)
{
	struct ifaddrs *list, *a;
	char text[ADDR_TEXT_LEN];
	uint32_t i;
	int rc = 0;

	if (getifaddrs(&list))
		return 0;
	for (a = list; a && !rc; a = a->ifa_next)
		for (i = 0; i < c->nips && !rc; i++) {
			if (!used_as_device(c, a->ifa_name) ||
			    !same_address(a->ifa_addr, &c->ip[i].ip))
				continue;
			snprintf(err, err_size,
				 "the kernel has %s on %s already; give the "
				 "stack an address of its own",
				 addr_text(&c->ip[i].ip, text), a->ifa_name);
			rc = EXIT_IX;
		}
	freeifaddrs(list);
	return rc;
}
