/* SPDX-License-Identifier: MIT */
/* stats_tcp.h - counters of TCP */
#ifndef IX_NET_STATS_TCP_H
#define IX_NET_STATS_TCP_H

#define NET_STATS_TCP(X)                                                      \
	X(tcp_rx, "segments received")                                        \
	X(tcp_tx, "segments sent")                                            \
	X(tcp_rx_bytes, "payload bytes accepted in order")                    \
	X(tcp_tx_bytes, "payload bytes sent, retransmissions included")       \
	X(tcp_tso, "packets sent that the device cuts into segments")         \
	X(tcp_gro, "packets received that hold several segments")             \
	X(tcp_fast, "segments received that took the fast path")              \
	X(tcp_active_open, "connections opened by the program")               \
	X(tcp_passive_open, "connections opened by peers")                    \
	X(tcp_syncookie_sent, "SYNs answered by a cookie, without a state")   \
	X(tcp_syncookie_ok, "connections opened by a SYN cookie")             \
	X(tcp_syncookie_bad, "acknowledgements that are of no SYN cookie")    \
	X(tcp_syncookie_bad_ts, "SYN cookies refused, timestamp not ours")    \
	X(tcp_syn_evicted, "half-open connections that yielded their place")  \
	X(tcp_established, "connections that reached ESTABLISHED")            \
	X(tcp_reset_in, "connections ended by a peer's reset")                \
	X(tcp_reset_out, "resets sent")                                       \
	X(tcp_reset_unread, "connections reset, closed with unread bytes")    \
	X(tcp_reset_orphan, "connections reset, bytes came after close")      \
	X(tcp_abort, "connections reset by the program")                      \
	X(tcp_timeout, "connections ended, the peer did not answer")          \
	X(tcp_timeout_keepalive, "connections ended by keepalive")            \
	X(tcp_timeout_user, "connections ended by the user timeout")          \
	X(tcp_timeout_finwait2, "closed connections, the peer sent no FIN")   \
	X(tcp_err_hard, "connections ended by an ICMP or neighbour error")    \
	X(tcp_err_soft, "ICMP errors kept as the reason of a later timeout")  \
	X(tcp_err_stray, "ICMP errors about no segment in flight")            \
	X(tcp_pmtu, "segment sizes lowered for the path's MTU")               \
	X(tcp_rtx, "segments retransmitted")                                  \
	X(tcp_rtx_bytes, "payload bytes retransmitted")                       \
	X(tcp_rto, "retransmission timeouts")                                 \
	X(tcp_rtx_syn, "SYN segments retransmitted")                          \
	X(tcp_fast_recovery, "fast recoveries entered")                       \
	X(tcp_tlp, "tail loss probes sent")                                   \
	X(tcp_tlp_loss, "tail loss probes that repaired a loss")              \
	X(tcp_sack_reneged, "scoreboards dropped, the peer reneged")          \
	X(tcp_sack_full, "SACK blocks ignored, the scoreboard was full")      \
	X(tcp_sack_bad, "SACK blocks ignored, out of range")                  \
	X(tcp_sack_dup, "duplicate SACKs received")                           \
	X(tcp_dupack, "duplicate acknowledgements received")                  \
	X(tcp_persist, "zero-window probes sent")                             \
	X(tcp_keepalive, "keepalive probes sent")                             \
	X(tcp_challenge, "challenge acknowledgements sent")                   \
	X(tcp_challenge_limited, "challenge acknowledgements not sent, rate") \
	X(tcp_delack, "acknowledgements sent by the delay timer")             \
	X(tcp_ooo, "segments queued out of order")                            \
	X(tcp_ooo_pruned, "times that out-of-order bytes were forgotten")     \
	X(tcp_ooo_pruned_bytes, "out-of-order bytes forgotten")               \
	X(tcp_coalesced, "small segments copied into the last buffer")        \
	X(tcp_tw, "connections that entered TIME-WAIT")                       \
	X(tcp_tw_reused, "TIME-WAIT ended early by a new connection")         \
	X(tcp_tw_recycled, "TIME-WAIT ended early, connections ran out")      \
	X(tcp_drop_short, "segments dropped, shorter than their header")      \
	X(tcp_drop_noport, "segments for no connection, answered by reset")   \
	X(tcp_drop_noport_rst, "resets dropped, for no connection")           \
	X(tcp_drop_listen, "segments dropped in LISTEN, no mere SYN nor ACK") \
	X(tcp_drop_backlog, "SYNs dropped, too many await accept")            \
	X(tcp_drop_backlog_ack, "handshakes held, too many await accept")     \
	X(tcp_deferred, "handshakes held, TCP_DEFER_ACCEPT and no bytes")     \
	X(tcp_drop_nopcb, "SYNs dropped, connections ran out")                \
	X(tcp_drop_paws, "segments dropped, timestamp too old")               \
	X(tcp_drop_guard, "segments dropped, the socket does not take them")  \
	X(tcp_drop_seq, "segments dropped, outside the window")               \
	X(tcp_drop_rst_seq, "resets dropped, not the next sequence number")   \
	X(tcp_drop_syn, "SYNs inside a connection dropped")                   \
	X(tcp_drop_noack, "segments dropped, no ACK flag")                    \
	X(tcp_drop_ack_unsent, "segments dropped, they acknowledge unsent")   \
	X(tcp_drop_ack_old, "segments dropped, they acknowledge too old")     \
	X(tcp_drop_synsent, "segments dropped in SYN-SENT")                   \
	X(tcp_drop_dup, "segments dropped, bytes received before")            \
	X(tcp_drop_state, "bytes dropped, the peer had sent its FIN")         \
	X(tcp_drop_mem, "bytes dropped, buffers are short")                   \
	X(tcp_drop_ooo_full, "out-of-order bytes dropped, the queue is full") \
	X(tcp_no_sq, "SENDV cut short, the pool of pieces was empty")         \
	X(tcp_no_pcb, "CONNECT refused, connections ran out")                 \
	X(tcp_no_port, "CONNECT refused, ports ran out")                      \
	X(tcp_no_route, "segments not sent, no route or neighbour")           \
	X(tcp_no_mbuf, "segments not built, the pool was empty")              \
	X(tcp_no_sb, "SACK blocks ignored, scoreboards ran out")              \
	X(tcp_bad_handle, "calls refused, the handle is stale")

#endif
