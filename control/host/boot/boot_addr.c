// SPDX-License-Identifier: MIT
/*
 * boot_addr.c - which addresses the stack and the kernel's end get
 *
 * Unless told otherwise the instance is number N: device veth:ix<N>, address
 * 10.86.<N>.2/24, gateway 10.86.<N>.1 on the kernel's end, N the first number
 * whose link and network nobody has.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <linux/ipv6.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/addr.h"
#include "base/sockaddr.h"
#include "base/text.h"
#include "control/host/boot/boot_addr.h"
#include "control/host/boot/boot_claim.h"
#include "control/host/boot/boot_fail.h"
#include "control/host/boot/boot_run.h"
#include "control/host/boot/step.h"
#include "net/common/ip_addr.h"

#define NUMBERS 255
#define DEFAULT_NET(n) (0x0a560000u | (uint32_t)(n) << 8) /* 10.86.n.0 */
#define V4_BITS(prefix) ((prefix) > 96 ? (prefix)-96 : 0)

static uint32_t host_mask(uint32_t bits)
{
	return bits ? UINT32_MAX << (32 - bits) : 0;
}

static int kernel_is_in(const struct ifaddrs *list, uint32_t net)
{
	struct ix_addr ip;

	for (; list; list = list->ifa_next)
		if (sockaddr_addr(list->ifa_addr, &ip) && addr_is_v4(&ip) &&
		    (ntohl(addr_v4(&ip)) & 0xffffff00u) == net)
			return 1;
	return 0;
}

static int choose_number(struct boot *b, const struct ifaddrs *list)
{
	char name[IF_NAMESIZE];
	int n, rc;

	for (n = 0; n < NUMBERS; n++) {
		snprintf(name, sizeof(name), "ix%d", n);
		if (if_nametoindex(name) || kernel_is_in(list, DEFAULT_NET(n)))
			continue;
		rc = boot_claim(b, n);
		if (rc == -EBUSY)
			continue;
		if (rc < 0)
			return boot_fail(b, rc, "cannot lock %s/net%d: %s",
					 b->run_dir, n, strerror(-rc));
		b->number = n;
		return 0;
	}
	return boot_fail(b, -EADDRINUSE,
			 "all %d default networks are taken: give --dev and "
			 "--ip",
			 NUMBERS);
}

static void set_defaults(struct boot *b)
{
	struct ix_config *c = &b->cfg;
	uint32_t net = DEFAULT_NET(b->number);

	if (c->ndevs == 0) {
		snprintf(c->dev[0], sizeof(c->dev[0]), "veth:ix%d", b->number);
		c->ndevs = 1;
	}
	if (c->nips)
		return;
	c->ip[0].ip = addr_from_v4(htonl(net | 2));
	c->ip[0].prefix = 96 + 24;
	c->nips = 1;
	if (c->has_gateway)
		return;
	c->gateway = addr_from_v4(htonl(net | 1));
	c->has_gateway = 1;
}

static int dev_kind(const struct boot *b, uint32_t dev)
{
	struct config_dev d;
	const char *why;

	return config_parse_dev(b->cfg.dev[dev], &d, &why) < 0 ? -1 :
								 (int)d.kind;
}

/* The kernel has an interface at the other end of the wire, or on it. */
static int beside_kernel(const struct boot *b, uint32_t dev)
{
	int kind = dev_kind(b, dev);

	return kind == CONFIG_DEV_VETH || kind == CONFIG_DEV_TAP ||
	       kind == CONFIG_DEV_AF_PACKET || kind == CONFIG_DEV_AF_XDP;
}

/* The k-th IPv4 and IPv6 address is of the k-th device; more: the last. */
static void spread_addresses(struct boot *b)
{
	uint32_t next[2] = { 0, 0 }, i, *k;

	for (i = 0; i < b->cfg.nips; i++) {
		k = &next[addr_is_v4(&b->cfg.ip[i].ip)];
		b->addr_dev[i] = *k;
		if (*k + 1 < b->cfg.ndevs)
			(*k)++;
	}
}

/* Addresses that the kernel itself answers for would never reach us. */
static int check_owned(struct boot *b, const struct ifaddrs *list)
{
	struct ix_addr ip;
	char text[ADDR_TEXT_LEN];
	uint32_t i;

	for (; list; list = list->ifa_next) {
		if (!sockaddr_addr(list->ifa_addr, &ip))
			continue;
		for (i = 0; i < b->cfg.nips; i++)
			if (addr_equal(&ip, &b->cfg.ip[i].ip) &&
			    beside_kernel(b, b->addr_dev[i]))
				return boot_fail(
					b, -EADDRINUSE,
					"the kernel has %s on %s already: give "
					"the stack an --ip of its own",
					addr_text(&ip, text), list->ifa_name);
	}
	return 0;
}

/* Those on links that end in another program are that link's alone. */
int boot_claims(struct boot *b)
{
	uint32_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < b->cfg.nips; i++)
		if (beside_kernel(b, b->addr_dev[i]) ||
		    dev_kind(b, b->addr_dev[i]) == CONFIG_DEV_PCI)
			rc = boot_claim_address(b, i);
	return rc;
}

/* The first host address of the prefix that is not ours; 0: none. */
static uint32_t first_other(uint32_t own, uint32_t bits)
{
	uint32_t net = own & host_mask(bits);

	if (bits == 0 || bits > 31)
		return 0;
	if (bits == 31)
		return own ^ 1;
	return own == (net | 1) ? net | 2 : net | 1;
}

static void fill_specs(struct boot *b)
{
	const struct ix_config *c = &b->cfg;
	struct drv_spec *s;
	uint32_t i, bits;
	int kind;

	for (i = 0; i < c->ndevs; i++) {
		s = &b->spec[i];
		memcpy(s->text, c->dev[i], sizeof(s->text));
		s->mtu = (uint16_t)c->mtu;
		s->guest = b->args->flags & IX_BOOT_PROTECTED;
	}
	for (i = 0; i < c->nips; i++) {
		s = &b->spec[b->addr_dev[i]];
		if (addr_is_v4(&c->ip[i].ip))
			s->own_ip[s->nown++] = addr_v4(&c->ip[i].ip);
	}
	b->spec[0].has_mac = c->has_mac;
	memcpy(b->spec[0].mac.addr_bytes, c->mac, sizeof(c->mac));
	for (i = c->nips; i-- > 0;) {
		kind = dev_kind(b, b->addr_dev[i]);
		if (!addr_is_v4(&c->ip[i].ip) ||
		    (kind != CONFIG_DEV_VETH && kind != CONFIG_DEV_TAP))
			continue;
		s = &b->spec[b->addr_dev[i]];
		bits = V4_BITS(c->ip[i].prefix);
		s->kernel_ip =
			htonl(first_other(ntohl(addr_v4(&c->ip[i].ip)), bits));
		s->kernel_prefix = s->kernel_ip ? (uint8_t)bits : 0;
	}
}

static int only_v4(struct boot *b)
{
	uint32_t i;

	for (i = 0; i < b->cfg.nips; i++)
		if (!addr_is_v4(&b->cfg.ip[i].ip))
			return boot_fail(b, -EAFNOSUPPORT,
					 "the stack speaks IPv4 only so far: "
					 "give --ip an IPv4 address");
	return 0;
}

int boot_addresses(struct boot *b)
{
	struct ifaddrs *list = NULL;
	int rc = only_v4(b);

	if (rc < 0)
		return rc;
	if (getifaddrs(&list) < 0)
		list = NULL;
	if (b->cfg.ndevs == 0 || b->cfg.nips == 0)
		rc = choose_number(b, list);
	if (rc == 0) {
		if (b->number >= 0)
			set_defaults(b);
		spread_addresses(b);
		rc = check_owned(b, list);
	}
	if (rc == 0)
		fill_specs(b);
	if (list)
		freeifaddrs(list);
	return rc;
}

/* The kernel's end forwards, so that instances reach each other. */
static void let_forward(const char *ifname)
{
	char path[96];
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/conf/%s/forwarding",
		 ifname);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (write(fd, "1", 1) < 0)
		errno = 0; /* then only other hosts are out of reach */
	close(fd);
}

/* An IPv6 address for the kernel's end: ::1 of the prefix, or ::2. */
static void kernel_ip6(const char *ifname, const struct ix_addr *own,
		       uint32_t prefix)
{
	struct in6_ifreq r = { .ifr6_prefixlen = prefix };
	uint32_t i;
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	for (i = 0; i < 16; i++) {
		uint32_t bits = prefix > i * 8 ? prefix - i * 8 : 0;

		r.ifr6_addr.s6_addr[i] =
			(uint8_t)(own->b[i] &
				  (bits >= 8 ? 0xff : 0xff00u >> bits));
	}
	r.ifr6_addr.s6_addr[15] |= 1;
	if (memcmp(&r.ifr6_addr, own->b, 16) == 0)
		r.ifr6_addr.s6_addr[15] ^= 3;
	r.ifr6_ifindex = (int)if_nametoindex(ifname);
	if (prefix < 127)
		ioctl(fd, SIOCSIFADDR, &r);
	close(fd);
}

static void dress_kernel_ends(struct boot *b)
{
	const char *ifname;
	uint32_t i;

	for (i = 0; i < b->cfg.nips; i++) {
		ifname = drv_info(b->in->core.dev[b->addr_dev[i]])->kernel_if;
		if (!ifname[0])
			continue;
		if (!addr_is_v4(&b->cfg.ip[i].ip))
			kernel_ip6(ifname, &b->cfg.ip[i].ip,
				   b->cfg.ip[i].prefix);
		else if (b->number >= 0)
			let_forward(ifname);
	}
}

static int in_prefix(const struct ix_addr *a, const struct ix_addr *net,
		     uint32_t prefix)
{
	uint32_t i;

	for (i = 0; i < prefix; i++)
		if ((a->b[i / 8] ^ net->b[i / 8]) & (0x80u >> (i % 8)))
			return 0;
	return 1;
}

/* Addresses and gateway as the protocols see them. */
int boot_routes(struct boot *b)
{
	struct net_shared *sh = &b->in->core.net;
	const struct ix_config *c = &b->cfg;
	uint32_t i;

	dress_kernel_ends(b);
	if (!c->has_gateway)
		return 0;
	for (i = 0; i < c->nips; i++)
		if (in_prefix(&c->gateway, &c->ip[i].ip, c->ip[i].prefix)) {
			sh->gateway = c->gateway;
			sh->gateway_dev = b->addr_dev[i];
			sh->info.has_gateway = 1;
			return 0;
		}
	return boot_fail(b, -ENETUNREACH,
			 "the gateway is not on the network of any --ip: give "
			 "one that is");
}
