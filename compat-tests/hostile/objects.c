// SPDX-License-Identifier: MIT
/*
 * objects.c - objects of our own, used wrongly: twice, too much, too late
 */
#include "hostile.h"

static int64_t use(uint16_t nr, ix_handle_t h, uint32_t len)
{
	struct ix_bsys b = { .nr = nr, .handle = h, .len = len };

	return call(&b);
}

/* Give back more than was received, and twice. */
static void give_back(void)
{
	struct ix_event ev = { 0 };
	uint32_t got = 0;

	expect("RECV_DONE", "nothing received",
	       use(IX_BSYS_RECV_DONE, objects.server, 1), -EINVAL);
	expect("RECV_DONE", "all there could be",
	       use(IX_BSYS_RECV_DONE, objects.server, UINT32_MAX), -EINVAL);
	expect("SENDV", "good bytes", send_data(objects.client, 1000), 1000);
	while (got < 1000 && await(IX_EV_RECV, objects.server, &ev))
		got += ev.len;
	expect("RECV", "good bytes", got, 1000);
	expect("RECV_DONE", "one too many",
	       use(IX_BSYS_RECV_DONE, objects.server, 1001), -EINVAL);
	expect("RECV_DONE", "half", use(IX_BSYS_RECV_DONE, objects.server, 500),
	       0);
	expect("RECV_DONE", "all once more",
	       use(IX_BSYS_RECV_DONE, objects.server, 1000), -EINVAL);
	expect("RECV_DONE", "the other half",
	       use(IX_BSYS_RECV_DONE, objects.server, 500), 0);
	expect("RECV_DONE", "twice",
	       use(IX_BSYS_RECV_DONE, objects.server, 500), -EINVAL);
	expect("RECV_DONE", "the sender's own",
	       use(IX_BSYS_RECV_DONE, objects.client, 1000), -EINVAL);
	/* the datagram that world_init() received */
	expect("UDP_RECV_DONE", "two of one",
	       use(IX_BSYS_UDP_RECV_DONE, objects.udp, 2), -EINVAL);
	expect("UDP_RECV_DONE", "very many of one",
	       use(IX_BSYS_UDP_RECV_DONE, objects.udp, UINT32_MAX), -EINVAL);
	expect("UDP_RECV_DONE", "one",
	       use(IX_BSYS_UDP_RECV_DONE, objects.udp, 1), 0);
	expect("UDP_RECV_DONE", "twice",
	       use(IX_BSYS_UDP_RECV_DONE, objects.udp, 1), -EINVAL);
}

/* Every call that takes a connection, with one that is closed. */
static void stale(ix_handle_t h, const char *how)
{
	static const uint16_t nrs[] = { IX_BSYS_ACCEPT,	 IX_BSYS_REJECT,
					IX_BSYS_SENDV,	 IX_BSYS_SHUTDOWN,
					IX_BSYS_CLOSE,	 IX_BSYS_SETOPT,
					IX_BSYS_MIGRATE, IX_BSYS_RECV_DONE };
	struct ix_conn_info out;
	unsigned i;

	for (i = 0; i < sizeof(nrs) / sizeof(nrs[0]); i++)
		if (nrs[i] != IX_BSYS_MIGRATE || info.nethreads > 1)
			expect("stale handle", how, use(nrs[i], h, 0), -EBADF);
	expect("CONN_INFO, stale handle", how,
	       gate(IX_GATE_CONN_INFO, 0, h, (uint64_t)&out), -EBADF);
}

static void too_late(void)
{
	ix_handle_t client, server, again;

	connect_pair(&client, &server);
	expect("ACCEPT", "twice", use(IX_BSYS_ACCEPT, server, 0), -EINVAL);
	expect("ACCEPT", "a client", use(IX_BSYS_ACCEPT, client, 0), -EINVAL);
	expect("REJECT", "accepted", use(IX_BSYS_REJECT, server, 0), -EINVAL);
	expect("REJECT", "a client", use(IX_BSYS_REJECT, client, 0), -EINVAL);
	expect("SHUTDOWN", "a client", use(IX_BSYS_SHUTDOWN, client, 0), 0);
	expect("SENDV", "after SHUTDOWN", send_data(client, 1), -EPIPE);
	abort_connection(server);
	abort_connection(client);
	drain();
	stale(client, "closed client");
	stale(server, "closed server");
	/* the same memory in use again is another object */
	connect_pair(&client, &again);
	stale(server, "reused");
	use(IX_BSYS_CLOSE, client, 0);
	use(IX_BSYS_CLOSE, again, 0);
	drain();
}

/* A connection that was not accepted is nobody's yet. */
static void not_accepted(void)
{
	struct ix_bsys b = { .nr = IX_BSYS_CONNECT,
			     .ip = own_ip(),
			     .rport = PORT };
	struct ix_event ev = { 0 };
	ix_handle_t client;

	expect("CONNECT", "ourselves", call(&b), 0);
	client = b.handle;
	expect_true("KNOCK", "ourselves", await(IX_EV_KNOCK, 0, &ev));
	expect("SENDV", "not accepted", send_data(ev.handle, 1), -ENOTCONN);
	expect("SHUTDOWN", "not accepted", use(IX_BSYS_SHUTDOWN, ev.handle, 0),
	       -ENOTCONN);
	expect("REJECT", "not accepted", use(IX_BSYS_REJECT, ev.handle, 0), 0);
	expect("REJECT", "twice", use(IX_BSYS_REJECT, ev.handle, 0), -EBADF);
	expect("ACCEPT", "rejected", use(IX_BSYS_ACCEPT, ev.handle, 0), -EBADF);
	drain();
	use(IX_BSYS_CLOSE, client, 0);
	drain();
}

void try_objects(void)
{
	give_back();
	too_late();
	not_accepted();
	verdict("objects used wrongly");
}

/* Handles of another instance: HOSTILE_HANDLES has them, by commas. */
void try_foreign(void)
{
	char *list = getenv("HOSTILE_HANDLES"), *next;
	ix_handle_t h;

	for (next = list; next && *next; next += *next == ',') {
		h = strtoull(next, &next, 0);
		/* what is ours by chance proves nothing */
		if (h == objects.client || h == objects.server ||
		    h == objects.udp || h == objects.listener)
			continue;
		stale(h, "another instance's");
	}
	verdict("handles of another instance");
}
