/* SPDX-License-Identifier: MIT */
/*
 * packet.h - frames from the peer
 */
#ifndef IX_FUZZ_PACKET_H
#define IX_FUZZ_PACKET_H

#include "fuzz/input.h"
#include "fuzz/world.h"

/* A TCP segment, numbers in host order, addresses in network order. */
struct packet_tcp {
	uint32_t src, dst;
	uint16_t sport, dport;
	uint32_t seq, ack;
	uint8_t flags;
	uint8_t nopts; /* bytes, a multiple of 4 */
	uint16_t wnd;
	uint16_t len; /* bytes of payload */
	uint8_t opts[40];
};

/* The frame, whole and right, in buf of WORLD_FRAME bytes; its length. */
unsigned packet_tcp(uint8_t *buf, const struct packet_tcp *t);

/* A UDP datagram likewise; its payload is zeros. */
struct packet_udp {
	uint32_t src, dst;
	uint16_t sport, dport;
	uint16_t len; /* bytes of payload */
};
unsigned packet_udp(uint8_t *buf, const struct packet_udp *u);

/* A frame such as the input wants, in buf of WORLD_FRAME bytes; its length. */
unsigned packet_any(struct input *in, uint8_t *buf);

#endif
