// SPDX-License-Identifier: MIT
/*
 * ethtool.c - offloads and channels of a kernel interface
 */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "drv/kernel/ethtool.h"

static const struct {
	uint32_t bit;
	uint32_t get, set;
	uint32_t flag; /* of ETHTOOL_GFLAGS, where that is the command */
} feature[] = {
	{ LINK_LRO, ETHTOOL_GFLAGS, ETHTOOL_SFLAGS, ETH_FLAG_LRO },
	{ LINK_GRO, ETHTOOL_GGRO, ETHTOOL_SGRO, 0 },
	{ LINK_GSO, ETHTOOL_GGSO, ETHTOOL_SGSO, 0 },
	{ LINK_TSO, ETHTOOL_GTSO, ETHTOOL_STSO, 0 },
	{ LINK_SG, ETHTOOL_GSG, ETHTOOL_SSG, 0 },
	{ LINK_TX_CSUM, ETHTOOL_GTXCSUM, ETHTOOL_STXCSUM, 0 },
	{ LINK_RX_CSUM, ETHTOOL_GRXCSUM, ETHTOOL_SRXCSUM, 0 },
};
#define NFEATURES (sizeof(feature) / sizeof(feature[0]))

static int ethtool(const char *name, void *cmd)
{
	struct ifreq ifr = { .ifr_data = cmd };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int rc = 0;

	if (fd < 0)
		return -errno;
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	if (ioctl(fd, SIOCETHTOOL, &ifr) < 0)
		rc = -errno;
	close(fd);
	return rc;
}

int link_is_veth(const char *name)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };

	return ethtool(name, &info) == 0 && strcmp(info.driver, "veth") == 0;
}

static int get_one(const char *name, size_t i, uint32_t *data)
{
	struct ethtool_value v = { .cmd = feature[i].get };
	int rc = ethtool(name, &v);

	*data = v.data;
	return rc;
}

int link_features(const char *name, uint32_t mask, uint32_t *on_out)
{
	uint32_t on = 0, data;
	size_t i;
	int rc;

	for (i = 0; i < NFEATURES; i++) {
		if (!(mask & feature[i].bit))
			continue;
		rc = get_one(name, i, &data);
		if (rc == -EOPNOTSUPP)
			continue;
		if (rc < 0)
			return rc;
		if (feature[i].flag)
			data &= feature[i].flag;
		if (data)
			on |= feature[i].bit;
	}
	*on_out = on;
	return 0;
}

static int set_one(const char *name, size_t i, int on)
{
	struct ethtool_value v = { .cmd = feature[i].set };
	uint32_t data = 0;
	int rc = get_one(name, i, &data);

	if (rc == -EOPNOTSUPP && !on)
		return 0;
	if (rc < 0)
		return rc;
	v.data = (uint32_t)on;
	if (feature[i].flag)
		v.data = on ? data | feature[i].flag : data & ~feature[i].flag;
	if (v.data == data)
		return 0;
	return ethtool(name, &v);
}

int link_set_features(const char *name, uint32_t mask, int on)
{
	int rc = 0, one;
	size_t i;

	for (i = 0; i < NFEATURES; i++) {
		if (!(mask & feature[i].bit))
			continue;
		one = set_one(name, i, on);
		if (one < 0)
			rc = one;
	}
	return rc;
}

int link_channels(const char *name, unsigned *out)
{
	struct ethtool_channels ch = { .cmd = ETHTOOL_GCHANNELS };
	int rc = ethtool(name, &ch);

	if (rc == -EOPNOTSUPP) {
		*out = 1;
		return 0;
	}
	if (rc < 0)
		return rc;
	*out = ch.combined_count ? ch.combined_count :
	       ch.rx_count	 ? ch.rx_count :
				   1;
	return 0;
}
