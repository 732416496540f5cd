/* SPDX-License-Identifier: MIT */
/*
 * pcap.h - writing frames to a capture file (--pcap)
 *
 * The classic pcap format with nanoseconds. The file is opened at start. Each
 * frame is one writev() with O_APPEND, so that forked processes can share it.
 */
#ifndef IX_CORE_PCAP_H
#define IX_CORE_PCAP_H

#include <rte_mbuf.h>
#include <stdint.h>

struct pcap {
	int fd;		     /* -1: off */
	int64_t wall_offset; /* CLOCK_REALTIME - CLOCK_MONOTONIC, ns */
};

/* Create the file at path, on a descriptor >= fd_min. 0 or -errno. */
int pcap_open(struct pcap *p, const char *path, int fd_min);
void pcap_close(struct pcap *p);
void pcap_write(struct pcap *p, struct rte_mbuf *const *pkts, unsigned n,
		uint64_t now_ns);

#endif
