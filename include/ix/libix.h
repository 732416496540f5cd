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

/**
 * struct ix_obj - what every object that has a handle begins with
 * @kind: enum ix_handle_kind: which of the structures below this is
 * @et: the elastic thread whose lock protects the object, 0 for listeners
 * @dirty: the object is on the list of those with calls to issue
 * @flags: IX_O_*
 * @pending: calls to issue in the next round; libix's own
 * @prompt: the peer may be waiting for what is read to be given back
 * @rx_bytes: bytes that were received and not read yet
 * @handle: the dataplane's name for it
 * @dirty_next: the next one of that list
 *
 * Memory: the program's; it has to lie where all forks see it at one address
 * when the owner is to handle its events. It is the cookie of its handle, and is
 * used again only after IX_N_CLOSED (connections), or after ix_unlisten() or the
 * round behind ix_udp_close().
 */
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

/**
 * struct ix_conn - a TCP connection
 * @o: what all objects have
 * @rx_head: received pieces in order, up to @rx_tail
 * @rx_off: bytes of @rx_head that were read
 * @rx_done: bytes that were read and are to be given back with RECV_DONE
 * @tx_head: written pieces in order, up to @tx_tail; @tx_next is the first that
 *	has bytes not taken by SENDV
 * @tx_unsent: bytes that were written and not taken by SENDV
 * @tx_unacked: bytes that were taken and not acknowledged by the peer
 * @tx_limit: bound of @tx_unsent and @tx_unacked together
 * @err: why it could not be connected or is dead, an errno
 * @rport: the peer's port, @lport: the own one, host order
 * @lip: index of the own address in struct ix_info, or IX_LIP_LOOPBACK
 * @low: with IX_OPT_NOTSENT any room is told of, not only a third of the bound
 * @urg_inline: urgent bytes stay in the stream; the program sets it
 * @urg: IX_URG_* of the urgent byte that is ahead; 0: there is none
 * @urg_left: bytes to read before that one
 * @urg_vanish: so many of the bytes that come next are dropped
 * @tx_urg: of @tx_unsent, bytes up to and with the last urgent one
 * @rip: the peer's address
 */
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
	uint16_t lip;	    /* index of the own address */
	uint8_t low;	    /* IX_OPT_NOTSENT: any room is worth a word */
	uint8_t urg_inline; /* urgent bytes stay in the stream */
	uint16_t urg;	    /* IX_URG_*; 0: none is ahead */
	uint32_t urg_left, urg_vanish;
	uint32_t tx_urg;
	struct ix_addr rip;
};

/* urg of a connection: the byte, in bits 0-7, has come and was not taken, it was
 * taken, or it has not come. As on Linux it is behind urg_left other bytes until
 * it has been read past. */
#define IX_URG_VALID 0x100u
#define IX_URG_READ 0x200u
#define IX_URG_NOTYET 0x400u

/**
 * struct ix_listener - a TCP port that listens on every elastic thread
 * @o: what all objects have; the lock is that of elastic thread 0
 * @lport: its port, host order
 * @handle: its handle on each elastic thread
 */
struct ix_listener {
	struct ix_obj o;
	uint16_t lport;
	ix_handle_t handle[IX_MAX_ETHREADS];
};

/**
 * struct ix_udp - a UDP port
 * @o: what all objects have
 * @rx_head: pieces of received datagrams in order, up to @rx_tail
 * @rx_count: datagrams of these that are whole
 * @rx_done: datagrams that were read and are to be given back
 * @dropped: datagrams that found no room, in all
 * @whole: the last piece of the newest datagram that is whole
 * @picky: ask struct ix_handlers' admit() about each datagram
 * @err: the errno that IX_N_ERR tells of
 * @lport: its port, host order
 * @err_ev: the event behind IX_N_ERR, while notify() runs
 */
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

/**
 * struct ix_rx - one received piece; the dataplane's memory, read-only
 * @next: the piece behind it in its queue
 * @data: @len bytes, readable until they are given back
 * @rport: UDP: port of the sender, host order; @rip its address
 * @lip: UDP: index of the own address it was sent to
 * @more: UDP: the datagram goes on in the next piece
 * @peeked: UDP: a read has looked at it and left it
 * @tos: UDP: type of service or traffic class; @ttl: time to live or hop limit
 * @dropped: UDP: datagrams of this port that had found no room before it
 * @at_ns: UDP: when it came, ns of the dataplane's clock
 */
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

/* What happened to an object, for notify() of struct ix_handlers. */
#define IX_N_READ 0x01	/* bytes or a datagram arrived */
#define IX_N_WRITE 0x02 /* room to write */
#define IX_N_CONNECTED 0x04
#define IX_N_EOF 0x08
#define IX_N_DEAD 0x10	 /* err says why; the handle is gone */
#define IX_N_CLOSED 0x20 /* after ix_close(): the object may be reused */
#define IX_N_ERR 0x40	 /* UDP: err */
#define IX_N_URG 0x80	 /* urgent data are announced */
#define IX_N_PRI 0x100	 /* the urgent byte has come */

#define IX_ADMIT_ALL UINT32_MAX
#define IX_ADMIT_NONE (UINT32_MAX - 1) /* not even an empty one */

/**
 * struct ix_handlers - what a program does about what happens
 * @notify: an object has changed, IX_N_* of @what say how
 * @knock: a peer has connected to a listener; ix_accept() takes @ev->handle
 *	over, and a REJECT call sends the peer away
 * @admit: a picky port has got a datagram, whose first piece is @first: how many
 *	bytes of it are kept, or IX_ADMIT_ALL, IX_ADMIT_NONE
 * @process_gone: a process of the program has ended; NULL: objects are private
 *	to this process, and the owner drives the dataplane without handlers
 * @describe_fds: writes a JSON array to a descriptor, one object for each
 *	descriptor of a process; for `ixcp fds`
 * @work_fd: a descriptor that is readable when @work is due, or -errno
 * @work: what the owner does in each of its rounds; returns the number of things
 *	that the instance has to live on for
 *
 * Context: the first three run within a round, with the lock of the elastic
 * thread held that has the object; they neither block nor start a round. The
 * others run in the owner process alone, see struct ix_app_ops.
 */
struct ix_handlers {
	void (*notify)(struct ix_obj *o, unsigned what);
	void (*knock)(struct ix_listener *l, unsigned et,
		      const struct ix_event *ev);
	uint32_t (*admit)(struct ix_udp *u, const struct ix_rx *first);
	void (*process_gone)(int slot, int pid);
	int (*describe_fds)(int pid, int out_fd);
	int (*work_fd)(void);
	int (*work)(int readable);
};

/**
 * ix_start() - start the instance that the environment describes
 * @h: [in] the program's handlers; they stay where they are
 * @err: [out] one line that says what is wrong, empty where nothing is
 * @err_size: [in] room of @err, bytes
 *
 * Loads libixdp.so from IX_LIBDIR, or from the directory of this library or its
 * directory ix/. A program that gained privileges reads no variables and takes
 * it from where it was installed. In protected mode nothing is loaded: the
 * instance is there. A second call does nothing.
 *
 * Context: any thread, blocks until devices are up (some seconds at most).
 * Return: 0; -ENOENT: libixdp.so is not there; -EPROTO: it is of another
 * version; -EALREADY: another part of this process has started one; -EBUSY: the
 * instance serves another program; or what the step that failed says.
 */
int ix_start(const struct ix_handlers *h, char *err, size_t err_size);
/** ix_started() - has ix_start() succeeded, here or before a fork? */
bool ix_started(void);
/** ix_info() - what the stack is; constant once the instance runs. */
const struct ix_info *ix_info(void);
/** ix_gate() - the dataplane's functions, for calls that libix has none for. */
const struct ix_dp *ix_gate(void);
/**
 * ix_after_fork() - make the child of a fork a process of the instance
 *
 * Context: the child, before any other call of libix there.
 * Return: the number of its slot; -ENOSPC: all 1,024 are taken.
 */
int ix_after_fork(void);
/** ix_now_ns() - the dataplane's clock, ns (CLOCK_MONOTONIC). */
uint64_t ix_now_ns(void);

/**
 * ix_et_lock() - take the lock of an elastic thread
 * @et: [in] 0 up to ix_info()->nethreads
 *
 * Who needs several takes them in ascending order. A thread that has it and is
 * killed loses it to the next who asks.
 *
 * Context: blocks; not from a handler, which has it already.
 */
void ix_et_lock(unsigned et);
/** ix_et_trylock() - the same without waiting; false: another has it. */
bool ix_et_trylock(unsigned et);
/** ix_et_unlock() - give the lock back. */
void ix_et_unlock(unsigned et);
/** ix_home() - the elastic thread that the calling thread is to drive. Threads
 * are given one in turn, when they first ask. */
unsigned ix_home(void);
/**
 * ix_drive_others() - what a thread that drives one owes to the others
 * @home: [in] the elastic thread that it drives
 *
 * Issues the calls that this thread caused on others, and does a round of each
 * that nobody drives.
 *
 * Context: without any lock; takes those it needs one after the other.
 * Return: packets received plus events handled.
 */
int ix_drive_others(unsigned home);
/** ix_flush_others() - only issue the calls that this thread caused on elastic
 * threads other than @home. Without any lock. */
void ix_flush_others(unsigned home);
/** ix_et_yield() - between two rounds of a loop that drives @et: let a thread
 * that waits for the lock have it. With the lock, which is held again after. */
void ix_et_yield(unsigned et);

#define IX_DRIVE_POLL 1	 /* of ix_drive(): look at the devices, too */
#define IX_DRIVE_OWNER 2 /* it is not the program's round: it counts as none */
/**
 * ix_drive() - one round of an elastic thread
 * @et: [in] the elastic thread
 * @flags: [in] IX_DRIVE_*
 *
 * Issues the calls of all objects that have some, enters the dataplane once,
 * and hands the events to the handlers. Without flags it looks at the devices as
 * well, by a second entry, where the program has not done so for 100 us: who only
 * sends has to take in the acknowledgements, too.
 *
 * Context: with the lock of @et; not from a handler. Does not block.
 * Return: packets received plus events handled.
 * Source: IX (OSDI 2014), section 4.1: run to completion.
 */
int ix_drive(unsigned et, unsigned flags);
/**
 * ix_unsettled() - is another round due at once?
 * @et: [in] the elastic thread
 *
 * What the stack sends to itself takes a round for each packet that answers
 * another, and one in which the program is told. A program that wants to see
 * the outcome of what it did drives until nothing is unsettled.
 *
 * Context: with the lock of @et.
 */
bool ix_unsettled(unsigned et);
/** ix_unsettle() - what was done since the last round makes another one due.
 * With the lock of @et. */
void ix_unsettle(unsigned et);
/** ix_drive_now() - the time of the last round of @et, ns, without reading a
 * clock. With the lock of @et. */
uint64_t ix_drive_now(unsigned et);

/**
 * ix_call() - execute one batched system call now
 * @et: [in] the elastic thread
 * @b: [in,out] the call, see struct ix_bsys; the dataplane's answers are in it
 *
 * Calls that wait for the next round are executed before it.
 *
 * Context: with the lock of @et. Does not block.
 * Return: @b->result: what docs/abi.md says of the call, negative errnos too.
 */
int64_t ix_call(unsigned et, struct ix_bsys *b);

/*
 * Connections. Where nothing else is said, the lock of the elastic thread c->o.et
 * is held, and nothing blocks.
 */
/**
 * ix_connect() - open a connection
 * @c: [out] the connection; it is written over
 * @et: [in] the elastic thread that is to have it; its lock is held
 * @ip: [in] the peer's address, @port its port in host order
 * @laddr: [in] own address: its index in struct ix_info + 1, or an address of
 *	127.0.0.0/8 as a number in host order; 0: chosen by the route
 * @lport: [in] own port, host order; 0: chosen
 * @flags: [in] IX_HELD: nothing is sent before IX_OPT_MUTE is set
 *
 * IX_N_CONNECTED, or IX_N_DEAD with @c->err, tells the outcome.
 *
 * Return: 0; -EADDRNOTAVAIL: no such own address, or no port is free;
 * -EADDRINUSE: the connection exists; -EXDEV: @lport is for another elastic
 * thread's flows; -ENETUNREACH, -ENETDOWN: no route, no device; -ENOBUFS: no
 * room for another one. @c is not to be closed then.
 */
int ix_connect(struct ix_conn *c, unsigned et, const struct ix_addr *ip,
	       uint16_t port, unsigned laddr, uint16_t lport, unsigned flags);
/**
 * ix_port_hold() - keep connections off a TCP port, on every elastic thread
 * @ip: [in] own address, all zero for any; @port: host order
 * @flags: [in] IX_SHARE_ALL or a part of it: with whom it may be shared
 *
 * Context: without any lock.
 * Return: 0; -EADDRINUSE: somebody has the port; -EADDRNOTAVAIL.
 */
int ix_port_hold(const struct ix_addr *ip, uint16_t port, unsigned flags);
/** ix_port_free() - undo one ix_port_hold() of @port. Without any lock. */
void ix_port_free(uint16_t port);
/**
 * ix_accept() - take over the connection that a listener's event tells of
 * @c: [out] the connection; it is written over
 * @et: [in] the elastic thread of the event
 * @knock: [in] the event that knock() was given
 *
 * Context: from knock(), or later with the lock of @et.
 * Return: 0. A connection that is gone meanwhile is told of as IX_N_DEAD with
 * ECONNRESET.
 */
int ix_accept(struct ix_conn *c, unsigned et, const struct ix_event *knock);
/**
 * ix_listen() - accept connections on a port
 * @l: [out] the listener; it is written over
 * @ip: [in] own address, all zero for any; @port: host order, 0: chosen
 * @backlog: [in] connections that wait to be taken, on each elastic thread
 * @flags: [in] IX_LISTEN_REUSEPORT, IX_HELD
 *
 * Context: with the lock of elastic thread 0 alone; takes the others' in turn.
 * Return: 0; -EADDRNOTAVAIL: no such own address; -EADDRINUSE; -ENOBUFS.
 */
int ix_listen(struct ix_listener *l, const struct ix_addr *ip, uint16_t port,
	      uint32_t backlog, unsigned flags);
/**
 * ix_migrate() - move a connection to another elastic thread
 * @c: [in,out] the connection; what was received and not read comes again
 * @et: [in] where it is to be
 *
 * Context: without any lock, and not from a handler.
 * Return: 0; -EINVAL: there is no such elastic thread; -EAGAIN: not now;
 * -EOPNOTSUPP: it is closed, dead or in a state that cannot be moved; -ENOBUFS:
 * no room there. It stays where it is then.
 */
int ix_migrate(struct ix_conn *c, unsigned et);
#define IX_WRITE_MORE 0x1u
#define IX_WRITE_URGENT 0x2u
/**
 * ix_write() - queue bytes to send
 * @c: [in,out] the connection
 * @iov: [in] @iovcnt pieces of the program's memory, which are copied
 * @flags: [in] IX_WRITE_MORE: more is to follow, a short tail is held back;
 *	IX_WRITE_URGENT: the last byte that is taken is urgent
 *
 * They go with the next round. Where not all find room, IX_N_WRITE tells when
 * there is some.
 *
 * Return: bytes taken, at most ix_conn_room(), also 0; -EPIPE: it was shut or
 * closed; -ENOTCONN: the handshake is not done; the errno of its death;
 * -ENOBUFS: no memory; -EFAULT: @iov does not lead to memory.
 */
ssize_t ix_write(struct ix_conn *c, const struct iovec *iov, int iovcnt,
		 unsigned flags);
/** ix_conn_room() - bytes that ix_write() would take now. */
uint32_t ix_conn_room(const struct ix_conn *c);
/** ix_conn_writable() - is there enough room to tell a writer? A third of the
 * bound, as Linux has it, so that it is not woken for each acknowledgement. */
static inline bool ix_conn_writable(const struct ix_conn *c)
{
	uint32_t used = c->tx_unsent + c->tx_unacked;
	uint32_t room = used < c->tx_limit ? c->tx_limit - used : 0;

	return room >= (c->low ? 1 : c->tx_limit / 3);
}
/** ix_conn_look() - ask the dataplane how much room there is. For connections
 * with IX_OPT_NOTSENT, where that changes with what is sent. */
void ix_conn_look(struct ix_conn *c);
/** ix_skip() - give back @n received bytes, at most @c->o.rx_bytes, that were
 * read where they lie. */
void ix_skip(struct ix_conn *c, size_t n);
/**
 * ix_read() - copy received bytes out
 * @c: [in,out] the connection
 * @iov: [out] @iovcnt pieces of the program's memory
 * @peek: [in] leave them to be read again
 * @skip: [in] begin so many bytes behind the first; 0 unless @peek
 *
 * Return: bytes copied, 0: nothing is there; -EFAULT: not one byte could be
 * written.
 */
ssize_t ix_read(struct ix_conn *c, const struct iovec *iov, int iovcnt,
		bool peek, size_t skip);
/**
 * ix_shutdown() - send FIN once all that was written is sent
 * @c: [in,out] the connection
 *
 * Return: 0, also where it was shut before; -ENOTCONN: it is dead.
 * Source: RFC 9293 3.10.4.
 */
int ix_shutdown(struct ix_conn *c);
/**
 * ix_close() - give a connection up
 * @c: [in,out] the connection; not to be used before IX_N_CLOSED
 * @rst: [in] abort it with a reset; else what was written is still sent
 *
 * Source: RFC 9293 3.10.4, 3.10.5; bytes that were not read make it a reset,
 * too (RFC 2525 2.17).
 */
void ix_close(struct ix_conn *c, bool rst);
/** ix_unlisten() - close a listener; connections that were not taken are reset.
 * With the lock of elastic thread 0 alone. The object is free then. */
void ix_unlisten(struct ix_listener *l);
/**
 * ix_setopt() - set an option of a handle
 * @o: [in,out] a connection, a listener (on all its elastic threads) or a port
 * @opt: [in] the option, @value: see IX_OPT_LIST in ix/abi.h
 *
 * Return: 0; -EINVAL: @value is out of its range; -ENOPROTOOPT: not of this kind
 * of handle; -EBADF: the handle is dead.
 */
int ix_setopt(struct ix_obj *o, enum ix_opt opt, uint32_t value);

/*
 * UDP. The lock of the elastic thread u->o.et is held, and nothing blocks.
 */
/**
 * ix_udp_open() - open a UDP port
 * @u: [out] the port; it is written over
 * @et: [in] the elastic thread that is to have it
 * @ip: [in] own address, all zero for any; @port: host order, 0: chosen
 * @flags: [in] IX_LISTEN_REUSEPORT, IX_UDP_REUSEADDR
 * @device: [in] number of the interface to which it is bound, and which has
 *	ports of its own; 0: none
 *
 * Return: 0; -EADDRNOTAVAIL; -EADDRINUSE; -EXDEV: the port is for another
 * elastic thread's flows; -ENFILE: no room; -EINVAL.
 */
int ix_udp_open(struct ix_udp *u, unsigned et, const struct ix_addr *ip,
		uint16_t port, unsigned flags, uint32_t device);
/**
 * ix_udp_connect() - hear one peer only
 * @ip: [in] its address, @port: its port in host order; 0: hear all again
 *
 * Return: 0; -EBADF: the handle is dead; -EINVAL.
 */
int ix_udp_connect(struct ix_udp *u, const struct ix_addr *ip, uint16_t port);
/**
 * struct ix_udp_to - where to and how a datagram is sent
 * @ip: destination, @port: its port in host order
 * @flags: IX_UDP_*
 * @laddr: own address: its index in struct ix_info + 1; 0: chosen by the route
 * @cut: bytes of each datagram that the bytes are cut into; 0: they are one
 * @ttl: time to live or hop limit; 0: as set by option
 * @tos: type of service, where @flags have IX_UDP_TOS
 */
struct ix_udp_to {
	struct ix_addr ip;
	uint16_t port;
	uint16_t flags;
	uint16_t laddr;
	uint16_t cut;
	uint8_t ttl;
	uint8_t tos;
};
/**
 * ix_udp_send() - send one datagram, or several of @to->cut bytes
 * @u: [in,out] the port
 * @to: [in] where to and how
 * @iov: [in] @iovcnt pieces of the program's memory, free when it returns
 *
 * Return: bytes sent, or kept where @to->flags have IX_UDP_MORE; -EMSGSIZE: too
 * large for a datagram, or for the MTU where that is asked; -EAGAIN: the device
 * has no room; -ENOBUFS: no packets are left; -ENETUNREACH, -ENETDOWN,
 * -EADDRNOTAVAIL; -EFAULT; -EINVAL; -EBADF.
 */
ssize_t ix_udp_send(struct ix_udp *u, const struct ix_udp_to *to,
		    const struct iovec *iov, int iovcnt);
/**
 * ix_udp_recv() - copy the oldest datagram out
 * @u: [in,out] the port
 * @iov: [out] @iovcnt pieces of the program's memory; what does not fit is lost
 * @peek: [in] leave it to be read again
 * @full: [out] its whole length, bytes
 * @from: [out] its first piece: who sent it, when and how
 *
 * Return: bytes copied; -EAGAIN: there is none; -EFAULT: some could not be
 * written, and it is gone unless it was peeked at.
 */
ssize_t ix_udp_recv(struct ix_udp *u, const struct iovec *iov, int iovcnt,
		    bool peek, size_t *full, struct ix_rx *from);
/**
 * ix_udp_copy() - copy from a datagram that stays queued
 * @r: [in] its first piece
 * @skip: [in] begin so many bytes behind its first
 * @at: [in] write so many bytes behind the first of @iov
 * @full: [out] its whole length, bytes
 *
 * Return: bytes copied; -EFAULT.
 */
ssize_t ix_udp_copy(const struct ix_rx *r, size_t skip, size_t at,
		    const struct iovec *iov, int iovcnt, size_t *full);
/** ix_udp_next() - the first piece of the datagram behind that of @r, or NULL. */
struct ix_rx *ix_udp_next(const struct ix_rx *r);
/** ix_udp_close() - give a port up. IX_N_CLOSED comes with the next round. */
void ix_udp_close(struct ix_udp *u);

/*
 * Several threads may share an elastic thread; the one that found work last
 * drives it, and the others leave the devices to it.
 */
/**
 * ix_claim() - the calling thread found work and goes to do it
 * @et: [in] the elastic thread; its lock is held
 * @polled: [in] it was awake already: a thread that sleeps armed is relieved of
 *	the devices, since this one looks at them
 */
void ix_claim(unsigned et, bool polled);
/**
 * ix_driven() - does another thread drive @et, so that this one should sleep?
 * @et: [in] the elastic thread
 * @napped: [in] the caller was called by the owner while it slept: it does not
 *	take the place of a driver that is busy on the same CPU
 *
 * Return: another thread found work a moment ago: neither spin nor arm.
 */
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
/**
 * struct ix_sleeper - one sleep of the calling thread
 * @slot: its wake-up slot; -1: all are taken, it sleeps for a millisecond
 * @armed: bit e: it sleeps on the devices of elastic thread e, too
 * @deadline_ns: earliest timer of the dataplane, ns; UINT64_MAX: none
 * @nfds: entries of @fds, which are descriptors of devices
 */
struct ix_sleeper {
	int slot;	      /* wake-up slot of the calling thread */
	uint32_t armed;	      /* bit e: sleeps on the devices of e too */
	uint64_t deadline_ns; /* of the dataplane's timers; UINT64_MAX: none */
	uint32_t nfds;	      /* device fds */
	int fds[IX_MAX_ETHREADS * IX_SLEEP_FDS];
};
#define IX_SLEEP_READY 1
/** ix_sleep_mark() - from now on ix_wake() wakes the calling thread. */
void ix_sleep_mark(struct ix_sleeper *s);
/**
 * ix_sleep_begin() - arm the devices that nobody else looks at
 * @et: [in] the home of the calling thread
 * @s: [in,out] after ix_sleep_mark()
 *
 * Return: 0, or IX_SLEEP_READY: something is there already, do not sleep.
 */
int ix_sleep_begin(unsigned et, struct ix_sleeper *s);
/**
 * ix_sleep() - sleep until something is there
 * @s: [in] after ix_sleep_begin()
 * @fds: [in,out] @n descriptors of the kernel to wait for, too; NULL: none
 * @timeout_ns: [in] ns from now; negative: without limit
 * @sigmask: [in] as of ppoll(), a sigset_t; NULL: as it is
 *
 * Context: without any lock; blocks.
 * Return: how many of @fds are ready, 0 also where the thread was woken for
 * another reason; -EINTR; -ENOMEM.
 */
int ix_sleep(struct ix_sleeper *s, struct pollfd *fds, unsigned n,
	     int64_t timeout_ns, const void *sigmask);
/** ix_sleep_end() - disarm; after ix_sleep_mark() in any case. */
void ix_sleep_end(struct ix_sleeper *s);
/** ix_spin_ns() - how long to look for work before sleeping, ns
 * (`--idle`). */
uint64_t ix_spin_ns(void);

#ifdef __cplusplus
}
#endif

#endif
