/* SPDX-License-Identifier: MIT */
/*
 * tcp.h - TCP as the rest of the dataplane sees it (RFC 9293)
 */
#ifndef IX_NET_TCP_H
#define IX_NET_TCP_H

#include "net/common/ip_packet.h"

struct arena; /* mem/arena.h */

/* Arena bytes that tcp_init() allocates. Pages are touched only when used. */
size_t tcp_arena_size(uint32_t max_conns, uint32_t max_listeners);
/* 0, -EINVAL (max_conns) or -ENOMEM */
int tcp_init(struct net *n, struct arena *a, uint32_t max_conns,
	     uint32_t max_listeners);
void tcp_fini(struct net *n);

/* Recover after the lease holder was killed: called after net_recover() and
 * after the mbuf pools were rebuilt. */
void tcp_recover(struct net *n);

/* Device dev is gone for good: established connections through it end with
 * ETIMEDOUT, those that are being opened with ENETDOWN, and every later CONNECT
 * through it returns -ENETDOWN. */
void tcp_link_down(struct net *n, unsigned dev);

/* Process a segment: m's data begins at the TCP header, whose checksum has been
 * verified. Takes m over. */
void tcp_input(struct net *n, struct rte_mbuf *m, const struct ip_rx *rx);
void tcp_error(struct net *n, const struct ip_error *e);

/* The elastic thread that has the connection, as far as it is known here: this
 * one, the one that it moved to, or the owner of its flow group. */
uint32_t tcp_where(struct net *n, const struct ix_addr *lip, uint16_t lport,
		   const struct ix_addr *rip, uint16_t rport);
/* FLOW_END has come: a connection of our flow group that n->flow_from has is
 * over. rx, sport and dport are as in a segment received from the peer. */
void tcp_flow_ended(struct net *n, const struct ip_rx *rx, uint16_t sport,
		    uint16_t dport);

/*
 * Move a connection, see MIGRATE in abi.h. The caller holds the leases of up to
 * three elastic threads: where the connection is (from), where it moves (to),
 * and the owner of its flow group, which may be one of them. tcp_move_begin()
 * makes a copy of the connection, tcp_move_end() frees the original and returns
 * the handle of the copy.
 */
/* The owner of a connection's flow group; -EBADF, or -EOPNOTSUPP: it cannot
 * move in its present state. */
int tcp_move_owner(struct net *n, ix_handle_t h);
/* 0; -ENOBUFS: no room at its destination; -EAGAIN: an earlier move that was
 * cut short is not recovered yet. On failure nothing has changed. Received
 * bytes are copied into mbufs of pool. */
int tcp_move_begin(struct net *from, struct net *to, ix_handle_t h,
		   struct rte_mempool *pool);
ix_handle_t tcp_move_end(struct net *from, struct net *to, struct net *owner);

static inline uint64_t sg_bytes(const struct ix_sg *sg, unsigned nsg)
{
	uint64_t total = 0;
	unsigned i;

	for (i = 0; i < nsg; i++)
		total += sg[i].len;
	return total;
}

/*
 * Batched calls, see abi.h. 0, a count, or a negative errno.
 *
 * A handle is valid until CLOSE, REJECT or, before ACCEPT, UNLISTEN of its
 * listener; then calls return -EBADF. CLOSE of a connection that was not
 * accepted is the same as REJECT. After KNOCK every other event of the
 * connection, even DEAD, is held back until ACCEPT.
 */
int tcp_call_connect(struct net *n, struct ix_bsys *b);
int tcp_port_hold(struct net *n, const struct ix_bsys *b);
int tcp_port_free(struct net *n, uint16_t lport);
int tcp_call_listen(struct net *n, struct ix_bsys *b);
int tcp_call_unlisten(struct net *n, ix_handle_t h);
int tcp_call_accept(struct net *n, ix_handle_t h, uint64_t cookie);
int tcp_call_reject(struct net *n, ix_handle_t h);
/* sg was checked and copied by the caller. The memory that it names must stay
 * unchanged until SENT has reported its bytes, or DEAD. */
int64_t tcp_call_sendv(struct net *n, ix_handle_t h, const struct ix_sg *sg,
		       unsigned nsg, uint16_t flags);
int tcp_call_recv_done(struct net *n, ix_handle_t h, uint32_t len);
int tcp_call_shutdown(struct net *n, ix_handle_t h);
int tcp_call_close(struct net *n, ix_handle_t h, uint16_t flags);
/* CLOSE and UNLISTEN every handle that the program left open. */
void tcp_close_all(struct net *n);
int tcp_call_setopt(struct net *n, ix_handle_t h, uint16_t opt, uint32_t value,
		    uint64_t cookie);
int tcp_info(struct net *n, ix_handle_t h, struct ix_conn_info *out);

unsigned tcp_events(struct net *n, struct ix_event *ev, unsigned room,
		    uint32_t *more);
int tcp_events_due(const struct net *n);

/* Send what is due on all connections, once per iteration. SENDV only marks its
 * connection, so that the calls of one round coalesce. */
void tcp_output_pending(struct net *n);

/* Has tcp_output_pending() left something unsent? Then the caller must not
 * sleep. */
uint32_t tcp_pending(const struct net *n);

/* Walk all connections and listeners, for ixcp conns. */
void tcp_for_each(struct net *n,
		  void (*fn)(void *arg, const struct ix_conn_info *info),
		  void *arg);
/* The number of connections with data or a FIN that the peer has not
 * acknowledged. */
uint32_t tcp_lingering(const struct net *n);
/* The number of connections and listeners, without TIME-WAIT and MOVED. */
uint32_t tcp_in_use(const struct net *n);

#endif
