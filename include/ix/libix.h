/* SPDX-License-Identifier: MIT */
/*
 * libix.h - batches, events, buffers and sleep on top of the ABI
 *
 * Everything here that is shared lies in memory that all forks of a program
 * see at the same address. An elastic thread's objects are used under its
 * lock; calls that need it say "locked".
 */
#ifndef IX_LIBIX_H
#define IX_LIBIX_H

#include <poll.h>
#include <stdbool.h>
#include <sys/uio.h>

#include "ix/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ix_rx;	 /* one received piece, queued */
struct ix_chunk; /* memory of bytes to send */

/* What every object that has a handle begins with. */
struct ix_obj {
	uint8_t kind;	   /* enum ix_handle_kind */
	uint8_t et;	   /* elastic thread */
	uint8_t dirty;	   /* on the list of objects with calls to issue */
	uint8_t flags;	   /* IX_O_* */
	uint8_t pending;   /* calls to issue, internal */
	uint8_t prompt;	   /* what is read is to be reported at once */
	uint32_t rx_bytes; /* received and not yet read */
	ix_handle_t handle;
	struct ix_obj *dirty_next;
};

#define IX_O_CONNECTED 0x01 /* handshake done */
#define IX_O_EOF 0x02	    /* no bytes follow those queued */
#define IX_O_DEAD 0x04	    /* connection is gone, see err */
#define IX_O_SHUT 0x08	    /* FIN asked for */
#define IX_O_CLOSE 0x10	    /* CLOSE asked for: only DEAD follows */
#define IX_O_RST 0x20	    /* ... by a reset */
#define IX_O_MORE 0x40	    /* last write said that more follows */
#define IX_O_FULL 0x80	    /* a write found no room: tell when there is */

struct ix_conn {
	struct ix_obj o;
	struct ix_rx *rx_head, *rx_tail;
	uint32_t rx_off;  /* bytes of rx_head that were read */
	uint32_t rx_done; /* bytes read that RECV_DONE has to report */
	struct ix_chunk *tx_head, *tx_tail, *tx_next; /* next: first unsent */
	uint32_t tx_unsent;  /* bytes written, not yet taken by SENDV */
	uint32_t tx_unacked; /* bytes taken, not yet acknowledged */
	uint32_t tx_limit;   /* bound of both together */
	uint16_t err;	     /* errno of CONNECTED or DEAD */
	uint16_t rport, lport;
	uint16_t lip; /* index of the own address */
	uint8_t low;  /* IX_OPT_NOTSENT: any room is worth a word */
	struct ix_addr rip;
};

/* It listens on every elastic thread; its lock is that of the first, o.et 0. */
struct ix_listener {
	struct ix_obj o;
	uint16_t lport;
	ix_handle_t handle[IX_MAX_ETHREADS];
};

struct ix_udp {
	struct ix_obj o;
	struct ix_rx *rx_head, *rx_tail;
	uint32_t rx_count;
	uint32_t rx_done;    /* datagrams to give back */
	uint32_t dropped;    /* datagrams that found no room */
	struct ix_rx *whole; /* last piece of the datagrams that are whole */
	uint8_t picky;	     /* ask admit() of each */
	uint16_t err;
	uint16_t lport;
	const struct ix_event *err_ev; /* of IX_N_ERR, while that is told */
};

/* A received piece as the queues hold it. */
struct ix_rx {
	struct ix_rx *next;
	const uint8_t *data;
	uint32_t len;
	uint16_t rport;	    /* UDP */
	uint16_t lip;	    /* UDP: index of the own address */
	uint8_t more;	    /* UDP: the datagram goes on in the next piece */
	uint8_t peeked;	    /* UDP: somebody has looked at it */
	uint8_t tos, ttl;   /* UDP */
	uint32_t dropped;   /* UDP: in all, before it came */
	uint64_t at_ns;	    /* UDP: when it came, dataplane's clock */
	struct ix_addr rip; /* UDP */
};

/* What happened to an object, for the notify call-back. */
#define IX_N_READ 0x01	/* bytes or a datagram arrived */
#define IX_N_WRITE 0x02 /* room to write */
#define IX_N_CONNECTED 0x04
#define IX_N_EOF 0x08
#define IX_N_DEAD 0x10	 /* err says why; the handle is gone */
#define IX_N_CLOSED 0x20 /* after ix_close(): the object may be reused */
#define IX_N_ERR 0x40	 /* UDP: err */

#define IX_ADMIT_ALL UINT32_MAX
#define IX_ADMIT_NONE (UINT32_MAX - 1) /* not even an empty one */

struct ix_handlers {
	/* locked; must not block nor re-enter */
	void (*notify)(struct ix_obj *o, unsigned what);
	/* a peer connected: ev->handle for ix_accept(), ev->ip, ... Locked is
	 * the elastic thread et, which has the connection */
	void (*knock)(struct ix_listener *l, unsigned et,
		      const struct ix_event *ev);
	/* locked; of a picky port: how many bytes of a datagram it wants, or
	 * IX_ADMIT_* */
	uint32_t (*admit)(struct ix_udp *u, const struct ix_rx *first);
	/* owner only: see struct ix_app_ops */
	void (*process_gone)(int slot, int pid);
	int (*describe_fds)(int pid, int out_fd);
	int (*work_fd)(void);
	int (*work)(int readable);
};

/*
 * Start the instance that the environment describes. Loads libixdp.so from
 * the directory of this library (or IX_LIBDIR). A program that gained privileges
 * reads no variables and takes it from where it was installed. 0, or -errno,
 * err: one line.
 */
int ix_start(const struct ix_handlers *h, char *err, size_t err_size);
bool ix_started(void);
const struct ix_info *ix_info(void);
const struct ix_dp *ix_gate(void);
/* In the child after fork(): slot of this process, or -errno. */
int ix_after_fork(void);
uint64_t ix_now_ns(void);

/* The lock of elastic thread et. */
void ix_et_lock(unsigned et);
bool ix_et_trylock(unsigned et);
void ix_et_unlock(unsigned et);
/* The elastic thread that the calling thread drives; chosen at first use. */
unsigned ix_home(void);
/*
 * Not locked. What a thread that drives home has to do about the others: issue
 * the calls that it caused there, and adopt those that nobody drives. Packets
 * received plus events.
 */
int ix_drive_others(unsigned home);
/* The same for the calls alone. */
void ix_flush_others(unsigned home);
/* Between two rounds of a loop that drives: let others have the lock. */
void ix_et_yield(unsigned et);

/* Events handled by one ix_drive. */
#define IX_DRIVE_POLL 1	 /* receive too */
#define IX_DRIVE_OWNER 2 /* does not count as driven by the program */
/*
 * One round, locked: issues the calls of all dirty objects, enters the
 * dataplane, hands the events to the handlers. Returns packets received plus
 * events.
 */
int ix_drive(unsigned et, unsigned flags);
/*
 * Locked. What the stack sends to itself takes a round for each packet that
 * answers another, and one to be told of it. ix_unsettled(): such a round is
 * to be made; ix_unsettle(): because of what was done since the last one.
 */
bool ix_unsettled(unsigned et);
void ix_unsettle(unsigned et);
/* Locked: the time of the last round; costs no clock read. */
uint64_t ix_drive_now(unsigned et);

/* Locked: one call, executed at once (after those that wait). Its result. */
int64_t ix_call(unsigned et, struct ix_bsys *b);

/*
 * Connections (locked)
 */
/* laddr: index of the own address + 1, or one of 127.0.0.0/8 as a number in
 * host order; 0: chosen. flags: IX_HELD: nothing is sent before IX_OPT_MUTE is set. */
int ix_connect(struct ix_conn *c, unsigned et, const struct ix_addr *ip,
	       uint16_t port, unsigned laddr, uint16_t lport, unsigned flags);
/* Not locked. A TCP port is held, and free again, on every elastic thread: no
 * connection is given it. flags: IX_SHARE_ALL. 0 or -EADDRINUSE. */
int ix_port_hold(const struct ix_addr *ip, uint16_t port, unsigned flags);
void ix_port_free(uint16_t port);
int ix_accept(struct ix_conn *c, unsigned et, const struct ix_event *knock);
/* Locked is elastic thread 0. backlog: of each elastic thread. */
int ix_listen(struct ix_listener *l, const struct ix_addr *ip, uint16_t port,
	      uint32_t backlog, unsigned flags);
/* Not locked, and not from a handler. Move c to another elastic thread: 0, or
 * -EAGAIN, -EOPNOTSUPP, -ENOBUFS: it stays where it is. */
int ix_migrate(struct ix_conn *c, unsigned et);
/* Copy into buffers and mark for the next round; bytes taken, bounded by
 * ix_conn_room(); -EPIPE, -ENOTCONN, -ECONNRESET, -ENOBUFS, -EFAULT. */
ssize_t ix_write(struct ix_conn *c, const struct iovec *iov, int iovcnt,
		 bool more);
uint32_t ix_conn_room(const struct ix_conn *c);
/* Is there so much room that a writer is told of it? */
static inline bool ix_conn_writable(const struct ix_conn *c)
{
	uint32_t used = c->tx_unsent + c->tx_unacked;
	uint32_t room = used < c->tx_limit ? c->tx_limit - used : 0;

	return room >= (c->low ? 1 : c->tx_limit / 3);
}
/* Ask anew how much room there is, where that changes with what is sent. */
void ix_conn_look(struct ix_conn *c);
/* Drop n bytes, of those received, that were read in place. */
void ix_skip(struct ix_conn *c, size_t n);
/* Copy out; bytes, 0: nothing there, -EFAULT. peek: leave them. skip: from
 * there. */
ssize_t ix_read(struct ix_conn *c, const struct iovec *iov, int iovcnt,
		bool peek, size_t skip);
int ix_shutdown(struct ix_conn *c);
/* The object is not to be used after this until IX_N_CLOSED. rst: abort. */
void ix_close(struct ix_conn *c, bool rst);
void ix_unlisten(struct ix_listener *l);
int ix_setopt(struct ix_obj *o, enum ix_opt opt, uint32_t value);

/*
 * UDP (locked)
 */
/* device: number of the interface to which it is bound, whose ports are its own
 * (0: it has those of all). */
int ix_udp_open(struct ix_udp *u, unsigned et, const struct ix_addr *ip,
		uint16_t port, unsigned flags, uint32_t device);
/* One peer from now on; port 0: none. */
int ix_udp_connect(struct ix_udp *u, const struct ix_addr *ip, uint16_t port);
/* How a datagram is sent. */
struct ix_udp_to {
	struct ix_addr ip;
	uint16_t port;
	uint16_t flags; /* IX_UDP_* */
	uint16_t laddr; /* own address + 1; 0: chosen */
	uint16_t cut;	/* bytes of each datagram; 0: it is one */
	uint8_t ttl;	/* 0: as set */
	uint8_t tos;	/* with IX_UDP_TOS */
};
/* Bytes sent, or kept where IX_UDP_MORE is set. */
ssize_t ix_udp_send(struct ix_udp *u, const struct ix_udp_to *to,
		    const struct iovec *iov, int iovcnt);
/* Copies one datagram out; full: its whole length. -EAGAIN: none; -EFAULT: it
 * is gone unless it was peeked at. */
ssize_t ix_udp_recv(struct ix_udp *u, const struct iovec *iov, int iovcnt,
		    bool peek, size_t *full, struct ix_rx *from);
/* Copies out of r, which is queued, what lies skip bytes behind its begin, to
 * at bytes behind that of iov. */
ssize_t ix_udp_copy(const struct ix_rx *r, size_t skip, size_t at,
		    const struct iovec *iov, int iovcnt, size_t *full);
/* The datagram behind r; NULL: it is not there. */
struct ix_rx *ix_udp_next(const struct ix_rx *r);
void ix_udp_close(struct ix_udp *u);

/*
 * Several threads may share an elastic thread; the one that found work last
 * drives it, and the others leave the devices to it.
 *
 * ix_claim() (locked): the caller found work and goes to do it. polled: it was
 * awake already; a thread that sleeps armed is then relieved of the devices.
 * ix_driven(): another thread found work a moment ago: neither spin nor arm.
 */
void ix_claim(unsigned et, bool polled);
bool ix_driven(unsigned et, bool napped);

/*
 * Sleep. A thread that found nothing to do sleeps on its own wake-up, the
 * given kernel fds and, if nobody else does, on the devices ("armed"), those
 * of its home and of elastic threads that nobody drives. None of this is
 * called locked.
 *
 * ix_sleep_mark() comes first: from then on ix_wake() wakes. Then a last look
 * at what is waited for, and ix_sleep_begin(): IX_SLEEP_READY: something is
 * there already, do not sleep. ix_sleep_end() in any case.
 */
struct ix_sleeper {
	int slot;	      /* wake-up slot of the calling thread */
	uint32_t armed;	      /* bit e: sleeps on the devices of e too */
	uint64_t deadline_ns; /* of the dataplane's timers; UINT64_MAX: none */
	uint32_t nfds;	      /* device fds */
	int fds[IX_MAX_ETHREADS * IX_SLEEP_FDS];
};
#define IX_SLEEP_READY 1
void ix_sleep_mark(struct ix_sleeper *s);
int ix_sleep_begin(unsigned et, struct ix_sleeper *s);
/*
 * ppoll() on fds[0..n) (may be NULL) and all that s names, at most until
 * timeout_ns from now (negative: no limit). EINTR is returned as -EINTR.
 * Number of the caller's fds that are ready otherwise.
 */
int ix_sleep(struct ix_sleeper *s, struct pollfd *fds, unsigned n,
	     int64_t timeout_ns, const void *sigmask);
void ix_sleep_end(struct ix_sleeper *s);
/* Milliseconds of activity: how long to spin before sleeping, ns. */
uint64_t ix_spin_ns(void);

#ifdef __cplusplus
}
#endif

#endif
