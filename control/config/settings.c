// SPDX-License-Identifier: MIT
/*
 * settings.c - the table of settings, and those that are not just one field
 */
#include "control/config/settings.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/addr.h"
#include "base/text.h"
#include "control/config/parse.h"

static void mac_text(const uint8_t m[6], char *buf, size_t size)
{
	snprintf(buf, size, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2],
		 m[3], m[4], m[5]);
}

static const char *parse_DEV(struct ix_config *c, const char *value)
{
	struct config_dev d;
	const char *why;
	uint32_t i;

	if (config_parse_dev(value, &d, &why))
		return why;
	if (c->ndevs == IX_MAX_DEVS)
		return "is one device more than the 4 an instance can have";
	for (i = 0; i < c->ndevs; i++)
		if (strchr(value, ':') && strcmp(c->dev[i], value) == 0)
			return "is given twice";
	snprintf(c->dev[c->ndevs++], sizeof(c->dev[0]), "%s", value);
	return NULL;
}

static int format_DEV(const struct ix_config *c, uint32_t i, char *buf,
		      size_t size)
{
	if (i >= c->ndevs)
		return -1;
	snprintf(buf, size, "%s", c->dev[i]);
	return 0;
}

static const char *parse_IP(struct ix_config *c, const char *value)
{
	struct ix_addr ip;
	const char *why;
	uint32_t prefix, i;

	why = parse_cidr(value, &ip, &prefix);
	if (why)
		return why;
	if (c->nips == IX_MAX_ADDRS)
		return "is one address more than the 16 an instance can have";
	for (i = 0; i < c->nips; i++)
		if (memcmp(&c->ip[i].ip, &ip, sizeof(ip)) == 0)
			return "is given twice";
	c->ip[c->nips].ip = ip;
	c->ip[c->nips++].prefix = prefix;
	return NULL;
}

static int format_IP(const struct ix_config *c, uint32_t i, char *buf,
		     size_t size)
{
	char text[ADDR_TEXT_LEN];

	if (i >= c->nips)
		return -1;
	addr_text(&c->ip[i].ip, text);
	snprintf(buf, size, "%s/%u", text,
		 c->ip[i].prefix - (addr_is_v4(&c->ip[i].ip) ? 96 : 0));
	return 0;
}

static const char *parse_GATEWAY(struct ix_config *c, const char *value)
{
	const char *why = parse_addr(value, &c->gateway);

	if (!why)
		c->has_gateway = 1;
	return why;
}

static int format_GATEWAY(const struct ix_config *c, uint32_t i, char *buf,
			  size_t size)
{
	char text[ADDR_TEXT_LEN];

	if (i || !c->has_gateway)
		return -1;
	snprintf(buf, size, "%s", addr_text(&c->gateway, text));
	return 0;
}

static const char *parse_MAC(struct ix_config *c, const char *value)
{
	const char *why = parse_mac(value, c->mac);

	if (!why)
		c->has_mac = 1;
	return why;
}

static int format_MAC(const struct ix_config *c, uint32_t i, char *buf,
		      size_t size)
{
	if (i || !c->has_mac)
		return -1;
	mac_text(c->mac, buf, size);
	return 0;
}

static const char *parse_ARP(struct ix_config *c, const char *value)
{
	const char *eq = strchr(value, '=');
	char host[ADDR_TEXT_LEN + 1];
	struct ix_addr ip;
	uint8_t mac[6];
	const char *why;

	if (!eq || (size_t)(eq - value) >= sizeof(host))
		return "is not IP=MAC, as 10.0.0.9=02:00:00:00:00:01";
	memcpy(host, value, (size_t)(eq - value));
	host[eq - value] = 0;
	why = parse_addr(host, &ip);
	if (!why)
		why = parse_mac(eq + 1, mac);
	if (why)
		return why;
	if (c->narp == CONFIG_MAX_ARP)
		return "is one neighbour more than the 64 that can be given";
	c->arp[c->narp].ip = ip;
	memcpy(c->arp[c->narp++].mac, mac, sizeof(mac));
	return NULL;
}

static int format_ARP(const struct ix_config *c, uint32_t i, char *buf,
		      size_t size)
{
	char text[ADDR_TEXT_LEN], mac[18];

	if (i >= c->narp)
		return -1;
	addr_text(&c->arp[i].ip, text);
	mac_text(c->arp[i].mac, mac, sizeof(mac));
	snprintf(buf, size, "%s=%s", text, mac);
	return 0;
}

static const char *parse_CPUS(struct ix_config *c, const char *value)
{
	return parse_cpus(value, IX_MAX_ETHREADS, c->cpu, &c->ncpus);
}

static int format_CPUS(const struct ix_config *c, uint32_t i, char *buf,
		       size_t size)
{
	size_t n = 0;
	uint32_t k;

	if (i || !c->ncpus)
		return -1;
	for (k = 0; k < c->ncpus && n < size; k++)
		n += (size_t)snprintf(buf + n, size - n, "%s%u", k ? "," : "",
				      c->cpu[k]);
	return 0;
}

#define DIGITS_(n) #n
#define DIGITS(n) DIGITS_(n)
#define SPAN(lo, hi) DIGITS(lo) " to " DIGITS(hi)
#define ABOUT(id, n, v, d, r, h)     \
	.about = { .name = n,        \
		   .env = "IX_" #id, \
		   .value = v,       \
		   .def = d,         \
		   .range = r,       \
		   .help = h }
#define FIELD(f)                                 \
	.offset = offsetof(struct ix_config, f), \
	.size = sizeof(((struct ix_config *)0)->f)

#define OWN(id, name, value, def, help)                              \
	{ ABOUT(id, name, value, def, NULL, help), .kind = KIND_OWN, \
	  .parse = parse_##id, .format = format_##id },
#define NUMBER(id, name, value, def, help, field, type, lo, hi, first) \
	{ ABOUT(id, name, value, def, SPAN(lo, hi), help),             \
	  .kind = KIND_NUMBER,                                         \
	  FIELD(field),                                                \
	  .least = lo,                                                 \
	  .most = hi,                                                  \
	  .init = first,                                               \
	  .why = "is not a number from " SPAN(lo, hi) },
#define WORD(id, name, value, def, help, field, type)                 \
	{ ABOUT(id, name, value, def, NULL, help), .kind = KIND_WORD, \
	  FIELD(field), .why = "is not one of " value },
#define FLAG(id, name, value, def, help, field)                       \
	{ ABOUT(id, name, value, def, NULL, help), .kind = KIND_FLAG, \
	  FIELD(field) },
#define TEXT(id, name, value, def, help, field, longest, what)        \
	{ ABOUT(id, name, value, def, NULL, help), .kind = KIND_TEXT, \
	  FIELD(field),                                               \
	  .why = "is not a " what " of " SPAN(1, longest) " characters" },

/* In the order of enum config_id. */
const struct setting config_settings[CONFIG_NSETTINGS] = { CONFIG_LIST(
	OWN, NUMBER, WORD, FLAG, TEXT) };

uint32_t *config_count(struct ix_config *c, enum config_id id)
{
	switch (id) {
	case CONFIG_DEV:
		return &c->ndevs;
	case CONFIG_IP:
		return &c->nips;
	case CONFIG_ARP:
		return &c->narp;
	default:
		return NULL;
	}
}
