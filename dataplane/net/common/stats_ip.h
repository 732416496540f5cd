/* SPDX-License-Identifier: MIT */
/* stats_ip.h - counters of Ethernet, ARP, IP, ICMP, UDP and the device queue */
#ifndef IX_NET_STATS_IP_H
#define IX_NET_STATS_IP_H

#define NET_STATS_ETH(X)                                                  \
	X(eth_rx, "frames received")                                      \
	X(eth_tx, "frames queued for transmission")                       \
	X(eth_drop_txq, "frames dropped, the queue was full")             \
	X(eth_drop_short, "frames dropped, no Ethernet header or device") \
	X(eth_drop_dst, "frames dropped, sent to another MAC address")    \
	X(eth_drop_type, "frames dropped, neither IPv4 nor ARP")          \
	X(nobuf, "allocations refused, the pool was empty")

#define NET_STATS_FLOW(X)                                          \
	X(flow_tx, "packets handed over to other elastic threads") \
	X(flow_rx, "packets that others have handed over")         \
	X(flow_bounced, "packets handed back, their flow is gone") \
	X(flow_in, "connections that have moved to here")          \
	X(flow_out, "connections that have moved away")            \
	X(flow_drop_full, "packets dropped, the other one is behind")

#define NET_STATS_ARP(X)                                                      \
	X(arp_rx, "ARP packets received")                                     \
	X(arp_tx, "ARP packets sent")                                         \
	X(arp_drop_short, "ARP packets dropped, shorter than RFC 826 wants")  \
	X(arp_drop_format, "ARP packets dropped, not IPv4 over Ethernet")     \
	X(arp_drop_sender, "ARP packets dropped, sender cannot be a host")    \
	X(arp_conflict,                                                       \
	  "ARP packets by which another host claims our address")             \
	X(arp_ignored,                                                        \
	  "ARP packets that ask for others or tell nothing asked")            \
	X(arp_learned, "neighbours learnt or changed")                        \
	X(arp_evicted, "neighbours replaced, the table was full")             \
	X(arp_full, "neighbours not learnt, all entries are in use")          \
	X(arp_busy, "neighbours not updated, another thread was writing")     \
	X(arp_probe, "stale neighbours asked again by unicast")               \
	X(arp_limited, "requests not sent, strangers caused too many")        \
	X(arp_failed, "neighbours that did not answer three requests")        \
	X(arp_drop_queue, "packets dropped, too many waited for a neighbour") \
	X(arp_wait_evicted, "neighbours given up unresolved, for others")     \
	X(arp_drop_waits, "packets dropped, their neighbour was given up")    \
	X(arp_drop_failed, "packets dropped, their neighbour did not answer")

#define NET_STATS_IP4(X)                                                    \
	X(ip_rx, "IPv4 packets received")                                   \
	X(ip_tx, "IPv4 packets sent")                                       \
	X(ip_loop, "IPv4 packets sent to our own addresses")                \
	X(ip_drop_short, "packets dropped, no whole IPv4 header")           \
	X(ip_drop_version, "packets dropped, version is not 4")             \
	X(ip_drop_hlen, "packets dropped, header length impossible")        \
	X(ip_drop_len, "packets dropped, longer than their frame")          \
	X(ip_drop_cksum, "packets dropped, header checksum wrong")          \
	X(ip_drop_src, "packets dropped, source cannot be a peer")          \
	X(ip_drop_dst, "packets dropped, destination is not ours")          \
	X(ip_drop_l4_cksum, "packets dropped, TCP or UDP checksum wrong")   \
	X(ip_drop_l4_short,                                                 \
	  "packets dropped, no whole TCP, UDP or ICMP header")              \
	X(ip_drop_proto, "packets dropped, protocol unknown")               \
	X(ip_drop_bcast, "packets dropped, protocol forbids broadcast")     \
	X(ip_drop_loop, "packets to ourselves dropped, queue full")         \
	X(ip_drop_mtu, "packets refused, larger than the MTU")              \
	X(ip_drop_noroute, "packets refused, no route")                     \
	X(ip_fragmented, "datagrams sent in fragments")                     \
	X(ip_fragments_tx, "fragments sent")                                \
	X(ip_fragments_rx, "fragments received")                            \
	X(ip_reassembled, "datagrams reassembled")                          \
	X(ip_frag_timeout, "datagrams dropped, fragments missing for 30 s") \
	X(ip_frag_evicted, "datagrams dropped, too many in reassembly")     \
	X(ip_frag_duplicate, "fragments dropped, received before")          \
	X(ip_frag_overlap, "datagrams dropped, fragments overlap")          \
	X(ip_frag_bad,                                                      \
	  "datagrams dropped, fragments contradict or exceed 64 KB")        \
	X(ip_frag_pieces, "datagrams dropped, in too many fragments")

#define NET_STATS_ICMP(X)                                                   \
	X(icmp_rx, "ICMP messages received")                                \
	X(icmp_echo, "echo requests answered")                              \
	X(icmp_drop_cksum, "ICMP messages dropped, checksum wrong")         \
	X(icmp_drop_bcast, "echo requests to a broadcast address, ignored") \
	X(icmp_drop_type, "ICMP messages of a type that we ignore")         \
	X(icmp_drop_quote, "ICMP errors dropped, quote no packet of ours")  \
	X(icmp_errors_rx, "ICMP errors handed to TCP or UDP")               \
	X(icmp_errors_tx, "ICMP errors sent")                               \
	X(icmp_error_silent, "ICMP errors not sent, RFC 1122 forbids it")   \
	X(icmp_error_limited, "ICMP errors not sent, rate limit")

#define NET_STATS_UDP(X)                                                   \
	X(udp_rx, "datagrams received")                                    \
	X(udp_tx, "datagrams sent")                                        \
	X(udp_drop_len, "datagrams dropped, length field wrong")           \
	X(udp_drop_port, "datagrams dropped, nobody listens")              \
	X(udp_drop_rcvbuf, "datagrams dropped, receive buffer full")       \
	X(udp_drop_held, "datagrams dropped, ports hold too many packets") \
	X(udp_tx_again, "datagrams refused, no room to transmit")          \
	X(udp_errors, "errors reported to a port")                         \
	X(udp_errors_lost, "errors dropped, no port or one pending")

#define NET_STATS_IP(X)   \
	NET_STATS_ETH(X)  \
	NET_STATS_ARP(X)  \
	NET_STATS_IP4(X)  \
	NET_STATS_ICMP(X) \
	NET_STATS_UDP(X)  \
	NET_STATS_FLOW(X)

#endif
