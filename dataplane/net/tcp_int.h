/* SPDX-License-Identifier: MIT */
/*
 * tcp_int.h - what the files of TCP call of each other
 *
 * A function that may end a connection returns TCP_GONE then: the pcb may
 * have been freed and must not be used any more.
 */
#ifndef IX_NET_TCP_INT_H
#define IX_NET_TCP_INT_H

#include <netinet/in.h>
#include <rte_tcp.h>

#include "net/eth.h"
#include "net/ip_output.h"
#include "net/route.h"
#include "net/tcp_pcb.h"

#define TH_FIN RTE_TCP_FIN_FLAG
#define TH_SYN RTE_TCP_SYN_FLAG
#define TH_RST RTE_TCP_RST_FLAG
#define TH_PSH RTE_TCP_PSH_FLAG
#define TH_ACK RTE_TCP_ACK_FLAG
#define TH_URG RTE_TCP_URG_FLAG

/* Header options of one segment. */
enum { TO_MSS = 1, TO_WS = 2, TO_SACKOK = 4, TO_TS = 8 };
struct tcp_opts {
	uint8_t has; /* TO_* */
	uint8_t wscale;
	uint8_t nsack;
	uint8_t reserved;
	uint16_t mss;
	uint32_t tsval, tsecr;
	struct tcp_range sack[4];
};

/* One segment, header parsed, numbers in host order. */
struct tcp_seg {
	struct rte_mbuf *m; /* its data are the payload; NULL: taken */
	const struct ip_rx *rx;
	uint32_t seq, ack;
	uint32_t len; /* payload bytes */
	uint32_t mss; /* payload of the largest segment that it is made of */
	uint32_t wnd; /* not scaled */
	uint16_t sport, dport;
	uint8_t flags; /* TH_* */
	uint8_t hdr;   /* bytes of the header */
	struct tcp_opts o;
};

/* What is left to do with a segment after a step. */
enum tcp_verdict {
	TCP_GO,	  /* the next step */
	TCP_DROP, /* nothing; the pcb lives */
	TCP_GONE, /* nothing; the pcb is gone */
};

/* What one acknowledgement did. */
struct tcp_ackinfo {
	uint32_t flight; /* bytes in flight before it */
	uint32_t acked;	 /* bytes that snd_una moved */
	uint32_t sacked; /* bytes newly SACKed */
	uint8_t dup;	 /* a duplicate ACK */
	uint8_t dsack;	 /* it reports a duplicate of ours */
};

/* tcp_pcb.c: life and death of a pcb */
void tcp_pcb_init(const struct net *n, struct tcp_pcb *p);
struct tcp_pcb *tcp_pcb_alloc(struct net *n);
/* For a connection whose peer has shown that it is there, or ours: one that
 * is half-open yields. */
struct tcp_pcb *tcp_pcb_claim(struct net *n);
void tcp_pcb_free(struct net *n, struct tcp_pcb *p);
void tcp_kill(struct net *n, struct tcp_pcb *p, int err);
/* Free p if both the protocol and the program are done with it. */
void tcp_pcb_reap(struct net *n, struct tcp_pcb *p);
void tcp_tell_dead(struct net *n, struct tcp_pcb *p, int err);
void tcp_time_wait(struct net *n, struct tcp_pcb *p);
void tcp_tw_end(struct net *n, struct tcp_pcb *p);
void tcp_linger_update(struct net *n, struct tcp_pcb *p);
/* The pcb of a handle that the program may use, or NULL. */
struct tcp_pcb *tcp_pcb_get(struct net *n, ix_handle_t h);

/* tcp_hash.c: lookup by the four-tuple */
int tcp_hash_init(struct tcp *t, struct arena *a, uint32_t max_conns,
		  const uint64_t seed[2]);
void tcp_hash_clear(struct tcp *t);
void tcp_hash_insert(struct tcp *t, struct tcp_pcb *p);
void tcp_hash_remove(struct tcp *t, struct tcp_pcb *p);
struct tcp_pcb *tcp_hash_find(const struct tcp *t, const struct ix_addr *lip,
			      uint16_t lport, const struct ix_addr *rip,
			      uint16_t rport);
uint32_t tcp_tuple_hash(const struct tcp *t, const struct ix_addr *lip,
			uint16_t lport, const struct ix_addr *rip,
			uint16_t rport);

/* tcp_flow.c: connections on the wrong elastic thread */
/* No pcb here: 1 where the flow is another one's, who has s now. */
int tcp_elsewhere(struct net *n, struct tcp_seg *s);
/* p is MOVED: hand s over. 0: p was out of date and is gone. */
int tcp_moved_input(struct net *n, struct tcp_pcb *p, struct tcp_seg *s);
/* Segments find p no more; tell who hands them over. */
void tcp_unhash(struct net *n, struct tcp_pcb *p);
uint32_t tcp_pcb_owner(const struct net *n, const struct tcp_pcb *p);

/* tcp_move.c: moves that a driver's death has cut short; first of all. */
void tcp_move_recover(struct net *n);

/* tcp_port.c: what must not be guessed, and ports */
uint32_t tcp_isn(const struct net *n, const struct tcp_pcb *p);
uint32_t tcp_ts_offset(const struct net *n, const struct tcp_pcb *p);
uint32_t tcp_syncookie_hash(const struct net *n, const struct tcp_pcb *p,
			    uint32_t irs, uint32_t epoch);
/* Choose p->lport; 0 or -EADDRNOTAVAIL. */
int tcp_port_choose(struct net *n, struct tcp_pcb *p);
/* Do segments of this connection arrive at this ethread? */
int tcp_port_ok(const struct net *n, const struct ip_path *path, uint16_t lport,
		uint16_t rport);
int tcp_port_choose_listen(struct net *n);
/* p is found from now on (1), or no more (-1). */
void tcp_port_count(struct tcp *t, const struct tcp_pcb *p, int step);
void tcp_port_share(struct tcp *t, struct tcp_pcb *p, uint8_t share);
/* After a rebuild: no connection is there. */
void tcp_port_forget(struct tcp *t);
int tcp_port_take(struct net *n, struct tcp_pcb *p, uint16_t lport);

/* tcp_listen.c */
struct tcp_listener *tcp_listener_find(struct net *n, const struct ix_addr *ip,
				       uint16_t port, uint32_t hash);
/* ... that takes s. */
struct tcp_listener *tcp_listener_for(struct net *n, const struct tcp_seg *s,
				      uint32_t hash);
struct tcp_listener *tcp_listener_get(struct net *n, ix_handle_t h);
void tcp_listen_input(struct net *n, struct tcp_listener *l, struct tcp_seg *s,
		      uint32_t isn_min);
enum tcp_verdict tcp_knock(struct net *n, struct tcp_pcb *p,
			   const struct tcp_seg *s);
void tcp_listener_leave(struct net *n, struct tcp_pcb *p);
/* How many connections are half-open, of what may be? */
enum tcp_syn_load { SYN_FEW, SYN_MANY, SYN_FULL };
enum tcp_syn_load tcp_syn_load(const struct tcp *t,
			       const struct tcp_listener *l);
int tcp_syn_evict(struct net *n);
/* The four-tuple of the child that s would have. */
void tcp_child_name(struct tcp_pcb *p, const struct tcp_seg *s);
/* Make p, new, a child of l in SYN-RECEIVED: what s and l say; then what the
 * handshake agrees on; then it is found. -1: no way back to the sender. */
int tcp_child_init(struct net *n, const struct tcp_listener *l,
		   struct tcp_pcb *p, const struct tcp_seg *s);
void tcp_child_begin(struct net *n, struct tcp_pcb *p, uint32_t iss,
		     uint32_t irs, const struct tcp_opts *o);
void tcp_child_add(struct net *n, struct tcp_listener *l, struct tcp_pcb *p);

/* tcp_syncookie.c */
void tcp_syncookie_send(struct net *n, const struct tcp_listener *l,
			const struct tcp_seg *s);
/* An ACK that belongs to no connection: 1, it acknowledged a cookie. */
int tcp_syncookie_input(struct net *n, struct tcp_listener *l,
			struct tcp_seg *s);
/* The initial sequence number that answers the SYN s, and the timestamp of
 * that answer. */
uint32_t tcp_syncookie_isn(struct net *n, struct tcp_pcb *p,
			   const struct tcp_seg *s);
uint32_t tcp_syncookie_ts(const struct net *n, const struct tcp_pcb *p);
void tcp_syncookie_opts(struct tcp_opts *o);

/* tcp_conf.c: settings */
void tcp_conf_default(struct tcp_conf *c);
int tcp_conf_set(struct tcp_conf *c, uint16_t opt, uint32_t value);
void tcp_conf_apply(struct net *n, struct tcp_pcb *p);

/* tcp_opts.c */
void tcp_opts_parse(const uint8_t *b, unsigned len, struct tcp_opts *o);
/* Timestamps alone, aligned as everybody sends them; 0: something else. */
static inline int tcp_opts_fast(const uint8_t *b, struct tcp_opts *o)
{
	uint32_t w[3];

	__builtin_memcpy(w, b, sizeof(w));
	if (w[0] != rte_cpu_to_be_32(0x0101080a))
		return 0;
	o->has = TO_TS;
	o->nsack = 0;
	o->tsval = rte_be_to_cpu_32(w[1]);
	o->tsecr = rte_be_to_cpu_32(w[2]);
	return 1;
}
/* Write the options of a segment of p; bytes, a multiple of 4. */
unsigned tcp_opts_write(const struct net *n, const struct tcp_pcb *p,
			uint8_t flags, uint32_t len, uint8_t *b);
/* Take over what the peer's SYN offers. */
void tcp_opts_syn(struct net *n, struct tcp_pcb *p, const struct tcp_opts *o);
void tcp_mss_update(const struct net *n, struct tcp_pcb *p);
uint16_t tcp_mss_own(const struct net *n, const struct tcp_pcb *p);

/* tcp_sendq.c */
int64_t tcp_sq_put(struct net *n, struct tcp_pcb *p, const struct ix_sg *sg,
		   unsigned nsg);
void tcp_sq_copy(struct net *n, struct tcp_pcb *p, unsigned cursor,
		 uint32_t seq, uint32_t len, char *dst);
void tcp_sq_ack(struct net *n, struct tcp_pcb *p, uint32_t bytes);
void tcp_sq_free(struct net *n, struct tcp_pcb *p);
/* Queue for q of to what p has queued, which keeps it. 0 or -ENOBUFS. */
int tcp_sq_clone(struct net *to, struct tcp_pcb *q, const struct net *from,
		 const struct tcp_pcb *p);

/* tcp_rcvq.c */
void tcp_rcv_append(struct net *n, struct tcp_pcb *p, struct mchain *c);
void tcp_rcv_done(struct net *n, struct tcp_pcb *p, uint32_t len);
void tcp_rcv_free(struct net *n, struct tcp_pcb *p);
/* The same for bytes not given back; all of them are to be delivered (again). */
int tcp_rcv_clone(struct net *to, struct tcp_pcb *q, const struct tcp_pcb *p,
		  struct rte_mempool *pool);
int tcp_rcv_room(const struct net *n, const struct tcp_pcb *p,
		 const struct mchain *c);
/* The window field of a segment sent now; moves rcv_adv. */
uint16_t tcp_rcv_window(const struct net *n, struct tcp_pcb *p, int syn);
/* The payload of s, in order: queue it and decide about its
 * acknowledgement. */
void tcp_rcv_data(struct net *n, struct tcp_pcb *p, struct mchain *c,
		  const struct tcp_seg *s);

/* tcp_delack.c: when to acknowledge */
/* Data in order has come, in s. */
void tcp_delack_data(struct net *n, struct tcp_pcb *p, const struct tcp_seg *s);
/* The program has read what it was given: is an acknowledgement due? */
int tcp_delack_read(const struct tcp_pcb *p);
/* ... and will it be, once it has read what it is given now? */
int tcp_delack_prompt(const struct tcp_pcb *p);
/* Something is lost, or may be: acknowledge the next segments at once. */
void tcp_delack_quick(struct tcp_pcb *p);
/* TCP_QUICKACK: as Linux, until the program answers the next time. */
void tcp_delack_set(struct net *n, struct tcp_pcb *p, int quick);
void tcp_delack_fire(struct net *n, struct tcp_pcb *p);

/* An acknowledgement has been sent. */
static inline void tcp_delack_sent(struct tcp_pcb *p)
{
	if (p->quickacks && (p->flags & (TF_ACKNOW | TF_DELACK)))
		p->quickacks--;
	p->ackf &= ACK_PINGPONG;
}

/* Data is sent: if it may be the answer to what came last, the next will carry
 * acknowledgements too. */
static inline void tcp_delack_answer(const struct net *n, struct tcp_pcb *p)
{
	if (tcp_tick(n) - p->data_tick < p->ato)
		p->ackf |= ACK_PINGPONG;
}

/* tcp_ooo.c */
void tcp_ooo_insert(struct net *n, struct tcp_pcb *p, uint32_t seq,
		    struct mchain *c);
/* Forget what is farthest away until c, at seq, has room; 0: it is itself. */
int tcp_ooo_prune(struct net *n, struct tcp_pcb *p, uint32_t seq,
		  const struct mchain *c);
void tcp_ooo_deliver(struct net *n, struct tcp_pcb *p);
void tcp_ooo_free(struct net *n, struct tcp_pcb *p);
/* The same for bytes out of order, copied into mbufs of pool. */
int tcp_ooo_clone(struct net *to, struct tcp_pcb *q, const struct tcp_pcb *p,
		  struct rte_mempool *pool);
/* Write at most max SACK blocks, the newest first; how many. */
unsigned tcp_ooo_blocks(const struct tcp_pcb *p, struct tcp_range *r,
			unsigned max);

/* tcp_segment.c */
void tcp_segment(struct net *n, struct tcp_pcb *p, struct tcp_seg *s);
enum tcp_verdict tcp_established(struct net *n, struct tcp_pcb *p,
				 const struct tcp_seg *s);

/* RFC 7323 4.3 (2): TS.Recent moves with the left edge only. */
static inline void tcp_ts_update(const struct net *n, struct tcp_pcb *p,
				 const struct tcp_seg *s)
{
	if (!(s->o.has & TO_TS) || seq_gt(s->seq, p->last_ack_sent) ||
	    (seq_lt(s->o.tsval, p->ts_recent) && p->ts_recent))
		return;
	p->ts_recent = s->o.tsval;
	p->ts_recent_tick = tcp_tick(n);
}

/* tcp_timewait.c */
void tcp_tw_arm(struct net *n);
void tcp_tw_timer(struct net *n, struct timer *timer);
void tcp_timewait_input(struct net *n, struct tcp_pcb *p, struct tcp_seg *s);

/* tcp_synsent.c */
enum tcp_verdict tcp_synsent_input(struct net *n, struct tcp_pcb *p,
				   struct tcp_seg *s);

/* tcp_guard.c */
static inline int tcp_is_guarded(const struct tcp_conf *c)
{
	return c->min_ttl || c->scope || c->mute || c->pacing != UINT32_MAX;
}
/* Is the packet let in, or dropped without a word? */
int tcp_admits(struct net *n, const struct tcp_conf *c, const struct ip_rx *rx);
/* May p send now? 0: its timer will say when. */
int tcp_may_pace(struct net *n, struct tcp_pcb *p);
/* len bytes were sent. */
void tcp_paced(struct tcp_pcb *p, uint32_t len);

/* tcp_ack.c */
enum tcp_verdict tcp_ack(struct net *n, struct tcp_pcb *p, struct tcp_seg *s);
void tcp_ack_advance(struct net *n, struct tcp_pcb *p, const struct tcp_seg *s,
		     struct tcp_ackinfo *a);
void tcp_window_update(struct net *n, struct tcp_pcb *p,
		       const struct tcp_seg *s);
void tcp_rtt_begin(const struct net *n, struct tcp_pcb *p, uint32_t seq);
void tcp_rtt_end(const struct net *n, struct tcp_pcb *p);

/* tcp_sack.c */
void tcp_sack_update(struct net *n, struct tcp_pcb *p, const struct tcp_seg *s,
		     struct tcp_ackinfo *a);
void tcp_sack_trim(struct net *n, struct tcp_pcb *p);
void tcp_sack_free(struct net *n, struct tcp_pcb *p);
int tcp_sack_clone(struct net *to, struct tcp_pcb *q, const struct tcp_pcb *p);
uint32_t tcp_sack_lost(const struct tcp_pcb *p);
/* The next hole in [from, to): 0 or its bytes, start in *start_out. */
uint32_t tcp_sack_hole(const struct tcp_pcb *p, uint32_t from, uint32_t to,
		       uint32_t *start_out);
uint32_t tcp_pipe(const struct tcp_pcb *p);

/* tcp_recover.c */
void tcp_recover_ack(struct net *n, struct tcp_pcb *p,
		     const struct tcp_ackinfo *a);
void tcp_recover_rto(struct net *n, struct tcp_pcb *p);
void tcp_recover_mss(struct net *n, struct tcp_pcb *p);
void tcp_recover_reset(struct tcp_pcb *p);

/* tcp_cc.c */
void tcp_cc_init(struct tcp_pcb *p);
void tcp_cc_ack(const struct net *n, struct tcp_pcb *p,
		const struct tcp_ackinfo *a);
void tcp_cc_loss(struct tcp_pcb *p);
void tcp_cc_idle(struct tcp_pcb *p);

/* tcp_timer.c */
void tcp_timer_init(struct tcp_pcb *p);
/* Arm the timer for the earliest deadline, if it is not early enough. */
void tcp_timer_rearm(struct net *n, struct tcp_pcb *p);
void tcp_timer_set(struct net *n, struct tcp_pcb *p, enum tcp_deadline d,
		   uint64_t us);
static inline void tcp_timer_clear(struct tcp_pcb *p, enum tcp_deadline d)
{
	p->deadline[d] = 0;
}
/* Arm what unacknowledged or blocked data need; restart: from now on. */
void tcp_rtx_arm(struct net *n, struct tcp_pcb *p, int restart);
void tcp_keep_arm(struct net *n, struct tcp_pcb *p);
void tcp_finwait2_arm(struct net *n, struct tcp_pcb *p);

/* tcp_output.c */
int tcp_output(struct net *n, struct tcp_pcb *p);
void tcp_send_probe(struct net *n, struct tcp_pcb *p);
void tcp_send_tail(struct net *n, struct tcp_pcb *p);
/* -1 where no mbuf could be had. */
int tcp_xmit(struct net *n, struct tcp_pcb *p, uint32_t seq, uint32_t len,
	     uint8_t flags, unsigned cursor);

/* tcp_reset.c */
void tcp_reset_reply(struct net *n, const struct tcp_seg *s);
void tcp_reset_send(struct net *n, struct tcp_pcb *p);
void tcp_challenge(struct net *n, struct tcp_pcb *p);
void tcp_dup_ack(struct net *n, struct tcp_pcb *p, const struct tcp_seg *s);

#endif
