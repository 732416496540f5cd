/* SPDX-License-Identifier: MIT */
/*
 * ip_output.h - the way out for every protocol above IP
 */
#ifndef IX_NET_IP_OUTPUT_H
#define IX_NET_IP_OUTPUT_H

#include "net/common/ip_packet.h"

/* flags of ip_output() */
#define IP_OUT_DF 0x1	    /* set DF; above the MTU: -EMSGSIZE */
#define IP_OUT_WHOLE 0x2    /* do not set DF; above the MTU: -EMSGSIZE */
#define IP_OUT_DEV_MTU 0x4  /* the device's MTU counts, not the path's */
#define IP_OUT_NO_CKSUM 0x8 /* leave the L4 checksum 0 */

/*
 * Prepend IP and Ethernet headers and queue the frame. m's data begins at the
 * L4 header, whose checksum field is 0: the checksum is computed here or by the
 * device. A packet above the MTU is fragmented unless flags forbid it. One with
 * RTE_MBUF_F_TX_TCP_SEG, l4_len and tso_segsz is cut into segments by the
 * device and may have net_dev.tso_max bytes of payload. Takes m over in every
 * case. Returns 0, -ENETUNREACH (no route), -EINVAL (p->src is not ours),
 * -EMSGSIZE, or -ENOBUFS. A packet that waits for its next hop to be resolved
 * counts as sent.
 */
int ip_output(struct net *n, struct rte_mbuf *m, struct ip_path *p,
	      uint8_t proto, unsigned flags);

#endif
