/* SPDX-License-Identifier: MIT */
/*
 * tcp.h - TCP as the rest of the dataplane sees it (RFC 9293)
 */
#ifndef IX_NET_TCP_H
#define IX_NET_TCP_H

#include "net/common/ip_packet.h"

struct arena; /* mem/arena.h */

/* Arena bytes that tcp_init() takes; they are touched when used only. */
size_t tcp_arena_size(uint32_t max_conns, uint32_t max_listeners);
/* 0, -EINVAL (max_conns) or -ENOMEM */
int tcp_init(struct net *n, struct arena *a, uint32_t max_conns,
	     uint32_t max_listeners);
void tcp_fini(struct net *n);

/* See net_recover(), after which, and the rebuilding of the pools, it comes. */
void tcp_recover(struct net *n);

/* Device dev is gone for good: connections through it end with ETIMEDOUT, those
 * that are being opened with ENETDOWN; CONNECT gives that from now on. */
void tcp_link_down(struct net *n, unsigned dev);

/* m's data begins at the TCP header, checksum verified. Takes m over. */
void tcp_input(struct net *n, struct rte_mbuf *m, const struct ip_rx *rx);
void tcp_error(struct net *n, const struct ip_error *e);

/* The elastic thread that knows the connection, this one where none does. */
uint32_t tcp_where(struct net *n, const struct ix_addr *lip, uint16_t lport,
		   const struct ix_addr *rip, uint16_t rport);
/* A connection that moved from here to n->flow_from has ended; as it arrives. */
void tcp_flow_ended(struct net *n, const struct ip_rx *rx, uint16_t sport,
		    uint16_t dport);

/*
 * Move a connection, see MIGRATE in abi.h. The caller holds the three: where
 * it is, where it shall be, and whose flow group it is in, which may be one of
 * them. First tcp_move_begin() copies what it has, then tcp_move_end() gives
 * up what it had and returns the new handle.
 */
/* The owner of a connection's flow group; -EBADF, -EOPNOTSUPP (no state in
 * which it can move). */
int tcp_move_owner(struct net *n, ix_handle_t h);
/* 0, or -ENOBUFS, -EAGAIN: nothing has changed. pool: of received bytes. */
int tcp_move_begin(struct net *from, struct net *to, ix_handle_t h,
		   struct rte_mempool *pool);
ix_handle_t tcp_move_end(struct net *from, struct net *to, struct net *owner);

/*
 * Batched calls, see abi.h. 0, a count, or a negative errno.
 *
 * A handle ends with CLOSE, REJECT or UNLISTEN (of its listener, while not
 * accepted); CLOSE of a connection that was not accepted is REJECT. A handle
 * that has ended is -EBADF. After KNOCK every other event of the connection,
 * DEAD too, waits for ACCEPT.
 */
int tcp_call_connect(struct net *n, struct ix_bsys *b);
int tcp_port_hold(struct net *n, const struct ix_bsys *b);
int tcp_port_free(struct net *n, uint16_t lport);
int tcp_call_listen(struct net *n, struct ix_bsys *b);
int tcp_call_unlisten(struct net *n, ix_handle_t h);
int tcp_call_accept(struct net *n, ix_handle_t h, uint64_t cookie);
int tcp_call_reject(struct net *n, ix_handle_t h);
/* sg was checked and copied by the caller; the memory it names stays put */
int64_t tcp_call_sendv(struct net *n, ix_handle_t h, const struct ix_sg *sg,
		       unsigned nsg, uint16_t flags);
int tcp_call_recv_done(struct net *n, ix_handle_t h, uint32_t len);
int tcp_call_shutdown(struct net *n, ix_handle_t h);
int tcp_call_close(struct net *n, ix_handle_t h, uint16_t flags);
/* CLOSE and UNLISTEN for all that a program left open. */
void tcp_close_all(struct net *n);
int tcp_call_setopt(struct net *n, ix_handle_t h, uint16_t opt, uint32_t value,
		    uint64_t cookie);
int tcp_info(struct net *n, ix_handle_t h, struct ix_conn_info *out);

unsigned tcp_events(struct net *n, struct ix_event *ev, unsigned room,
		    uint32_t *more);
int tcp_events_due(const struct net *n);

/* Send what earlier calls left to send, once per iteration (sendv only marks
 * the connection, so that calls of one round coalesce). */
void tcp_output_pending(struct net *n);

/* Is something left that tcp_output_pending() could not send? Then the
 * caller must not sleep. */
uint32_t tcp_pending(const struct net *n);

/* Walk all connections and listeners, for ixcp conns. */
void tcp_for_each(struct net *n,
		  void (*fn)(void *arg, const struct ix_conn_info *info),
		  void *arg);
/* Pcbs that still have something to deliver to their peer. */
uint32_t tcp_lingering(const struct net *n);
/* Connections and listeners, TIME-WAIT and those that have moved aside. */
uint32_t tcp_in_use(const struct net *n);

#endif
