/* SPDX-License-Identifier: MIT */
/*
 * tcp_pcb.h - the protocol control block of a connection
 *
 * It lies in the arena, which every process of the instance maps at the same
 * address, so pointers in it are valid in all of them.
 */
#ifndef IX_NET_TCP_PCB_H
#define IX_NET_TCP_PCB_H

#include "net/common/ip_packet.h"
#include "net/tcp/state/tcp_mchain.h"
#include "net/tcp/state/tcp_param.h"
#include "net/tcp/state/tcp_pool.h"
#include "net/tcp/state/tcp_seq.h"
#include "net/tcp/state/tcp_state.h"
#include "net/tcp/tcp.h"

/* a state in a mask of several: see tcp_in() */
#define TCPS_BIT(name) (1u << TCPS_##name)

/* states in which the peer may still send */
#define TCPS_CAN_RCV \
	(TCPS_BIT(ESTABLISHED) | TCPS_BIT(FIN_WAIT_1) | TCPS_BIT(FIN_WAIT_2))
/* states in which the program may still send */
#define TCPS_CAN_SND (TCPS_BIT(ESTABLISHED) | TCPS_BIT(CLOSE_WAIT))
/* states in which bytes or a FIN of ours may be unacknowledged */
#define TCPS_SENDING                                               \
	(TCPS_CAN_SND | TCPS_BIT(FIN_WAIT_1) | TCPS_BIT(CLOSING) | \
	 TCPS_BIT(LAST_ACK))
#define TCPS_HANDSHAKE (TCPS_BIT(SYN_SENT) | TCPS_BIT(SYN_RCVD))

enum {
	/* header options in use */
	TF_TS = 1 << 0,
	TF_SACK = 1 << 1,
	TF_WS = 1 << 2,
	/* what is to be sent */
	TF_ACKNOW = 1 << 3, /* an acknowledgement, in this round */
	TF_DELACK = 1 << 4, /* an acknowledgement, when TD_DELACK is over */
	TF_SYNNOW = 1 << 5, /* a SYN or SYN-ACK, first or retransmitted */
	TF_FIN = 1 << 6,    /* a FIN after the bytes in the send queue */
	TF_FIN_SENT = 1 << 7,
	TF_FIN_ACKED = 1 << 8,
	TF_MORE = 1 << 9,   /* the last SENDV had IX_SENDV_MORE */
	TF_FORCE = 1 << 10, /* a short segment may go: end of cork, persist */
	/* what the program did and knows */
	TF_PASSIVE = 1 << 11,  /* opened by the peer */
	TF_ACCEPTED = 1 << 12, /* opened by us, or ACCEPT was called */
	TF_CLOSED = 1 << 13,   /* CLOSE was called */
	TF_DEAD = 1 << 14,     /* DEAD, or a failed CONNECTED, was raised */
	TF_TOLD = 1u << 26,    /* that event was delivered */
	/* the lists and tables that it is in */
	TF_HASHED = 1 << 15,
	TF_READY = 1 << 16,
	TF_OUT = 1 << 17,
	TF_LINGER = 1 << 18, /* counted in struct tcp.lingering */
	/* receive side */
	TF_RCV_FIN = 1 << 19, /* the peer's FIN is next or was processed */
	TF_FIN_OOO = 1 << 20, /* the peer's FIN, at rcv_fin, is out of order */
	TF_DSACK = 1 << 21,   /* dsack_start, dsack_end are to be reported */
	/* send side */
	TF_RTT = 1 << 22,      /* rtt_seq is being timed */
	TF_CWND_LIM = 1 << 23, /* cwnd held output back */
	TF_TLP = 1 << 24,      /* a tail loss probe is out, up to tlp_end */
	TF_SYN_RTX = 1 << 25,  /* the SYN was retransmitted */
	/* another elastic thread owns its flow group and hands segments over */
	TF_AWAY = 1 << 27,
	/* our initial sequence number is a SYN cookie */
	TF_SYNCOOKIE = 1 << 28,
	/* our SYN-ACK is acknowledged, but it stays half-open: the backlog is
	 * full, or the listener waits for data (TCP_DEFER_ACCEPT) */
	TF_SYN_ACKED = 1 << 29,
	/* segments are filtered or paced: see tcp_guard.c */
	TF_GUARDED = 1 << 30,
	/* URG_SND or URG_RCV: see tcp_urg.h */
	TF_URGENT = 1u << 31,
};

/* event conditions to deliver; RECV is implied by rcv_undelivered > 0 */
enum {
	TE_KNOCK = 1 << 0,
	TE_CONNECTED = 1 << 1,
	TE_SENT = 1 << 2,
	TE_EOF = 1 << 3,
	TE_DEAD = 1 << 4,
	TE_URG = 1 << 5,
};

/* Delayed acknowledgement: what has come since the last acknowledgement, and
 * ACK_PINGPONG, which is not cleared when one is sent. See tcp_delack.c. */
enum {
	ACK_PUSHED = 1 << 0,   /* the end of a write of the peer */
	ACK_PUSHED2 = 1 << 1,  /* the end of a second one */
	ACK_PINGPONG = 1 << 2, /* the program answers: ACKs wait for its data */
};

enum tcp_deadline {
	TD_RTX,	   /* retransmission, tail loss probe or persist: rtx_mode */
	TD_DELACK, /* delayed acknowledgement */
	TD_KEEP,   /* keepalive; end of FIN-WAIT-2 */
	TD_CORK,   /* a short segment is held no longer; pacing: may send */
	TD_MAX
};

enum tcp_rtx_mode { RTX_RTO, RTX_TLP, RTX_PERSIST };
enum tcp_ca_state { CA_OPEN, CA_RECOVERY, CA_LOSS };

/* Settings of SETOPT. Connections inherit those of their listener. */
enum {
	CONF_NODELAY = 1 << 0,
	CONF_CORK = 1 << 1,
	CONF_KEEPALIVE = 1 << 2,
	CONF_RCVBUF = 1 << 3,  /* rcvbuf was set */
	CONF_SNDBUF = 1 << 4,  /* sndbuf was set */
	CONF_NOTSENT = 1 << 5, /* notsent was set */
};
struct tcp_conf {
	/* read for many segments */
	uint32_t rcvbuf, sndbuf; /* bytes; auto-tuned unless CONF_*BUF */
	uint8_t flags;		 /* CONF_* */
	uint8_t cc;		 /* enum ix_cc */
	uint8_t ttl, tos;
	/* read seldom */
	uint32_t user_timeout;	      /* ms; 0: none */
	uint16_t keepidle, keepintvl; /* seconds */
	uint16_t linger2;	      /* seconds; 0: TCP_FIN_TIMEOUT_S */
	uint16_t maxseg;	      /* bytes; 0: no bound of the MSS */
	uint32_t notsent;	      /* bytes, where CONF_NOTSENT */
	uint32_t clamp;		      /* bound of rcvbuf, bytes; 0: none */
	uint32_t pacing; /* bytes per second; UINT32_MAX: no bound */
	uint8_t syncnt;	 /* SYN retries; 0: TCP_SYN_RETRIES */
	uint8_t min_ttl, scope, mute; /* not 0: TF_GUARDED */
	uint8_t keepcnt;
};

/* A piece of program memory in a send queue. */
struct tcp_piece {
	uint32_t next; /* index + 1; 0: it is the last */
	uint32_t len;  /* bytes */
	uint64_t base; /* address */
};

/* The piece of the send queue that was used last, to find the next one fast:
 * one cursor for new data, one for retransmissions. */
struct tcp_cursor {
	uint32_t piece; /* index + 1; 0: not known */
	uint32_t seq;	/* sequence number of the piece's first byte */
};
enum { CUR_NEW, CUR_RTX, CUR_MAX };

/* Bytes received out of order: runs without a hole, sorted (RFC 2018). */
#define TCP_OOO_RUNS 64
struct tcp_run {
	uint32_t start, end;
	struct mchain c;
};
struct tcp_ooo {
	uint32_t nruns;
	uint32_t segs;	    /* mbufs in all runs */
	uint32_t recent[4]; /* a sequence number in each of the runs that grew
			     * last, the latest first */
	struct tcp_run run[TCP_OOO_RUNS];
};

/* The RFC 6675 scoreboard: ranges above snd_una that the peer has SACKed. */
#define TCP_SB_RANGES 64
struct tcp_range {
	uint32_t start, end;
};
struct tcp_sb {
	uint32_t n;			   /* ranges */
	uint32_t bytes;			   /* in all ranges */
	struct tcp_range r[TCP_SB_RANGES]; /* sorted, disjoint */
};

struct tcp_listener; /* tcp_stack.h */

/* Doubly linked lists of pcbs; links are index + 1, 0: none. */
enum tcp_which {
	TL_READY, /* struct tcp.ready */
	TL_OUT,	  /* struct tcp.out */
	TL_LINK,  /* struct tcp.tw or .syns, or struct tcp_listener.queue */
	TL_MAX
};
struct tcp_list {
	uint32_t first, last;
};
struct tcp_links {
	uint32_t next, prev;
};

/* Sequence numbers of urgent data, see tcp_urg.h. Few connections have any, so
 * they lie beside the pcbs. */
struct tcp_marks {
	uint32_t snd_up; /* SND.UP: that after our last urgent byte */
	uint32_t rcv_up; /* the peer's newest urgent byte */
	/* marks that newer ones replaced before the program was told of them:
	 * run urgent bytes in sequence, of which old is the first */
	uint32_t old;
	uint32_t run;
};

#define TCP_CC_PRIV 40 /* bytes that a congestion control module has in a pcb */

struct tcp_pcb {
	/* four-tuple and path, for lookup and output */
	struct ip_path path; /* src: own address, dst: peer's */
	uint16_t lport, rport;
	uint32_t hash_next; /* next of the hash chain: index + 1 */

	/* used for every segment */
	uint32_t gen;	  /* generation, part of the handle; never 0 in use */
	uint32_t flags;	  /* TF_* */
	uint8_t state;	  /* enum tcp_state */
	uint8_t ca_state; /* enum tcp_ca_state */
	uint8_t ev;	  /* TE_* */
	uint8_t snd_wscale, rcv_wscale;
	uint8_t quickacks; /* acknowledgements still to be sent without delay */
	uint8_t dupacks;   /* duplicate ACKs in a row, if there is no SACK */
	uint8_t lip;	   /* own address, as struct ip_rx.local */
	uint32_t snd_una, snd_nxt;
	uint32_t snd_wnd, snd_wl1, snd_wl2;
	uint32_t rcv_nxt;
	uint32_t rcv_adv;	/* right edge of the window last advertised */
	uint32_t last_ack_sent; /* Last.ACK.sent of RFC 7323 */
	uint32_t ts_recent;
	uint32_t cwnd;	  /* bytes */
	uint16_t mss;	  /* payload of our largest segment, options deducted */
	uint16_t rcv_mss; /* payload of the peer's largest segment */
	uint16_t snd_max; /* payload of our largest packet: mss, or a multiple
			   * where the device cuts it into segments */
	uint8_t ato;	  /* ticks that an acknowledgement may be delayed; 0: no
			   * data has come yet */
	uint8_t ackf;	  /* ACK_* */

	/* timers: one in the timing wheel for all deadlines */
	struct timer timer;
	uint32_t deadline[TD_MAX]; /* ticks; 0: off */
	uint32_t rto_us;
	uint32_t last_rcv; /* tick of the last segment from the peer */
	/* what TD_RTX is for (enum tcp_rtx_mode), and time-outs in a row, by
	 * which the RTO is shifted */
	uint8_t rtx_mode, backoff;
	uint8_t keep_probes; /* keepalive or zero-window, not answered */
	uint8_t soft_err;    /* errno of an ICMP error, told at a time-out */
	uint32_t ts_off;     /* our timestamps are tcp_tick() plus this */

	/* send queue: program memory */
	uint32_t sq_head, sq_tail; /* pieces: index + 1 */
	uint32_t sq_off;	   /* bytes of sq_head that are acknowledged */
	uint32_t sq_len;	   /* bytes queued, sent or not */
	uint32_t sq_seq;	   /* sequence number of the first byte */
	struct tcp_cursor cur[CUR_MAX];
	uint32_t sent_bytes; /* acknowledged, not yet reported by SENT */
	uint32_t max_wnd;    /* largest snd_wnd seen */
	uint32_t ssthresh;
	uint32_t last_snd;  /* tick of the last data segment */
	uint32_t una_since; /* tick since when snd_una has not moved, or since
			     * when it is in TIME-WAIT */
	uint32_t snd_sml; /* end of the last short segment (Minshall's Nagle) */
	uint32_t rtt_seq; /* end of the segment that is being timed */

	/* receive queue */
	struct mchain rcv;	    /* received in order and not given back */
	struct rte_mbuf *rcv_deliv; /* mbuf of the next bytes to deliver */
	uint32_t rcv_deliv_off;	    /* bytes of rcv_deliv delivered */
	uint32_t rcv_undelivered;   /* bytes not delivered to the program */
	uint32_t rcv_done_off;	    /* bytes of rcv.head given back */
	uint32_t tune_tick;	    /* start of a round of buffer growth */
	struct tcp_ooo *ooo;	    /* NULL: no bytes out of order */
	uint32_t rcv_fin;	    /* sequence number of the peer's FIN */
	uint32_t tune_bytes;	    /* bytes given back since tune_tick */

	/* lists, and what the program calls the connection */
	struct tcp_links links[TL_MAX];
	uint64_t cookie;
	struct tcp_listener *listener; /* while not accepted, else NULL */

	/* round-trip time and congestion control */
	uint32_t rtt_start;		 /* units of 1024 ns */
	uint32_t srtt, rttvar;		 /* us times 8, us times 4 */
	uint32_t rtt_acked;		 /* bytes_acked at rtt_start */
	uint32_t dsack_start, dsack_end; /* range received twice (RFC 2883) */
	uint16_t err;			 /* errno of CONNECTED or DEAD */
	uint16_t peer_mss;		 /* the MSS that the peer announced */
	uint8_t moved_to; /* in MOVED: elastic thread of the connection */
	uint8_t share;	  /* IX_SHARE_*: PORT_HOLDs that its port allows */
	uint8_t urg;	  /* URG_*: see tcp_urg.h */
	uint8_t urg_byte; /* the urgent byte, with URG_BYTE */

	/* recovery, settings, statistics */
	struct tcp_sb *sb;
	uint32_t recover; /* RFC 6582, RFC 6675 RecoveryPoint */
	uint32_t rtx_nxt; /* HighRxt: retransmitted up to here */
	uint32_t lost;	  /* bytes below it that are not SACKed are lost */
	/* RFC 6937 prr_delivered, prr_out, RecoverFS */
	uint32_t prr_delivered, prr_out, prr_flight;
	uint32_t tlp_end;	 /* snd_nxt when the tail loss probe was sent */
	uint32_t last_challenge; /* tick of the last challenge ACK; 0: none */
	uint32_t ts_recent_tick; /* when ts_recent was set */
	uint32_t retransmits;	 /* segments retransmitted in all */
	uint64_t bytes_acked, bytes_received;
	uint32_t segs_in, segs_out, data_segs_in, data_segs_out;
	uint32_t data_tick; /* tick of the last data from the peer */
	uint32_t push_seq;  /* end of our last segment with PSH */
	struct tcp_conf conf;
	uint32_t pace_rate; /* bytes per second; UINT32_MAX: not paced */
	uint64_t pace_ns;   /* time at which the next segment may be sent */
	/* private state of the congestion control module */
	uint64_t cc_priv[TCP_CC_PRIV / sizeof(uint64_t)];
} __attribute__((aligned(64)));

_Static_assert(sizeof(struct ip_path) == 56, "line 0 of struct tcp_pcb");
_Static_assert(offsetof(struct tcp_pcb, gen) == 64, "line 1");
_Static_assert(offsetof(struct tcp_pcb, timer) == 128, "line 2");
_Static_assert(offsetof(struct tcp_pcb, sq_head) == 192, "line 3");
_Static_assert(offsetof(struct tcp_pcb, rcv) == 256, "line 4");
_Static_assert(offsetof(struct tcp_pcb, conf.user_timeout) <= 512, "line 7");
_Static_assert(sizeof(struct tcp_pcb) <= 576, "size of struct tcp_pcb");

/* Is p in one of the states of a mask made of TCPS_BIT()? */
static inline int tcp_in(const struct tcp_pcb *p, uint32_t mask)
{
	return ((1u << p->state) & mask) != 0;
}

/* The sequence number after the last byte queued: that of our FIN. */
static inline uint32_t tcp_sq_end(const struct tcp_pcb *p)
{
	return p->sq_seq + p->sq_len;
}

static inline uint32_t tcp_unsent(const struct tcp_pcb *p)
{
	return p->flags & TF_FIN_SENT ? 0 : tcp_sq_end(p) - p->snd_nxt;
}

static inline uint32_t tcp_flight(const struct tcp_pcb *p)
{
	return p->snd_nxt - p->snd_una;
}

/* The bytes that SENDV would queue now, at most. */
static inline uint32_t tcp_sq_room(const struct tcp_pcb *p)
{
	uint32_t room =
		p->sq_len < p->conf.sndbuf ? p->conf.sndbuf - p->sq_len : 0;
	uint32_t unsent;

	if (likely(!(p->conf.flags & CONF_NOTSENT)))
		return room;
	unsent = tcp_unsent(p);
	return unsent < p->conf.notsent ?
		       u32_min(room, p->conf.notsent - unsent) :
		       0;
}

#endif
