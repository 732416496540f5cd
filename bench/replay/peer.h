/* SPDX-License-Identifier: MIT */
/*
 * peer.h - the machine at the other end of a wire that loses nothing
 *
 * It takes and makes whole Ethernet frames: ARP, and just as much TCP as a
 * client on such a wire shows (RFC 9293: active open, data in order,
 * acknowledgements, a window that is always open). Checksums are the card's.
 * No clock, no system call; whatever is not as expected is counted as wrong.
 *
 * The server makes itself known by announcing its address. Request i of the
 * trace belongs to connection i modulo their number; each keeps up to `depth`
 * unanswered. The keys are stored first, then some requests warm up, then the
 * rest is measured, each phase after the last answer to the one before. When
 * all is over and the server closes, it is reset, so that nothing lingers.
 */
#ifndef IX_BENCH_PEER_H
#define IX_BENCH_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/replay/trace.h"

#define PEER_FRAME 1514 /* bytes, at most */

enum peer_phase { PEER_PRELOAD, PEER_WARMUP, PEER_MEASURED, PEER_DONE };
enum peer_state {
	PEER_CLOSED,
	PEER_SYN_SENT,
	PEER_OPEN,
	PEER_RESET,
	PEER_GONE
};

struct peer_conn {
	enum peer_state state;
	uint32_t snd_nxt, rcv_nxt;
	uint32_t pause;	   /* calls until the next SYN */
	uint32_t sent;	   /* index of the request to be sent next */
	uint32_t answered; /* index of the request to be answered next */
	uint32_t got;	   /* bytes of that answer */
	bool ack_due;
};

struct peer {
	/* constant after peer_init() */
	struct trace trace;
	uint32_t warmup; /* requests */
	uint32_t nconns, depth;
	uint16_t port; /* of the server */

	enum peer_phase phase;
	uint32_t limit;	   /* requests before this index may be sent */
	uint32_t answered; /* in all */
	uint32_t turn;	   /* connection that is asked first */
	bool known;	   /* server_mac and server_ip are */
	bool arp_due;
	uint8_t mac[6], server_mac[6];
	uint8_t ip[4], server_ip[4];
	uint64_t wrong; /* answers, or segments that were not expected */
	uint64_t frames_in, frames_out;
	struct peer_conn conn[];
};

/* Zeroed memory of peer_size() bytes; the fields before phase are set. */
size_t peer_size(uint32_t nconns);
void peer_init(struct peer *p);
/* The next frame that it sends: its size, 0: none now. */
size_t peer_output(struct peer *p, uint8_t frame[PEER_FRAME]);
void peer_input(struct peer *p, const uint8_t *frame, size_t len);

#endif
