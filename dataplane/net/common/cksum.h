/* SPDX-License-Identifier: MIT */
/*
 * cksum.h - the Internet checksum (RFC 1071), eight bytes at a time
 *
 * Sums are in memory byte order (RFC 1071 2.B): store them without swapping.
 */
#ifndef IX_NET_CKSUM_H
#define IX_NET_CKSUM_H

#include <rte_mbuf.h>
#include <stdint.h>

/* Add len bytes at data to sum. Only the last piece of a packet may have an odd
 * length. */
static inline uint64_t cksum_add(uint64_t sum, const void *data, size_t len)
{
	const uint8_t *p = data;
	uint64_t v, w;

	for (; len >= 16; len -= 16, p += 16) {
		__builtin_memcpy(&v, p, 8);
		__builtin_memcpy(&w, p + 8, 8);
		sum += (v & UINT32_MAX) + (v >> 32);
		sum += (w & UINT32_MAX) + (w >> 32);
	}
	v = 0;
	w = 0;
	__builtin_memcpy(&v, p, len < 8 ? len : 8);
	if (len > 8)
		__builtin_memcpy(&w, p + 8, len - 8);
	sum += (v & UINT32_MAX) + (v >> 32);
	sum += (w & UINT32_MAX) + (w >> 32);
	return sum;
}

static inline uint16_t cksum_fold(uint64_t sum)
{
	sum = (sum & UINT32_MAX) + (sum >> 32);
	sum = (sum & UINT32_MAX) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* Add all bytes of the mbuf chain m, whose segments may have odd lengths. */
static inline uint64_t cksum_add_mbuf(uint64_t sum, const struct rte_mbuf *m)
{
	unsigned odd = 0;

	for (; m; m = m->next) {
		uint64_t part = cksum_fold(cksum_add(
			0, rte_pktmbuf_mtod(m, const void *), m->data_len));

		sum += odd ? part << 8 : part;
		odd ^= m->data_len & 1u;
	}
	return sum;
}

/* The sum of the IPv4 pseudo header. src and dst are in network order; len is
 * that of the L4 header and payload, in bytes. */
static inline uint64_t cksum_pseudo4(uint32_t src, uint32_t dst, uint8_t proto,
				     uint32_t len)
{
	return (uint64_t)src + dst + rte_cpu_to_be_16((uint16_t)len) +
	       rte_cpu_to_be_16(proto);
}

#endif
