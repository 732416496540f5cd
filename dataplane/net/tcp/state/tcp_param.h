/* SPDX-License-Identifier: MIT */
/* tcp_param.h - constants of TCP, and where they come from */
#ifndef IX_NET_TCP_PARAM_H
#define IX_NET_TCP_PARAM_H

#define TCP_HDR 20
#define TCP_TS_LEN 12	    /* timestamps option and two NOPs */
#define TCP_MSS_DEFAULT 536 /* RFC 9293 3.7.1 */
#define TCP_MSS_MIN 64	    /* a smaller announced MSS is raised to this */
#define TCP_PMTU_MIN 552    /* as Linux ip_rt_min_pmtu */
#define TCP_RCVBUF (64u << 10)
#define TCP_RCVBUF_MAX (1u << 20) /* bytes, bound of automatic growth */
#define TCP_SNDBUF (1u << 20)
#define TCP_SNDBUF_MAX (4u << 20) /* bytes, bound of automatic growth */
#define TCP_CLAMP_MIN 1152u	  /* as Linux SOCK_MIN_RCVBUF / 2 */
#define TCP_BUF_MIN 2048u
#define TCP_TSO_MSS_MIN 256 /* TSO is used for an MSS in this range only */
#define TCP_TSO_MSS_MAX 9216
#define TCP_BUF_LIMIT (7u << 20) /* bytes that SETOPT may set: fits the scale */
#define TCP_WSCALE 7		 /* window scale that we announce */
#define TCP_COALESCE_SEGS 8	 /* mbufs queued before small ones are merged */
#define TCP_TRUE_SIZE 3	 /* mbuf memory of a queue / bytes in it, at most */
#define TCP_POOL_SHARE 8 /* one connection gets 1/8 of the mbufs left */
#define TCP_QUICKACKS 16 /* bound of pcb.quickacks, as Linux */
#define TCP_SYN_RETRIES 6
#define TCP_SYNACK_RETRIES 5
#define TCP_SYNACK_RETRIES_MANY 1 /* while many connections are half-open */
#define TCP_RETRIES2 15
#define TCP_ORPHAN_RETRIES 8
#define TCP_HALF_OPEN_MIN 128 /* allowed however small the backlog is */
#define TCP_DUPTHRESH 3
#define TCP_IW_SEGS 10 /* RFC 6928 */
#define TCP_IW_BYTES 14600u
#define TCP_CWND_MAX (1u << 30)

#define TCP_US_PER_S 1000000u
#define TCP_RTO_INIT TCP_US_PER_S
#define TCP_SYN_AGAIN_US 2000u /* SYN again after a RST for a stale ACK */
#define TCP_RTO_FALLBACK (3 * TCP_US_PER_S) /* RFC 6298 5.7 */
#define TCP_RTO_MIN 200000u
#define TCP_RTO_MAX (120 * TCP_US_PER_S)
#define TCP_DELACK_US 40000u	  /* initial and least delay of an ACK */
#define TCP_DELACK_MAX_US 200000u /* greatest delay of an ACK */
#define TCP_CORK_US 200000u
#define TCP_CHALLENGE_US 500000u
#define TCP_TIME_WAIT_US (60u * TCP_US_PER_S) /* 2 MSL, as Linux */
#define TCP_FIN_TIMEOUT_S 60
#define TCP_KEEPIDLE_S 7200
#define TCP_KEEPINTVL_S 75
#define TCP_KEEPCNT 9
#define TCP_PAWS_IDLE_S (24 * 86400) /* RFC 7323 5.5 */

#endif
