/* SPDX-License-Identifier: MIT */
/*
 * ip_output.h - the way out for every protocol above IP
 */
#ifndef IX_NET_IP_OUTPUT_H
#define IX_NET_IP_OUTPUT_H

#include "net/common/ip_packet.h"

/* flags of ip_output() */
#define IP_OUT_DF 0x1	    /* set DF; larger than the MTU is -EMSGSIZE */
#define IP_OUT_WHOLE 0x2    /* the latter alone */
#define IP_OUT_DEV_MTU 0x4  /* the device's MTU, whatever the path's */
#define IP_OUT_NO_CKSUM 0x8 /* of L4 */

/*
 * Prepend IP and Ethernet headers and queue. m's data begins at the L4
 * header, whose checksum field is 0: the checksum is computed here or by the
 * device. Larger than the MTU: fragmented, unless the flags say else, or,
 * with RTE_MBUF_F_TX_TCP_SEG, l4_len and tso_segsz, cut into segments by the
 * device (net_dev.tso_max).
 * Takes m over in every case. 0, or -ENETUNREACH, -EHOSTUNREACH, -ENOBUFS.
 * A frame whose next hop is being resolved counts as sent.
 */
int ip_output(struct net *n, struct rte_mbuf *m, struct ip_path *p,
	      uint8_t proto, unsigned flags);

#endif
