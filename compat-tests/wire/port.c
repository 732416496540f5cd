// SPDX-License-Identifier: MIT
/*
 * port - one end of the wire: raw frames of one interface.
 *
 * AF_PACKET with a virtio header, which tells of a checksum that the sender
 * left to its hardware: it is completed here, so that corruption behind it
 * stays visible to the receiver. Segments larger than a frame are refused.
 */
#include "port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define RCVBUF (32 << 20)

/* Best effort: an interface without the feature needs no switching off. */
static void offloads_off(int fd, const char *ifname)
{
	static const uint32_t features[] = { ETHTOOL_STSO, ETHTOOL_SGSO,
					     ETHTOOL_SGRO, ETHTOOL_STXCSUM };
	struct ethtool_value value = { 0 };
	struct ifreq ifr = { 0 };

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", ifname);
	ifr.ifr_data = (char *)&value;
	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
		value.cmd = features[i];
		value.data = 0;
		(void)ioctl(fd, SIOCETHTOOL, &ifr);
	}
}

static int set_flag(int fd, int name)
{
	int one = 1;

	return setsockopt(fd, SOL_PACKET, name, &one, sizeof(one));
}

/* Options before bind(): nothing is queued with the wrong framing. */
static int configure(int fd, int ifindex)
{
	struct packet_mreq promisc = { .mr_ifindex = ifindex,
				       .mr_type = PACKET_MR_PROMISC };
	struct sockaddr_ll addr = { .sll_family = AF_PACKET,
				    .sll_protocol = htons(ETH_P_ALL),
				    .sll_ifindex = ifindex };
	int size = RCVBUF;

	if (set_flag(fd, PACKET_IGNORE_OUTGOING) ||
	    set_flag(fd, PACKET_VNET_HDR) || set_flag(fd, PACKET_QDISC_BYPASS))
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		return -errno;
	if (setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promisc,
		       sizeof(promisc)))
		return -errno;
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		return -errno;
	return 0;
}

int port_open(struct port *p, const char *ifname)
{
	int ifindex = (int)if_nametoindex(ifname);
	int fd, rc;

	if (ifindex == 0)
		return -ENODEV;
	/* Protocol 0: deaf until bind() names the interface. */
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	offloads_off(fd, ifname);
	rc = configure(fd, ifindex);
	if (rc) {
		close(fd);
		return rc;
	}
	p->fd = fd;
	p->name = ifname;
	return 0;
}

void port_close(struct port *p)
{
	close(p->fd);
	p->fd = -1;
}

static uint16_t ones_sum(const uint8_t *p, uint32_t len)
{
	uint64_t sum = 0;

	for (; len > 1; p += 2, len -= 2)
		sum += (uint64_t)p[0] << 8 | p[1];
	if (len)
		sum += (uint64_t)p[0] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* The field holds the pseudo-header's sum; zero would mean "none" in UDP. */
static bool finish_checksum(struct port_frame *f, uint32_t len)
{
	uint32_t start = f->vnet.csum_start;
	uint32_t at = start + f->vnet.csum_offset;
	uint16_t sum;

	if (start >= len || at + 2 > len)
		return false;
	sum = (uint16_t)~ones_sum(f->data + start, len - start);
	if (sum == 0)
		sum = 0xffff;
	f->data[at] = (uint8_t)(sum >> 8);
	f->data[at + 1] = (uint8_t)sum;
	return true;
}

static uint32_t accept_frame(struct port_frame *f, const struct msghdr *msg,
			     uint32_t bytes)
{
	uint32_t len = bytes - (uint32_t)sizeof(f->vnet);

	if (bytes < sizeof(f->vnet) + ETH_HLEN || msg->msg_flags & MSG_TRUNC)
		return 0;
	if (f->vnet.gso_type != VIRTIO_NET_HDR_GSO_NONE)
		return 0;
	if (f->vnet.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM &&
	    !finish_checksum(f, len))
		return 0;
	return len;
}

int port_receive(struct port *p, struct port_frame *const *frames,
		 uint32_t *lens_out)
{
	struct mmsghdr msgs[PORT_BATCH];
	struct iovec iov[PORT_BATCH];
	int n;

	memset(msgs, 0, sizeof(msgs));
	for (int i = 0; i < PORT_BATCH; i++) {
		iov[i].iov_base = frames[i];
		iov[i].iov_len = sizeof(*frames[i]);
		msgs[i].msg_hdr.msg_iov = &iov[i];
		msgs[i].msg_hdr.msg_iovlen = 1;
	}
	n = recvmmsg(p->fd, msgs, PORT_BATCH, MSG_DONTWAIT, NULL);
	if (n < 0)
		return 0;
	for (int i = 0; i < n; i++)
		lens_out[i] = accept_frame(frames[i], &msgs[i].msg_hdr,
					   msgs[i].msg_len);
	return n;
}

/* Everything is finished by now: the header says nothing on the way out. */
int port_send(struct port *p, struct port_frame *const *frames,
	      const uint32_t *lens, int n)
{
	struct mmsghdr msgs[PORT_BATCH];
	struct iovec iov[PORT_BATCH];
	int done = 0, taken = 0;

	memset(msgs, 0, sizeof(msgs));
	for (int i = 0; i < n; i++) {
		memset(&frames[i]->vnet, 0, sizeof(frames[i]->vnet));
		iov[i].iov_base = frames[i];
		iov[i].iov_len = sizeof(frames[i]->vnet) + lens[i];
		msgs[i].msg_hdr.msg_iov = &iov[i];
		msgs[i].msg_hdr.msg_iovlen = 1;
	}
	while (done < n) {
		int rc = sendmmsg(p->fd, msgs + done, (unsigned int)(n - done),
				  0);

		if (rc > 0)
			taken += rc;
		done += rc > 0 ? rc : 1; /* skip the one that was refused */
	}
	return taken;
}

uint64_t port_missed(struct port *p)
{
	struct tpacket_stats stats = { 0 };
	socklen_t len = sizeof(stats);

	if (getsockopt(p->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len))
		return 0;
	return stats.tp_drops;
}
