// SPDX-License-Identifier: MIT
/*
 * address.c - does the kernel own an address of the stack already
 */
#include <ifaddrs.h>
#include <stdio.h>
#include <string.h>

#include "base/sockaddr.h"
#include "base/text.h"
#include "control/ix-run/address.h"

static bool same_address(const struct sockaddr *sa, const struct ix_addr *ip)
{
	struct ix_addr its;

	return sockaddr_addr(sa, &its) && addr_equal(&its, ip);
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
