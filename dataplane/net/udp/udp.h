/* SPDX-License-Identifier: MIT */
/*
 * udp.h - UDP ports (RFC 768)
 */
#ifndef IX_NET_UDP_H
#define IX_NET_UDP_H

#include "net/common/ip_packet.h"

struct arena; /* mem/arena.h */

/* the flags that UDP_SENDV accepts */
#define UDP_SEND_FLAGS                                                       \
	(IX_UDP_DONTFRAG | IX_UDP_WHOLE | IX_UDP_DEV_MTU | IX_UDP_NO_CKSUM | \
	 IX_UDP_MORE | IX_UDP_TOS)

int udp_init(struct net *n, struct arena *a, uint32_t max);
void udp_fini(struct net *n);

/* A datagram from IP: its length and checksum are checked, and one to a port
 * without a socket is answered with an ICMP error. m's data begins at the UDP
 * header. Takes m over. */
void udp_receive(struct net *n, struct rte_mbuf *m, const struct ip_rx *rx);
/* A datagram that udp_receive() has checked, maybe in another elastic thread.
 * 0: m is taken over; -ECONNREFUSED: the port has no socket, the caller keeps
 * m. */
int udp_input(struct net *n, struct rte_mbuf *m, const struct ip_rx *rx);
void udp_error(struct net *n, const struct ip_error *e);
/* The elastic thread that has claimed lport, this one if none has. */
uint32_t udp_where(struct net *n, const struct ix_addr *lip, uint16_t lport,
		   const struct ix_addr *rip, uint16_t rport);

/* Batched calls, see abi.h. 0, a count, or a negative errno. */
int udp_call_bind(struct net *n, struct ix_bsys *b);
int udp_call_connect(struct net *n, const struct ix_bsys *b);
/* sg was checked and copied by the caller */
int64_t udp_call_sendv(struct net *n, const struct ix_bsys *b,
		       const struct ix_sg *sg);
int udp_call_recv_done(struct net *n, ix_handle_t h, uint32_t ndatagrams);
int udp_call_close(struct net *n, ix_handle_t h);
int udp_call_setopt(struct net *n, ix_handle_t h, uint16_t opt, uint32_t value,
		    uint64_t cookie);
int udp_info(struct net *n, ix_handle_t h, struct ix_conn_info *out);

/* See net_recover(). */
void udp_recover(struct net *n);

unsigned udp_events(struct net *n, struct ix_event *ev, unsigned room,
		    uint32_t *more);
int udp_events_due(const struct net *n);

#endif
