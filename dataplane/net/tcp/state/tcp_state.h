/* SPDX-License-Identifier: MIT */
/*
 * tcp_state.h - the states of a connection
 */
#ifndef IX_NET_TCP_STATE_H
#define IX_NET_TCP_STATE_H

/* The states of RFC 9293 3.3.2, and FREE and MOVED. Values up to CLOSING are
 * those of <netinet/tcp.h>. X(enumerator, value, name shown, meaning). */
#define TCP_STATE_LIST(X)                                                  \
	X(FREE, 0, "?", "not in use")                                      \
	X(ESTABLISHED, 1, "ESTABLISHED", "open")                           \
	X(SYN_SENT, 2, "SYN-SENT", "own SYN sent")                         \
	X(SYN_RCVD, 3, "SYN-RECEIVED",                                     \
	  "both SYNs seen, ours not acknowledged")                         \
	X(FIN_WAIT_1, 4, "FIN-WAIT-1", "own FIN sent")                     \
	X(FIN_WAIT_2, 5, "FIN-WAIT-2", "own FIN acknowledged")             \
	X(TIME_WAIT, 6, "TIME-WAIT",                                       \
	  "both FINs acknowledged, old segments die out")                  \
	X(CLOSED, 7, "CLOSED",                                             \
	  "over; the program has not been told or owes bytes")             \
	X(CLOSE_WAIT, 8, "CLOSE-WAIT", "peer's FIN received")              \
	X(LAST_ACK, 9, "LAST-ACK", "peer's FIN received, own FIN sent")    \
	X(LISTEN, 10, "LISTEN", "listener")                                \
	X(CLOSING, 11, "CLOSING", "both FINs sent, ours not acknowledged") \
	X(MOVED, 12, "MOVED", "another elastic thread has it: moved_to")

enum tcp_state {
#define X(name, value, shown, text) TCPS_##name = (value),
	TCP_STATE_LIST(X)
#undef X
};

#endif
