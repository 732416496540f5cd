/* SPDX-License-Identifier: MIT */
/*
 * tcp_pcb.h - one connection
 *
 * It lies in the arena; pointers are the same in every process.
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
	/* what there is to send */
	TF_ACKNOW = 1 << 3, /* an acknowledgement, in this round */
	TF_DELACK = 1 << 4, /* an acknowledgement, when the timer fires */
	TF_SYNNOW = 1 << 5, /* SYN or SYN-ACK (again) */
	TF_FIN = 1 << 6,    /* FIN after the queue */
	TF_FIN_SENT = 1 << 7,
	TF_FIN_ACKED = 1 << 8,
	TF_MORE = 1 << 9,   /* the last SENDV said that more follows */
	TF_FORCE = 1 << 10, /* send a short segment now: cork, persist */
	/* the program */
	TF_PASSIVE = 1 << 11,  /* opened by the peer */
	TF_ACCEPTED = 1 << 12, /* opened by us, or ACCEPT was called */
	TF_CLOSED = 1 << 13,   /* CLOSE was called */
	TF_DEAD = 1 << 14,     /* DEAD, or a failed CONNECTED, was raised */
	TF_TOLD = 1u << 26,    /* and delivered */
	/* where it is listed */
	TF_HASHED = 1 << 15,
	TF_READY = 1 << 16,
	TF_OUT = 1 << 17,
	TF_LINGER = 1 << 18, /* counted in struct tcp.lingering */
	/* receive side */
	TF_RCV_FIN = 1 << 19, /* the peer's FIN is next or was processed */
	TF_FIN_OOO = 1 << 20, /* the peer's FIN, at rcv_fin, came early */
	TF_DSACK = 1 << 21,   /* dsack_* is to be reported */
	/* send side */
	TF_RTT = 1 << 22,      /* rtt_seq is being timed */
	TF_CWND_LIM = 1 << 23, /* cwnd held output back */
	TF_TLP = 1 << 24,      /* a tail loss probe is out, up to tlp_end */
	TF_SYN_RTX = 1 << 25,  /* the SYN was retransmitted */
	/* its flow group is another elastic thread's, which hands over */
	TF_AWAY = 1 << 27,
	/* our initial sequence number is a SYN cookie */
	TF_SYNCOOKIE = 1 << 28,
	/* our SYN-ACK is acknowledged: the backlog has no room, or the listener
	 * waits for bytes */
	TF_SYN_ACKED = 1 << 29,
	/* not every segment is let in, or out at once: see tcp_guard.c */
	TF_GUARDED = 1 << 30,
	/* URG_SND or URG_RCV: see tcp_urg.h */
	TF_URGENT = 1u << 31,
};

/* event conditions to raise; RECV is implied by rcv_undelivered */
enum {
	TE_KNOCK = 1 << 0,
	TE_CONNECTED = 1 << 1,
	TE_SENT = 1 << 2,
	TE_EOF = 1 << 3,
	TE_DEAD = 1 << 4,
	TE_URG = 1 << 5,
};

/* Of the acknowledgement that is owed; PINGPONG stays when it is sent. */
enum {
	ACK_PUSHED = 1 << 0,   /* the end of what the peer wrote has come */
	ACK_PUSHED2 = 1 << 1,  /* a second one */
	ACK_PINGPONG = 1 << 2, /* our data carries acknowledgements */
};

enum tcp_deadline {
	TD_RTX,	   /* retransmission, tail loss probe or persist: rtx_mode */
	TD_DELACK, /* delayed acknowledgement */
	TD_KEEP,   /* keepalive; end of FIN-WAIT-2 */
	TD_CORK,   /* end of holding a short segment */
	TD_MAX
};

enum tcp_rtx_mode { RTX_RTO, RTX_TLP, RTX_PERSIST };
enum tcp_ca_state { CA_OPEN, CA_RECOVERY, CA_LOSS };

/* What SETOPT sets; connections inherit their listener's. */
enum {
	CONF_NODELAY = 1 << 0,
	CONF_CORK = 1 << 1,
	CONF_KEEPALIVE = 1 << 2,
	CONF_RCVBUF = 1 << 3,  /* rcvbuf was set */
	CONF_SNDBUF = 1 << 4,  /* sndbuf was set */
	CONF_NOTSENT = 1 << 5, /* notsent was set */
};
struct tcp_conf {
	/* looked at for many segments */
	uint32_t rcvbuf, sndbuf; /* bytes; grow unless CONF_*BUF */
	uint8_t flags;		 /* CONF_* */
	uint8_t cc;		 /* enum ix_cc */
	uint8_t ttl, tos;
	/* seldom */
	uint32_t user_timeout;	      /* ms; 0: none */
	uint16_t keepidle, keepintvl; /* seconds */
	uint16_t linger2;	      /* seconds */
	uint16_t maxseg;	      /* bytes; 0: the path's */
	uint32_t notsent;	      /* bytes, where CONF_NOTSENT */
	uint32_t clamp;		      /* bound of rcvbuf, bytes; 0: none */
	uint32_t pacing;	      /* bytes a second; UINT32_MAX: no bound */
	uint8_t syncnt;		      /* 0: TCP_SYN_RETRIES */
	uint8_t min_ttl, scope, mute; /* TF_GUARDED */
	uint8_t keepcnt;
};

/* A piece of program memory in a send queue. */
struct tcp_piece {
	uint32_t next; /* index + 1; 0: last */
	uint32_t len;
	uint64_t base;
};

/* Where a sequence number was last found in the send queue. */
struct tcp_cursor {
	uint32_t piece; /* index + 1; 0: not known */
	uint32_t seq;	/* of the piece's first byte */
};
enum { CUR_NEW, CUR_RTX, CUR_MAX };

/* Bytes received out of order, as runs without a hole (RFC 2018). */
#define TCP_OOO_RUNS 64
struct tcp_run {
	uint32_t start, end;
	struct mchain c;
};
struct tcp_ooo {
	uint32_t nruns;
	uint32_t segs;	    /* mbufs */
	uint32_t recent[4]; /* a sequence number in each run grown lately */
	struct tcp_run run[TCP_OOO_RUNS];
};

/* Ranges above snd_una that the peer has (RFC 6675 scoreboard). */
#define TCP_SB_RANGES 64
struct tcp_range {
	uint32_t start, end;
};
struct tcp_sb {
	uint32_t n;
	uint32_t bytes;
	struct tcp_range r[TCP_SB_RANGES];
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

/* Sequence numbers of urgent data. Few have any, so they lie beside the pcbs. */
struct tcp_marks {
	uint32_t snd_up; /* after the last urgent byte of ours */
	uint32_t rcv_up; /* the peer's urgent byte */
	uint32_t old;	 /* the first of those before it, since TE_URG ... */
	uint32_t run;	 /* ... and how many, without a byte between them */
};

#define TCP_CC_PRIV 40 /* bytes that a congestion control module has in a pcb */

struct tcp_pcb {
	/* who it is, where segments go: lookup and output */
	struct ip_path path; /* src: own address, dst: peer's */
	uint16_t lport, rport;
	uint32_t hash_next; /* index + 1 */

	/* every segment */
	uint32_t gen;
	uint32_t flags; /* TF_* */
	uint8_t state;	/* enum tcp_state */
	uint8_t ca_state;
	uint8_t ev; /* TE_* */
	uint8_t snd_wscale, rcv_wscale;
	uint8_t quickacks; /* acknowledgements still to be sent at once */
	uint8_t dupacks;
	uint8_t lip; /* index in ix_info of the own address */
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
	uint8_t ato;	  /* ticks that an acknowledgement may wait; 0: no data
			   * has come yet */
	uint8_t ackf;	  /* ACK_* */

	/* timers: one in the wheel for all deadlines */
	struct timer timer;
	uint32_t deadline[TD_MAX]; /* ticks; 0: off */
	uint32_t rto_us;
	uint32_t last_rcv; /* tick of the last segment from the peer */
	uint8_t rtx_mode, backoff;
	uint8_t keep_probes;
	uint8_t soft_err; /* errno of an ICMP error, for ETIMEDOUT's place */
	uint32_t ts_off;  /* our timestamps are the clock's plus this */

	/* send queue: program memory */
	uint32_t sq_head, sq_tail; /* pieces: index + 1 */
	uint32_t sq_off;	   /* bytes of sq_head that are acknowledged */
	uint32_t sq_len;	   /* bytes queued, sent or not */
	uint32_t sq_seq;	   /* sequence number of the first of them */
	struct tcp_cursor cur[CUR_MAX];
	uint32_t sent_bytes; /* acknowledged, to be reported by SENT */
	uint32_t max_wnd;    /* largest snd_wnd seen */
	uint32_t ssthresh;
	uint32_t last_snd;  /* tick of the last data segment */
	uint32_t una_since; /* tick since when snd_una has not moved */
	uint32_t snd_sml;   /* end of the last short segment (Minshall) */
	uint32_t rtt_seq;   /* end of the segment that is being timed */

	/* receive queue */
	struct mchain rcv;	    /* received and not given back */
	struct rte_mbuf *rcv_deliv; /* next to deliver */
	uint32_t rcv_deliv_off;	    /* bytes of rcv_deliv delivered */
	uint32_t rcv_undelivered;   /* bytes */
	uint32_t rcv_done_off;	    /* bytes of rcv.head given back */
	uint32_t tune_tick;
	struct tcp_ooo *ooo;
	uint32_t rcv_fin;    /* sequence number of the peer's FIN */
	uint32_t tune_bytes; /* given back since tune_tick */

	/* lists and the program's name for it */
	struct tcp_links links[TL_MAX];
	uint64_t cookie;
	struct tcp_listener *listener; /* while not accepted */

	/* round-trip time and congestion control */
	uint32_t rtt_start;    /* units of 1024 ns */
	uint32_t srtt, rttvar; /* us, 8 and 4 times */
	uint32_t rtt_acked;    /* of bytes_acked, at rtt_start */
	uint32_t dsack_start, dsack_end;
	uint16_t err;	   /* errno of CONNECTED or DEAD */
	uint16_t peer_mss; /* what the peer announced */
	uint8_t moved_to;  /* of MOVED: the elastic thread */
	uint8_t share; /* IX_SHARE_ALL: who may hold its port; tcp_ledger.c */
	uint8_t urg;   /* URG_*: see tcp_urg.h */
	uint8_t urg_byte; /* with URG_BYTE */

	/* recovery, settings, statistics */
	struct tcp_sb *sb;
	uint32_t recover; /* RFC 6582, RFC 6675 RecoveryPoint */
	uint32_t rtx_nxt; /* HighRxt: retransmitted up to here */
	uint32_t lost;	  /* what is not SACKed below is lost */
	uint32_t prr_delivered, prr_out, prr_flight; /* RFC 6937 */
	uint32_t tlp_end;
	uint32_t last_challenge; /* tick */
	uint32_t ts_recent_tick; /* when ts_recent was set */
	uint32_t retransmits;
	uint64_t bytes_acked, bytes_received;
	uint32_t segs_in, segs_out, data_segs_in, data_segs_out;
	uint32_t data_tick; /* of the last data from the peer */
	uint32_t push_seq;  /* end of the last segment with PSH */
	struct tcp_conf conf;
	uint32_t pace_rate; /* bytes a second; UINT32_MAX: any */
	uint64_t pace_ns;   /* when the next segment may go */
	/* the congestion control module's own */
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

/* What SENDV would queue now. */
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
