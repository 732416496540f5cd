// SPDX-License-Identifier: MIT
/*
 * parse.c - the forms that values of settings take
 */
#include "control/config/parse.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/text.h"

#define MAX_CPU 4096

/* Are the bits from n on all equal to bit? */
static int host_bits_are(const struct ix_addr *ip, uint32_t n, int bit)
{
	uint32_t i;

	for (i = n; i < 128; i++)
		if (!(ip->b[i / 8] & (0x80 >> (i % 8))) != !bit)
			return 0;
	return 1;
}

/* strtol without blanks, plus signs and trailing text. */
static int to_number(const char *s, int64_t *out)
{
	char *end;
	long long v;

	if (!isdigit((unsigned char)s[s[0] == '-']))
		return -1;
	errno = 0;
	v = strtoll(s, &end, 10);
	if (errno || *end)
		return -1;
	*out = v;
	return 0;
}

const char *parse_number(const char *s, int64_t lo, int64_t hi, const char *why,
			 int64_t *out)
{
	int64_t v;

	if (to_number(s, &v) || v < lo || v > hi)
		return why;
	*out = v;
	return NULL;
}

const char *parse_flag(const char *s, uint8_t *out)
{
	static const char *const words[] = { "0",   "1",  "no",	   "yes",
					     "off", "on", "false", "true" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(s, words[i]) == 0) {
			*out = i & 1;
			return NULL;
		}
	}
	return "is neither 1 nor 0";
}

static const char *check_v4(const struct ix_addr *ip)
{
	if (ip->b[12] == 0)
		return "is in 0.0.0.0/8, which no host has";
	if (ip->b[12] == 127)
		return "is a loopback address; --loopback serves those";
	if (ip->b[12] >= 224)
		return "is a multicast or reserved address";
	return NULL;
}

static const char *check_v6(const struct ix_addr *ip)
{
	if (host_bits_are(ip, 0, 0))
		return "is the unspecified address";
	if (addr_is_v4(ip))
		return "is a v4-mapped address; write it as A.B.C.D";
	if (addr_is_loopback(ip))
		return "is the loopback address; --loopback serves it";
	if (ip->b[0] == 0xff)
		return "is a multicast address";
	return NULL;
}

const char *parse_addr(const char *s, struct ix_addr *out)
{
	struct ix_addr ip;
	struct in_addr v4;
	const char *why;

	if (inet_pton(AF_INET, s, &v4) == 1) {
		ip = addr_from_v4(v4.s_addr);
		why = check_v4(&ip);
	} else if (inet_pton(AF_INET6, s, ip.b) == 1) {
		why = check_v6(&ip);
	} else {
		why = "is not an IPv4 or IPv6 address";
	}
	if (!why)
		*out = ip;
	return why;
}

static const char *check_host(const struct ix_addr *ip, uint32_t prefix)
{
	if (prefix >= 127)
		return NULL;
	if (host_bits_are(ip, prefix, 0))
		return "is the address of the network, not of a host";
	if (addr_is_v4(ip) && host_bits_are(ip, prefix, 1))
		return "is the broadcast address of the network";
	return NULL;
}

const char *parse_cidr(const char *s, struct ix_addr *ip_out,
		       uint32_t *prefix_out)
{
	const char *slash = strchr(s, '/');
	const char *why;
	char host[ADDR_TEXT_LEN + 1];
	struct ix_addr ip;
	int64_t len;
	uint32_t base;

	if (!slash)
		return "has no prefix length; write ADDR/LEN, as 10.0.0.2/24";
	if ((size_t)(slash - s) >= sizeof(host))
		return "is not an IPv4 or IPv6 address";
	memcpy(host, s, (size_t)(slash - s));
	host[slash - s] = 0;
	why = parse_addr(host, &ip);
	if (why)
		return why;
	base = addr_is_v4(&ip) ? 96 : 0;
	if (to_number(slash + 1, &len) || len < 1 || len > 128 - base)
		return base ? "has a prefix length that is not 1 to 32" :
			      "has a prefix length that is not 1 to 128";
	why = check_host(&ip, base + (uint32_t)len);
	if (why)
		return why;
	*ip_out = ip;
	*prefix_out = base + (uint32_t)len;
	return NULL;
}

static int hex_digit(char c)
{
	if (!isxdigit((unsigned char)c))
		return -1;
	return isdigit((unsigned char)c) ? c - '0' : (c | 0x20) - 'a' + 10;
}

const char *parse_mac(const char *s, uint8_t out[6])
{
	static const uint8_t zero[6];
	uint8_t mac[6];
	int i;

	for (i = 0; i < 6; i++, s += 3) {
		int hi = hex_digit(s[0]);
		int lo = hi < 0 ? -1 : hex_digit(s[1]);

		if (lo < 0 || s[2] != (i < 5 ? ':' : 0))
			return "is not an Ethernet address, as "
			       "02:00:00:00:00:01";
		mac[i] = (uint8_t)(hi << 4 | lo);
	}
	if (mac[0] & 1)
		return "is a multicast Ethernet address";
	if (memcmp(mac, zero, sizeof(zero)) == 0)
		return "is the zero Ethernet address";
	memcpy(out, mac, sizeof(mac));
	return NULL;
}

/* "A" or "A-B"; the character after it in *end. */
static int cpu_range(const char *s, const char **end, uint32_t *lo,
		     uint32_t *hi)
{
	char *e;

	if (!isdigit((unsigned char)*s))
		return -1;
	*lo = *hi = (uint32_t)strtoul(s, &e, 10);
	if (*e == '-') {
		if (!isdigit((unsigned char)e[1]))
			return -1;
		*hi = (uint32_t)strtoul(e + 1, &e, 10);
	}
	*end = e;
	return *hi < *lo || *hi >= MAX_CPU ? -1 : 0;
}

static int listed(const uint32_t *list, uint32_t n, uint32_t cpu)
{
	while (n--)
		if (list[n] == cpu)
			return 1;
	return 0;
}

const char *parse_cpus(const char *s, uint32_t max, uint32_t *list_out,
		       uint32_t *n_out)
{
	uint32_t list[IX_MAX_ETHREADS], n = 0, lo, hi;

	for (;; s++) {
		if (cpu_range(s, &s, &lo, &hi))
			return "is not a list of CPUs, as 0-3,5";
		for (; lo <= hi; lo++) {
			if (n == max || n == IX_MAX_ETHREADS)
				return "names more than 16 CPUs";
			if (listed(list, n, lo))
				return "names a CPU twice";
			list[n++] = lo;
		}
		if (!*s)
			break;
		if (*s != ',')
			return "is not a list of CPUs, as 0-3,5";
	}
	memcpy(list_out, list, n * sizeof(list[0]));
	*n_out = n;
	return NULL;
}

const char *parse_ifname(const char *s)
{
	const char *p;

	if (!*s)
		return "names no interface";
	if (strlen(s) >= IFNAMSIZ)
		return "has an interface name of more than 15 characters";
	if (strcmp(s, ".") == 0 || strcmp(s, "..") == 0)
		return "has a name that no interface can have";
	for (p = s; *p; p++)
		if (!isgraph((unsigned char)*p) || strchr("/:%,", *p))
			return "has a name that no interface can have";
	return NULL;
}
