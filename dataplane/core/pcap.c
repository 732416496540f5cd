// SPDX-License-Identifier: MIT
/*
 * pcap.c - write frames to a capture file
 */
#include "core/pcap.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "base/timespec.h"
#include "core/clock.h"

#define PCAP_MAGIC_NS 0xa1b23c4du
#define PCAP_ETHERNET 1
#define PCAP_SNAPLEN 262144
#define PCAP_SEGS 36 /* mbufs of 64 KB */

struct pcap_head {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t zone, sigfigs, snaplen, network;
};

struct pcap_rec {
	uint32_t sec, nsec, caplen, len;
};

static int64_t wall_offset(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return timespec_ns(&ts) - (int64_t)clock_kernel_ns();
}

int pcap_open(struct pcap *p, const char *path, int fd_min)
{
	static const struct pcap_head head = {
		PCAP_MAGIC_NS, 2, 4, 0, 0, PCAP_SNAPLEN, PCAP_ETHERNET
	};
	int low, fd, rc = 0;

	low = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC,
		   0644);
	if (low < 0)
		return -errno;
	fd = fcntl(low, F_DUPFD_CLOEXEC, fd_min);
	if (fd < 0 || write(fd, &head, sizeof(head)) != sizeof(head))
		rc = errno ? -errno : -EIO;
	close(low);
	if (rc < 0) {
		if (fd >= 0)
			close(fd);
		return rc;
	}
	p->fd = fd;
	p->wall_offset = wall_offset();
	return 0;
}

void pcap_close(struct pcap *p)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

static void write_one(struct pcap *p, const struct rte_mbuf *m, uint64_t wall)
{
	struct pcap_rec rec = {
		.sec = (uint32_t)(wall / NSEC_PER_SEC),
		.nsec = (uint32_t)(wall % NSEC_PER_SEC),
		.len = m->pkt_len,
	};
	struct iovec iov[1 + PCAP_SEGS];
	int n = 1;

	for (; m && n <= PCAP_SEGS; m = m->next) {
		iov[n].iov_base = rte_pktmbuf_mtod(m, void *);
		iov[n++].iov_len = m->data_len;
		rec.caplen += m->data_len;
	}
	iov[0].iov_base = &rec;
	iov[0].iov_len = sizeof(rec);
	/* a capture that cannot be written is no reason to stop */
	if (writev(p->fd, iov, n) < 0)
		return;
}

void pcap_write(struct pcap *p, struct rte_mbuf *const *pkts, unsigned n,
		uint64_t now_ns)
{
	unsigned i;

	for (i = 0; i < n; i++)
		write_one(p, pkts[i], now_ns + (uint64_t)p->wall_offset);
}
