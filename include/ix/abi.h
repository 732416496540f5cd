/* SPDX-License-Identifier: MIT */
/*
 * abi.h - the gate between a program and the dataplane
 *
 * Trust: everything that the program writes here (batches, scatter-gather
 * arrays, cookies aside) is hostile to the dataplane, which reads each field
 * once and checks it. Cookies are opaque and come back unchanged.
 *
 * Source: IX (OSDI 2014), table 1, completed; docs/abi.md describes each field.
 */
#ifndef IX_ABI_H
#define IX_ABI_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define IX_ABI_VERSION 7

#define IX_MAX_ETHREADS 16   /* elastic threads of one instance */
#define IX_MAX_DEVS 4	     /* devices of one instance */
#define IX_MAX_ADDRS 16	     /* stack addresses of one instance */
#define IX_LIP_LOOPBACK 0xff /* what stands for 127.0.0.1 and ::1 */
#define IX_MAX_SG 64	     /* entries of one scatter-gather array */
#define IX_MAX_BATCH 4096    /* batched calls of one entry */
#define IX_MAX_WAKES 256     /* eventfds that wake sleepers */

/**
 * typedef ix_handle_t - names a protocol object of one elastic thread
 *
 * Shape: index in bits 0-23, enum ix_handle_kind in bits 24-27, generation in
 * bits 32-63; bits 28-31 are 0. A handle whose object has ended is -EBADF in
 * every call: its generation is another one.
 */
typedef uint64_t ix_handle_t;

#define IX_HANDLE_NONE ((ix_handle_t)0)
#define IX_HANDLE_INDEX(h) ((uint32_t)((h)&0xffffff))
#define IX_HANDLE_KIND(h) ((uint32_t)(((h) >> 24) & 0xf))
#define IX_HANDLE_RESERVED(h) ((uint32_t)((h) >> 28) & 0xf)
#define IX_HANDLE_GEN(h) ((uint32_t)((h) >> 32))
#define IX_HANDLE(index, kind, gen) \
	((ix_handle_t)(gen) << 32 | (ix_handle_t)(kind) << 24 | (index))

enum ix_handle_kind {
	IX_KIND_NONE,
	IX_KIND_TCP,
	IX_KIND_LISTENER,
	IX_KIND_UDP,
};

/**
 * struct ix_addr - an IPv6 address, or an IPv4 one in its v4-mapped form
 * @b: network byte order
 *
 * Source: RFC 4291 2.5.5.2.
 */
struct ix_addr {
	uint8_t b[16];
};

/**
 * struct ix_sg - one piece of program memory
 * @base: its address
 * @len: bytes
 */
struct ix_sg {
	uint64_t base;
	uint64_t len;
};

/*
 * Batched system calls: name, and what the call does.
 */
#define IX_BSYS_LIST(X)                                            \
	X(NOP, nop, "nothing")                                     \
	X(CONNECT, connect, "open a connection")                   \
	X(LISTEN, listen, "accept connections on a port")          \
	X(UNLISTEN, unlisten, "close a listener")                  \
	X(ACCEPT, accept, "take a knocking connection")            \
	X(REJECT, reject, "reset a knocking connection")           \
	X(SENDV, sendv, "queue bytes of a connection")             \
	X(RECV_DONE, recv_done, "give received bytes back")        \
	X(SHUTDOWN, shutdown, "half-close: send FIN")              \
	X(CLOSE, close, "give a handle up")                        \
	X(SETOPT, setopt, "set an option of a handle")             \
	X(UDP_BIND, udp_bind, "open a UDP port")                   \
	X(UDP_CONNECT, udp_connect, "name the one peer of a port") \
	X(UDP_SENDV, udp_sendv, "send one datagram")               \
	X(UDP_RECV_DONE, udp_recv_done, "give datagrams back")     \
	X(MIGRATE, migrate, "move to another elastic thread")      \
	X(PORT_HOLD, port_hold, "keep connections off a port")     \
	X(PORT_FREE, port_free, "undo one PORT_HOLD")

enum ix_bsys_nr {
#define X(up, low, text) IX_BSYS_##up,
	IX_BSYS_LIST(X)
#undef X
		IX_BSYS_MAX
};

/* flags of struct ix_bsys */
#define IX_LISTEN_REUSEPORT 0x0001 /* LISTEN, UDP_BIND: share the port */
#define IX_UDP_REUSEADDR 0x0002	   /* UDP_BIND: share with others that do */
#define IX_SHARE_ALL 0x0003	   /* PORT_HOLD, IX_OPT_SHARE: both of them */
#define IX_HELD 0x0004	     /* CONNECT, LISTEN: no packets until SETOPT MUTE */
#define IX_SENDV_MORE 0x0001 /* SENDV: more follows, hold a short tail */
#define IX_SENDV_FIN 0x0002  /* SENDV: SHUTDOWN once all bytes are queued */
#define IX_SENDV_URG \
	0x0004 /* SENDV: if all is queued, its last byte is urgent */
#define IX_CLOSE_RST 0x0001    /* CLOSE: abort (RFC 9293 3.10.5) */
#define IX_UDP_DONTFRAG 0x0001 /* UDP_SENDV: set DF; -EMSGSIZE over the MTU */
#define IX_UDP_WHOLE 0x0002    /* UDP_SENDV: -EMSGSIZE over the MTU, no DF */
#define IX_UDP_DEV_MTU 0x0004  /* UDP_SENDV: the device's MTU, not the path's */
#define IX_UDP_NO_CKSUM 0x0008 /* UDP_SENDV: without a checksum (RFC 768) */
#define IX_UDP_MORE 0x0010     /* UDP_SENDV: keep it, more is to follow */
#define IX_UDP_TOS 0x0020      /* UDP_SENDV: len carries a TOS */

/* options of SETOPT: X(name, text); value in `len` */
#define IX_OPT_LIST(X)                                              \
	X(NODELAY, "Nagle off (RFC 9293 3.7.4)")                    \
	X(CORK, "hold short segments until off")                    \
	X(KEEPALIVE, "probe an idle peer (RFC 9293 3.8.4)")         \
	X(KEEPIDLE, "seconds idle before the first probe")          \
	X(KEEPINTVL, "seconds between probes")                      \
	X(KEEPCNT, "probes before the connection is dead")          \
	X(USER_TIMEOUT, "ms of unacknowledged data before dead")    \
	X(BACKLOG, "of a listener, as LISTEN has it")               \
	X(DEFER, "of a listener: seconds to wait for first bytes")  \
	X(RCVBUF, "receive buffer, bytes: bounds the window")       \
	X(SNDBUF, "send queue, bytes: bounds what SENDV accepts")   \
	X(MAXSEG, "largest segment, bytes")                         \
	X(TTL, "IPv4 time to live, IPv6 hop limit")                 \
	X(TOS, "IPv4 TOS, IPv6 traffic class")                      \
	X(QUICKACK, "acknowledge at once")                          \
	X(LINGER2, "seconds in FIN-WAIT-2 after close; 0: default") \
	X(COOKIE, "new cookie for a listener or connection")        \
	X(RECVERR, "UDP: tell of every error, and what it quotes")  \
	X(SHARE, "who may have its port too: IX_SHARE_ALL")         \
	X(MINTTL, "drop packets of a smaller TTL or hop limit")     \
	X(SCOPE, "whose packets: enum ix_scope")                    \
	X(MUTE, "drop all packets")                                 \
	X(SYNCNT, "retransmissions of a SYN before it fails")       \
	X(NOTSENT, "bytes unsent that SENDV may leave; 0: any")     \
	X(CLAMP, "bytes that the window is at most; 0: any")        \
	X(PACING, "bytes a second at most; UINT32_MAX: any")        \
	X(CONGESTION, "congestion control: enum ix_cc")

/* Congestion control, and what Linux calls it (TCP_CONGESTION). */
#define IX_CC_LIST(X)     \
	X(CUBIC, "cubic") \
	X(RENO, "reno")

enum ix_cc {
#define X(name, text) IX_CC_##name,
	IX_CC_LIST(X)
#undef X
		IX_CC_MAX
};

enum ix_opt {
#define X(name, text) IX_OPT_##name,
	IX_OPT_LIST(X)
#undef X
		IX_OPT_MAX
};

/* values of IX_OPT_SCOPE */
enum ix_scope {
	IX_SCOPE_ANY,
	IX_SCOPE_HOST, /* from our own addresses */
	IX_SCOPE_NONE,
};

/**
 * struct ix_bsys - one batched system call
 *
 * Ports are in host order. What each call reads, and what it answers (->) where
 * it succeeds; `result` is 0 or what is said, or a negative errno of those in
 * docs/abi.md:
 *
 *  CONNECT   cookie, ip:rport (peer), opt (own address: index in struct
 *            ix_info + 1; IX_LIP_LOOPBACK + 1: that of 127.0.0.0/8 which is
 *            in len, in host order; 0: chosen), lport (0: chosen), flags
 *            -> handle, lport. A `connected` event tells the outcome.
 *  LISTEN    cookie, ip:lport (ip all zero: any), len (backlog), flags
 *            -> handle
 *  UNLISTEN  handle
 *  ACCEPT    handle, cookie
 *  REJECT    handle
 *  SENDV     handle, addr -> struct ix_sg[count], flags
 *            -> result: bytes queued. Memory stays untouched until `sent`
 *            events have acknowledged it, and lies in info.app_base, which
 *            outlives the program's processes (-EFAULT otherwise).
 *  RECV_DONE handle, len (bytes consumed, in the order received)
 *  SHUTDOWN  handle
 *  CLOSE     handle, flags. Bytes queued are still sent unless
 *            IX_CLOSE_RST; of events only SENT and the one DEAD (err 0 or why)
 *            follow, the latter as soon as the dataplane needs no memory of
 *            the program any more. After a DEAD (or a CONNECTED with an
 *            error) CLOSE frees what was received and nothing follows. Bytes
 *            received and not given back are answered by a reset (RFC 9293
 *            3.10.4, RFC 2525 2.17).
 *  SETOPT    handle, opt, len (value); handle 0 and opt COOKIE: cookie
 *  UDP_BIND  cookie, ip:lport (0: chosen), flags, len (number of an interface,
 *            which has ports of its own; 0: none) -> handle, lport
 *  UDP_CONNECT handle, ip:rport (rport 0: no peer any more). Datagrams of that
 *            peer come to this port rather than to others with its number;
 *            those of other peers do not.
 *  UDP_SENDV handle, ip:rport, opt (own address, as for CONNECT),
 *            addr -> struct ix_sg[count], flags, len (bits 0-7: TTL, 0: as set;
 *            8-15, with IX_UDP_TOS: TOS), lport (bytes of each datagram that
 *            this is cut into, 128 at most; 0: it is one)
 *            -> result: bytes sent. Memory is free when the call is done.
 *            With IX_UDP_MORE the bytes are kept, and those of the next calls
 *            come behind them, until one is without it; all but the bytes and
 *            IX_UDP_MORE counts in the first call alone. A call that fails
 *            drops what was kept.
 *  UDP_RECV_DONE handle, len (datagrams consumed, in order)
 *  MIGRATE   handle, len (elastic thread) -> handle: the one to use there.
 *            Bytes received and not given back are delivered again.
 *  PORT_HOLD ip:lport, flags (IX_SHARE_*). No connection is given this port any
 *            more; -EADDRINUSE where one has it, on that address, until its
 *            end and that of TIME-WAIT, but for those that share it: both say
 *            IX_UDP_REUSEADDR, or both IX_LISTEN_REUSEPORT. Of this elastic
 *            thread: hold it on all.
 *  PORT_FREE lport
 */
struct ix_bsys {
	uint16_t nr;	    /* enum ix_bsys_nr */
	uint16_t flags;	    /* IX_LISTEN_*, IX_SENDV_*, ... */
	uint16_t count;	    /* entries of the scatter-gather array */
	uint16_t opt;	    /* enum ix_opt, or own address + 1 */
	ix_handle_t handle; /* in; out for CONNECT, LISTEN, UDP_BIND, MIGRATE */
	uint64_t cookie;    /* opaque */
	uint64_t addr;	    /* of the scatter-gather array */
	int64_t result;	    /* out: 0 or a count, or a negative errno */
	uint32_t len;	    /* bytes, datagrams, backlog or value */
	uint16_t rport;	    /* peer's port */
	uint16_t lport;	    /* own port; out where it was 0 */
	struct ix_addr ip;  /* peer's address; LISTEN, UDP_BIND: own */
};

/*
 * Event conditions: name, and what happened.
 */
#define IX_EVENT_LIST(X)                                      \
	X(NONE, none, "nothing")                              \
	X(KNOCK, knock, "a peer opened a connection")         \
	X(CONNECTED, connected, "an own connect is decided")  \
	X(RECV, recv, "bytes arrived")                        \
	X(SENT, sent, "bytes were acknowledged")              \
	X(EOF, eof, "the peer half-closed")                   \
	X(DEAD, dead, "the connection is gone")               \
	X(UDP_RECV, udp_recv, "a datagram arrived")           \
	X(UDP_SENT, udp_sent, "a datagram was refused (err)") \
	X(TIMER, timer, "the program's deadline passed")      \
	X(URG, urg, "the peer has urgent data")

enum ix_event_type {
#define X(up, low, text) IX_EV_##up,
	IX_EVENT_LIST(X)
#undef X
		IX_EV_MAX
};

/**
 * struct ix_event - one event condition
 *
 * What each carries:
 *
 *  KNOCK     handle (of the new connection), cookie (of the listener),
 *            ip:rport (peer), lip, lport
 *  CONNECTED handle, cookie, err (0 or errno), lip, lport, window
 *  RECV      handle, cookie, data and len: readable until RECV_DONE;
 *            detail: IX_RECV_PROMPT: the peer may be waiting for that, if all
 *            that came is given back by it
 *  SENT      handle, cookie, len (bytes acknowledged), window (bytes that
 *            SENDV would queue now)
 *  EOF       handle, cookie
 *  DEAD      handle, cookie, err; the last event of a connection, always
 *            exactly one, unless CONNECTED told of a failure. What was
 *            received stays readable and the handle valid until CLOSE, if
 *            that was not called before. Raised when both directions are
 *            closed (err 0) or on an error. Before ACCEPT the cookie is the
 *            listener's.
 *  UDP_RECV  handle, cookie, data and len, ip:rport (sender), lip, lport;
 *            detail: IX_UDP_RECV_MORE: the datagram goes on in the next
 *            UDP_RECV of this handle; IX_UDP_RECV_TOS(), IX_UDP_RECV_TTL() of
 *            it. window: when it came, units of 1024 ns of the dataplane's
 *            clock, modulo 2^32. err, in its first event: datagrams that found
 *            no room before it and after the one before, 65535 at most. UDP_RECV_DONE counts
 *            whole datagrams.
 *  UDP_SENT  handle, cookie, err, ip:rport (destination), lip. With
 *            IX_OPT_RECVERR also data and len: struct ix_udp_error and the
 *            quoted bytes of the payload, readable until events are taken next
 *  TIMER     nothing
 *  URG       handle, cookie, len: where the urgent byte is, as the bytes that
 *            RECV events tell of from here on before it. It is told of by them
 *            as well. detail: IX_URG_NEW: this mark is news, and takes the
 *            place of the one before; IX_URG_BYTE: the byte has come, and is in
 *            bits 0-7. One event for all that has come since the last: with
 *            IX_URG_NEW `data` is how many marks, one byte each and without
 *            another between them, came and were replaced, the first of them
 *            `window` bytes from here on; IX_URG_CAME: and the byte of the mark
 *            that was told of before had come when it was replaced. As on Linux
 *            a program that has read up to a mark that is replaced does not get
 *            the byte in the stream.
 */
struct ix_event {
	uint16_t type;	    /* enum ix_event_type */
	uint16_t rport;	    /* peer's port */
	uint16_t lport;	    /* own port */
	uint16_t err;	    /* errno, or 0 */
	ix_handle_t handle; /* what it is about */
	uint64_t cookie;    /* the program's name for it */
	uint64_t data;	    /* address of received bytes, read-only */
	uint32_t len;	    /* bytes */
	uint32_t window;    /* bytes that SENDV would queue now */
	struct ix_addr ip;  /* peer's address */
	uint32_t lip;	    /* own address: index in struct ix_info, or
			     * IX_LIP_LOOPBACK */
	uint32_t detail;    /* IX_RECV_*, IX_UDP_RECV_*, IX_URG_*; else 0 */
};

#define IX_RECV_PROMPT 0x1u
#define IX_URG_BYTE 0x100u
#define IX_URG_NEW 0x200u
#define IX_URG_CAME 0x400u
#define IX_UDP_RECV_MORE 0x1u
#define IX_UDP_RECV_TOS(detail) ((uint8_t)((detail) >> 8))
#define IX_UDP_RECV_TTL(detail) ((uint8_t)((detail) >> 16))

/**
 * struct ix_udp_error - who reported an error of a datagram, and how
 */
struct ix_udp_error {
	struct ix_addr from;
	uint32_t mtu;	    /* of the next hop; 0: it is not about that */
	uint8_t type, code; /* of ICMP */
	uint8_t ttl, tos;   /* of the packet that said it */
};

/**
 * struct ix_ctx - what a thread enters the dataplane with
 *
 * The arrays of one program thread, or of all those that share an elastic
 * thread under a lock of theirs. Only the thread that has entered the dataplane
 * with it, and the dataplane on its behalf, touch it.
 */
struct ix_ctx {
	/* set by the program */
	struct ix_bsys *bsys;	 /* calls to execute, in order */
	struct ix_event *events; /* room for event conditions */
	uint32_t nbsys;		 /* calls in bsys; 0 when they are done */
	uint32_t events_cap;	 /* entries of events */
	uint64_t timer_ns;	 /* raise TIMER at this time; 0: never */
	/* set by the dataplane */
	uint32_t nevents; /* entries of events that are valid */
	uint32_t more;	  /* events are left for the next entry */
	uint32_t rx;	  /* packets received in this entry */
	uint32_t reserved;
	uint64_t now_ns;	/* the dataplane's clock, CLOCK_MONOTONIC */
	uint64_t next_timer_ns; /* earliest deadline; UINT64_MAX: none */
};

/* flags of enter */
#define IX_ENTER_POLL 0x1   /* poll the receive queues */
#define IX_ENTER_EVENTS 0x2 /* deliver event conditions */

/**
 * struct ix_info - what the stack is; constant once an instance runs
 */
struct ix_info {
	uint32_t nethreads;
	uint32_t naddrs;
	struct {
		struct ix_addr ip;
		uint32_t prefix; /* of 128: 96 + n for IPv4 */
		uint32_t dev;
	} addrs[IX_MAX_ADDRS];
	uint32_t dev_if[IX_MAX_DEVS]; /* the kernel's number; 0: it has none */
	uint32_t has_gateway;
	uint32_t loopback;	   /* the stack serves loopback too */
	uint32_t no_kernel_listen; /* wildcard listeners: stack only */
	uint32_t idle_us;	   /* spin before sleep; UINT32_MAX: never */
	void *app_base;		   /* memory shared by all forks, for libix */
	size_t app_size;	   /* bytes, sparse */
};

/**
 * struct ix_fds - descriptors of an instance, the same numbers in all processes
 *
 * They are for what implements the program's side; a program leaves them alone.
 */
struct ix_fds {
	int hidden_min; /* the first of our descriptors ... */
	int hidden_end; /* ... and after the last: all between are ours */
	int owner_wake; /* eventfd that the owner sleeps on */
	int call;	/* eventfd: the owner has events; one sleeper listens */
	int call_all;	/* ... and nobody came: all others do */
	int placeholder[2]; /* sockets that stand for ours: of TCP, of UDP */
	int relay[2];	    /* a pair: the program writes, owner reads */
	uint32_t nwake;	    /* entries of wake */
	int wake[IX_MAX_WAKES]; /* eventfds: semaphores, all forks' */
};

/**
 * struct ix_booted - what boot() tells of the instance; constant while it runs
 */
struct ix_booted {
	struct ix_info info;
	struct ix_fds fds;
};

/**
 * struct ix_conn_info - the state of a connection, as of one moment
 *
 * For TCP_INFO, getsockname() and tools that list connections.
 */
struct ix_conn_info {
	struct ix_addr lip, rip;
	uint16_t lport, rport;
	uint8_t state; /* enum of RFC 9293 3.3.2 as in tcp(7) TCP_* */
	uint8_t snd_wscale, rcv_wscale;
	uint8_t options; /* 1 timestamps, 2 SACK, 4 window scaling */
	uint32_t mss, rcv_mss;
	uint32_t srtt_us, rttvar_us, rto_us;
	uint32_t cwnd, ssthresh; /* bytes */
	uint32_t snd_wnd, rcv_wnd;
	uint32_t unacked, unsent; /* bytes */
	uint32_t unread;	  /* bytes delivered or not, not given back */
	uint32_t retransmits;	  /* segments, in all */
	uint32_t pmtu;		  /* of the path to the peer */
	uint64_t bytes_acked, bytes_received;
	uint32_t advmss; /* the largest segment that we announce */
	uint32_t segs_in, segs_out, data_segs_in, data_segs_out;
	uint32_t last_sent_ms, last_received_ms; /* data: how long ago */
	uint32_t window; /* bytes that SENDV would queue now */
};

#define IX_SLEEP_FDS (IX_MAX_DEVS + 1) /* and what others hand over */

/**
 * struct ix_sleep - what to sleep on once arm() has returned 0
 */
struct ix_sleep {
	uint32_t nfds;
	int fds[IX_SLEEP_FDS]; /* readable when packets arrive */
	uint64_t deadline_ns;  /* wake at this time at the latest */
};

/**
 * struct ix_app_ops - what the program's side does in the owner process
 *
 * The owner is a fork of the process that started the instance, and in direct
 * mode drives the dataplane while no thread of the program does.
 */
struct ix_app_ops {
	/* one full round of elastic thread et, if its lock is free */
	void (*drive)(unsigned et);
	/* a process that called attach() is gone; give up what it held */
	void (*process_gone)(int slot, int pid);
	/* print a JSON array, one object for each fd of pid */
	int (*describe_fds)(int pid, int out_fd);
	/* the elastic thread is driven, or a thread sleeps armed: the owner
	 * has nothing to do before this time; 0: drive now; UINT64_MAX: until
	 * ix_fds.owner_wake is written */
	uint64_t (*next_check)(unsigned et, uint64_t now_ns);
	/* once, at start: an fd that is readable when work() is due; -errno */
	int (*work_fd)(void);
	/* in each round of the owner; readable: the fd is. Number of things
	 * that the instance has to live on for */
	int (*work)(int readable);
};

#define IX_BOOT_PROTECTED 0x1 /* the program will run in a guest's ring 3 */

/**
 * struct ix_boot_args - how an instance is to be started
 */
struct ix_boot_args {
	uint32_t abi;		      /* IX_ABI_VERSION */
	uint32_t flags;		      /* IX_BOOT_* */
	const struct ix_app_ops *app; /* NULL: the owner drives alone */
	char *err;		      /* out: one line, what is wrong */
	size_t err_size;
	/* protected mode: be the keeper, in a fork of the owner; NULL: none */
	void (*keep)(void);
};

/* keeper(): once there are several processes; or at once */
#define IX_KEEPER_SOON 0
#define IX_KEEPER_NOW 1

/**
 * struct ix_fixup - an instruction that may fault on the program's memory
 * @at: its address
 * @resume: where the thread goes on when it has faulted: an error of the call
 */
struct ix_fixup {
	uint64_t at, resume;
};

/*
 * The functions of the gate, by their number of arguments: G(NAME, name, type and
 * name of each argument). Every one returns an int: 0, a count or a negative
 * errno; pointers lead to the program's memory.
 *
 *  BOOT       start the instance that the environment (IX_*) describes. out
 *             is filled before the owner is forked, which sees it too
 *  ATTACH     this process (a new fork) uses the instance: its slot
 *  ENTER      execute ctx->bsys, run timers, transmit; poll; fill ctx->events
 *  ARM        make packets wake out->fds; 1: packets are there, do not sleep
 *  DISARM     undo that
 *  CONN_INFO  what a connection or a UDP port is like now
 *  ROUTE      is ip served by the stack: 1 own address, 2 on link or routed, 0 no
 *  KEEPER     protected mode, where the owner may not follow the program's
 *             memory: start the keeper, a process in ring 3 that does for the
 *             program's side what the owner does in direct mode (struct
 *             ix_app_ops). From the keeper itself: how many things the instance
 *             has to live on for
 */
#define IX_GATE_LIST(G0, G1, G2, G3)                                          \
	G2(BOOT, boot, const struct ix_boot_args *, args, struct ix_booted *, \
	   out)                                                               \
	IX_GATE_CALLS(G0, G1, G2, G3)
/* ... but for BOOT, which is another function in protected mode. */
#define IX_GATE_CALLS(G0, G1, G2, G3)                                         \
	G0(ATTACH, attach)                                                    \
	G3(ENTER, enter, unsigned, et, struct ix_ctx *, ctx, uint32_t, flags) \
	G2(ARM, arm, unsigned, et, struct ix_sleep *, out)                    \
	G1(DISARM, disarm, unsigned, et)                                      \
	G3(CONN_INFO, conn_info, unsigned, et, ix_handle_t, h,                \
	   struct ix_conn_info *, out)                                        \
	G1(ROUTE, route, const struct ix_addr *, ip)                          \
	G1(KEEPER, keeper, uint32_t, arg)

/**
 * struct ix_dp - the dataplane as seen from the program's side
 *
 * In direct mode it is the symbol `ix_dp` of libixdp.so, whose functions may be
 * called in any process that descends from the booter; in protected mode libix
 * makes system calls of them.
 */
struct ix_dp {
	uint32_t abi;
	uint32_t size;
#define G0(up, low) int (*low)(void);
#define G1(up, low, t1, a) int (*low)(t1 a);
#define G2(up, low, t1, a, t2, b) int (*low)(t1 a, t2 b);
#define G3(up, low, t1, a, t2, b, t3, c) int (*low)(t1 a, t2 b, t3 c);
	IX_GATE_LIST(G0, G1, G2, G3)
#undef G0
#undef G1
#undef G2
#undef G3
	uint64_t (*now_ns)(void);
	/* direct mode: the dataplane's copies from and to the program, for who
	 * handles the faults of the process; NULL in protected mode, where the
	 * host does */
	const struct ix_fixup *(*fixups)(size_t *n_out);
};

extern const struct ix_dp ix_dp;

/*
 * Protected mode: the same functions are system calls of the program, number
 * IX_GATE + n with the same arguments; results in rax. BOOT starts nothing, the
 * instance is there: it fills out. now_ns is clock_gettime(). Linux
 * answers -ENOSYS, the gate -ENOPROTOOPT to numbers from IX_GATE_MAX on.
 */
#define IX_GATE 0x49580000
enum ix_gate_nr {
#define G(up, ...) IX_GATE_##up,
	IX_GATE_LIST(G, G, G, G)
#undef G
		IX_GATE_MAX
};

static_assert(sizeof(struct ix_addr) == 16, "ABI");
static_assert(sizeof(struct ix_sg) == 16, "ABI");
static_assert(sizeof(struct ix_bsys) == 64, "ABI");
static_assert(offsetof(struct ix_bsys, handle) == 8, "ABI");
static_assert(offsetof(struct ix_bsys, result) == 32, "ABI");
static_assert(offsetof(struct ix_bsys, ip) == 48, "ABI");
static_assert(sizeof(struct ix_event) == 64, "ABI");
static_assert(offsetof(struct ix_event, cookie) == 16, "ABI");
static_assert(offsetof(struct ix_event, len) == 32, "ABI");
static_assert(offsetof(struct ix_event, ip) == 40, "ABI");
static_assert(sizeof(struct ix_ctx) == 64, "ABI");
static_assert(sizeof(struct ix_udp_error) == 24, "ABI");

#ifdef __cplusplus
}
#endif

#endif
