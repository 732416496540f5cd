// SPDX-License-Identifier: MIT
/*
 * link.c - the kernel's network interfaces, over rtnetlink and ioctl
 *
 * Ioctls go through an AF_UNIX socket: any socket will do, and this one is
 * of no interest to a shim that watches AF_INET sockets.
 */
#include "drv/kernel/link.h"

#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NL_BUF 4096

static int ifr_ioctl(const char *name, unsigned long req, struct ifreq *ifr)
{
	int fd, rc = 0;

	if (strlen(name) > LINK_NAME_MAX)
		return -ENAMETOOLONG;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	snprintf(ifr->ifr_name, sizeof(ifr->ifr_name), "%s", name);
	if (ioctl(fd, req, ifr) < 0)
		rc = -errno;
	close(fd);
	return rc;
}

int link_exists(const char *name)
{
	struct ifreq ifr = { 0 };

	return ifr_ioctl(name, SIOCGIFINDEX, &ifr) == 0;
}

static int link_index(const char *name, int *out)
{
	struct ifreq ifr = { 0 };
	int rc = ifr_ioctl(name, SIOCGIFINDEX, &ifr);

	if (rc == 0)
		*out = ifr.ifr_ifindex;
	return rc;
}

static int change_flags(const char *name, int set, int clear)
{
	struct ifreq ifr = { 0 };
	int rc = ifr_ioctl(name, SIOCGIFFLAGS, &ifr);

	if (rc < 0)
		return rc;
	ifr.ifr_flags = (short)((ifr.ifr_flags | set) & ~clear);
	return ifr_ioctl(name, SIOCSIFFLAGS, &ifr);
}

int link_up(const char *name)
{
	return change_flags(name, IFF_UP, 0);
}

int link_is_up(const char *name)
{
	struct ifreq ifr = { 0 };
	int rc = ifr_ioctl(name, SIOCGIFFLAGS, &ifr);

	return rc < 0 ? rc : !!(ifr.ifr_flags & IFF_UP);
}

int link_promisc(const char *name, int on)
{
	return change_flags(name, on ? IFF_PROMISC : 0, on ? 0 : IFF_PROMISC);
}

int link_get_mtu(const char *name, uint16_t *mtu_out)
{
	struct ifreq ifr = { 0 };
	int rc = ifr_ioctl(name, SIOCGIFMTU, &ifr);

	if (rc == 0)
		*mtu_out = (uint16_t)(ifr.ifr_mtu > UINT16_MAX ? UINT16_MAX :
								 ifr.ifr_mtu);
	return rc;
}

int link_set_mtu(const char *name, uint16_t mtu)
{
	struct ifreq ifr = { .ifr_mtu = mtu };

	return ifr_ioctl(name, SIOCSIFMTU, &ifr);
}

int link_get_mac(const char *name, struct rte_ether_addr *out)
{
	struct ifreq ifr = { 0 };
	int rc = ifr_ioctl(name, SIOCGIFHWADDR, &ifr);

	if (rc == 0)
		memcpy(out, ifr.ifr_hwaddr.sa_data, sizeof(*out));
	return rc;
}

/* Send one request and wait for its acknowledgement. */
static int nl_talk(struct nlmsghdr *nlh)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	unsigned int seq = (unsigned int)time(NULL);
	char buf[NL_BUF];
	ssize_t n;
	int rc = 0;

	if (!nl)
		return -errno;
	nlh->nlmsg_seq = seq;
	nlh->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	if (mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0) {
		rc = -errno;
		goto out;
	}
	n = mnl_socket_recvfrom(nl, buf, sizeof(buf));
	if (n < 0 || mnl_cb_run(buf, (size_t)n, seq, mnl_socket_get_portid(nl),
				NULL, NULL) < 0)
		rc = -errno;
out:
	mnl_socket_close(nl);
	return rc;
}

static struct ifinfomsg *nl_link(struct nlmsghdr **nlh, char *buf,
				 uint16_t type, uint16_t flags)
{
	*nlh = mnl_nlmsg_put_header(buf);
	(*nlh)->nlmsg_type = type;
	(*nlh)->nlmsg_flags = flags;
	return mnl_nlmsg_put_extra_header(*nlh, sizeof(struct ifinfomsg));
}

static void put_veth_end(struct nlmsghdr *nlh, const struct link_veth *v,
			 const char *name)
{
	mnl_attr_put_strz(nlh, IFLA_IFNAME, name);
	mnl_attr_put_u32(nlh, IFLA_NUM_TX_QUEUES, v->queues);
	mnl_attr_put_u32(nlh, IFLA_NUM_RX_QUEUES, v->queues);
	if (v->mtu)
		mnl_attr_put_u32(nlh, IFLA_MTU, v->mtu);
}

int link_veth_create(const struct link_veth *v)
{
	char buf[NL_BUF];
	struct nlmsghdr *nlh;
	struct nlattr *info, *data, *peer;

	nl_link(&nlh, buf, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	put_veth_end(nlh, v, v->name);
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	peer = mnl_attr_nest_start(nlh, VETH_INFO_PEER);
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	put_veth_end(nlh, v, v->peer);
	mnl_attr_nest_end(nlh, peer);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
	return nl_talk(nlh);
}

int link_delete(const char *name)
{
	char buf[NL_BUF];
	struct nlmsghdr *nlh;

	nl_link(&nlh, buf, RTM_DELLINK, 0);
	mnl_attr_put_strz(nlh, IFLA_IFNAME, name);
	return nl_talk(nlh);
}

int link_add_ip4(const char *name, uint32_t ip, uint8_t prefix)
{
	char buf[NL_BUF];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifaddrmsg *ifa;
	int index = 0;
	int rc = link_index(name, &index);

	if (rc < 0)
		return rc;
	nlh->nlmsg_type = RTM_NEWADDR;
	nlh->nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
	ifa = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifa));
	ifa->ifa_family = AF_INET;
	ifa->ifa_prefixlen = prefix;
	ifa->ifa_scope = RT_SCOPE_UNIVERSE;
	ifa->ifa_index = (unsigned int)index;
	mnl_attr_put_u32(nlh, IFA_LOCAL, ip);
	mnl_attr_put_u32(nlh, IFA_ADDRESS, ip);
	return nl_talk(nlh);
}

static void addrgen_none(const char *name)
{
	char buf[NL_BUF];
	struct nlmsghdr *nlh;
	struct ifinfomsg *ifi;
	struct nlattr *spec, *inet6;
	int index = 0;

	if (link_index(name, &index) < 0)
		return;
	ifi = nl_link(&nlh, buf, RTM_SETLINK, 0);
	ifi->ifi_index = index;
	spec = mnl_attr_nest_start(nlh, IFLA_AF_SPEC);
	inet6 = mnl_attr_nest_start(nlh, AF_INET6);
	mnl_attr_put_u8(nlh, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
	mnl_attr_nest_end(nlh, inet6);
	mnl_attr_nest_end(nlh, spec);
	nl_talk(nlh);
}

static void write_conf(const char *family, const char *name, const char *key,
		       const char *value)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/net/%s/conf/%s/%s", family,
		 name, key);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (write(fd, value, strlen(value)) < 0) {
		/* read-only /proc/sys: the other measures must do */
	}
	close(fd);
}

void link_mute(const char *name)
{
	addrgen_none(name);
	write_conf("ipv6", name, "disable_ipv6", "1");
	write_conf("ipv4", name, "arp_ignore", "8");
}
