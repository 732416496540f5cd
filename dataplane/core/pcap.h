/* SPDX-License-Identifier: MIT */
/*
 * pcap.h - write frames to a capture file (--pcap)
 *
 * Classic pcap with nanoseconds. The file is opened at start; one writev()
 * with O_APPEND for each frame lets forked processes share it.
 */
#ifndef IX_CORE_PCAP_H
#define IX_CORE_PCAP_H

#include <rte_mbuf.h>
#include <stdint.h>

struct pcap {
	int fd;		     /* -1: off */
	int64_t wall_offset; /* CLOCK_REALTIME - CLOCK_MONOTONIC, ns */
};

/* Open path on a descriptor >= fd_min. 0 or -errno. */
int pcap_open(struct pcap *p, const char *path, int fd_min);
void pcap_close(struct pcap *p);
void pcap_write(struct pcap *p, struct rte_mbuf *const *pkts, unsigned n,
		uint64_t now_ns);

#endif
