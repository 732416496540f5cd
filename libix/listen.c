// SPDX-License-Identifier: MIT
/*
 * listen.c - listeners, which are on every elastic thread
 *
 * A peer's SYN is handled where its flow belongs. Locks of several elastic
 * threads are taken in ascending order; a listener's own is the first one's.
 */
#include <errno.h>
#include <string.h>

#include "libix/listen.h"
#include "libix/share/app.h"

static int call_on(unsigned et, struct ix_bsys *b)
{
	int rc;

	if (et)
		ix_et_lock(et);
	rc = (int)ix_call(et, b);
	if (et)
		ix_et_unlock(et);
	return rc;
}

int ix_listener_call(struct ix_listener *l, const struct ix_bsys *b)
{
	unsigned et;
	int rc = 0;

	for (et = 0; et < ix_self.boot.info.nethreads && rc >= 0; et++) {
		struct ix_bsys copy = *b;

		copy.handle = l->handle[et];
		rc = call_on(et, &copy);
	}
	return rc;
}

void ix_unlisten(struct ix_listener *l)
{
	unsigned et;

	for (et = 0; et < ix_self.boot.info.nethreads; et++) {
		struct ix_bsys b = { .nr = IX_BSYS_UNLISTEN,
				     .handle = l->handle[et] };

		if (b.handle)
			call_on(et, &b);
		l->handle[et] = IX_HANDLE_NONE;
	}
	l->o.handle = IX_HANDLE_NONE;
}

int ix_listen(struct ix_listener *l, const struct ix_addr *ip, uint16_t port,
	      uint32_t backlog, unsigned flags)
{
	struct ix_bsys b = {
		.nr = IX_BSYS_LISTEN,
		.flags = (uint16_t)flags,
		.cookie = (uint64_t)l,
		.len = backlog,
		.lport = port,
		.ip = *ip,
	};
	unsigned et;
	int rc;

	memset(l, 0, sizeof(*l));
	l->o.kind = IX_KIND_LISTENER;
	for (et = 0; et < ix_self.boot.info.nethreads; et++) {
		struct ix_bsys copy = b;

		/* the first one chooses a port where none is given */
		rc = call_on(et, &copy);
		if (rc < 0) {
			ix_unlisten(l);
			return rc;
		}
		l->handle[et] = copy.handle;
		if (copy.lport)
			b.lport = copy.lport;
	}
	l->o.handle = l->handle[0];
	l->lport = b.lport;
	return 0;
}

/* The first n elastic threads give it up. */
static void port_free(uint16_t port, unsigned n)
{
	unsigned et;

	for (et = 0; et < n; et++) {
		struct ix_bsys b = { .nr = IX_BSYS_PORT_FREE, .lport = port };

		ix_et_lock(et);
		ix_call(et, &b);
		ix_et_unlock(et);
	}
}

void ix_port_free(uint16_t port)
{
	port_free(port, ix_self.boot.info.nethreads);
}

int ix_port_hold(const struct ix_addr *ip, uint16_t port, unsigned flags)
{
	unsigned et;
	int rc = 0;

	for (et = 0; et < ix_self.boot.info.nethreads; et++) {
		struct ix_bsys b = { .nr = IX_BSYS_PORT_HOLD,
				     .flags = (uint16_t)flags,
				     .lport = port,
				     .ip = *ip };

		ix_et_lock(et);
		rc = (int)ix_call(et, &b);
		ix_et_unlock(et);
		if (rc < 0)
			break;
	}
	if (rc < 0)
		port_free(port, et);
	return rc;
}
