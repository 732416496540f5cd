/* SPDX-License-Identifier: MIT */
/*
 * priv.h - the other part of a socket: options, addresses, backlog
 */
#ifndef IX_SHIM_PRIV_H
#define IX_SHIM_PRIV_H

#include "shim/host/addr.h"
#include "shim/option/opts.h"
#include "shim/object/root.h"
#include "shim/object/sock.h"
#include "shim/option/udp_opts.h"

enum bound {
	BOUND_NO,
	BOUND_ANY, /* a wildcard; the kernel's socket holds the port */
	BOUND_OWN, /* an address of the stack */
};

struct knock;

struct sock_priv {
	struct opts opts;
	struct cold *cold;	    /* options that few set; NULL: none */
	struct filter_prog *filter; /* UDP: SO_ATTACH_FILTER */
	uint32_t zc_next, zc_told;  /* TCP: MSG_ZEROCOPY calls made, reported */
	uint64_t cookie;	    /* SO_COOKIE; 0: nobody has asked for it */
	struct endpoint local;	    /* address and port that it is bound to */
	struct endpoint peer;	    /* to which it is connected */
	uint8_t bound;		    /* enum bound */
	uint8_t has_peer;	    /* UDP: connected */
	uint8_t turn;	   /* UDP: receives; each 16th asks the kernel first */
	uint8_t listed;	   /* in the list of bound.c */
	uint8_t untold;	   /* TCP: connect() has not told the outcome */
	uint8_t owner_sig; /* F_SETSIG */
	uint8_t owner_thread;	 /* F_SETOWN_EX: owner is a thread */
	uint8_t owner_ours;	 /* who named it may signal it */
	int32_t owner;		 /* F_SETOWN: who gets SIGURG */
	int32_t flags;		 /* of F_SETFL, but for O_NONBLOCK */
	uint8_t port_given;	 /* bind() named the port */
	struct sock *bound_next; /* in shim_root->bound */
	uint32_t nknocks; /* of a listener, as the next two: under list_lock */
	struct knock *knock_head, *knock_tail;
	struct udp_opts udp;
};

#endif
