// SPDX-License-Identifier: MIT
/*
 * bsys.c - execute batched system calls
 *
 * Trust: descriptors and scatter-gather arrays are the program's, which may
 * change them while we look. Each is copied once; only the copy is checked
 * and used. Handles are checked for their kind here and for index and
 * generation by the protocol.
 */
#include "core/bsys.h"

#include "mem/uaccess.h"
#include "net/tcp/tcp.h"
#include "net/udp/udp.h"

#define KIND(k) (1u << IX_KIND_##k)

struct bsys_rule {
	int64_t (*fn)(struct net *n, struct ix_bsys *b);
	uint16_t kinds; /* KIND() of the handle; 0: takes none */
	uint16_t flags; /* those that exist */
	uint8_t makes;	/* returns a handle and a port */
	uint8_t laddr;	/* opt: own address + 1; 2: or one of loopback */
};

/* Copy the scatter-gather array and check what it names. 0 or -errno. */
static int fetch_sg(const struct ix_bsys *b, struct ix_sg *sg)
{
	unsigned i;

	if (b->count > IX_MAX_SG)
		return -EINVAL;
	if (uaccess_get(sg, b->addr, b->count * sizeof(*sg)) < 0)
		return -EFAULT;
	for (i = 0; i < b->count; i++)
		if (!uaccess_ok(sg[i].base, sg[i].len))
			return -EFAULT;
	return 0;
}

static int64_t do_nop(struct net *n, struct ix_bsys *b)
{
	(void)n;
	(void)b;
	return 0;
}

static int64_t do_connect(struct net *n, struct ix_bsys *b)
{
	return tcp_call_connect(n, b);
}

static int64_t do_listen(struct net *n, struct ix_bsys *b)
{
	return tcp_call_listen(n, b);
}

static int64_t do_unlisten(struct net *n, struct ix_bsys *b)
{
	return tcp_call_unlisten(n, b->handle);
}

static int64_t do_accept(struct net *n, struct ix_bsys *b)
{
	return tcp_call_accept(n, b->handle, b->cookie);
}

static int64_t do_reject(struct net *n, struct ix_bsys *b)
{
	return tcp_call_reject(n, b->handle);
}

/* What is sent later may be sent by any process of the instance: it has to lie
 * in the memory that all of them share. */
static int check_shared(const struct net *n, const struct ix_sg *sg,
			unsigned nsg)
{
	uint64_t base = (uint64_t)(uintptr_t)n->sh->info.app_base;
	uint64_t size = n->sh->info.app_size;
	unsigned i;

	for (i = 0; i < nsg; i++)
		if (sg[i].len &&
		    (sg[i].base < base || sg[i].base - base >= size ||
		     sg[i].len > size - (sg[i].base - base)))
			return -EFAULT;
	return 0;
}

static int64_t do_sendv(struct net *n, struct ix_bsys *b)
{
	struct ix_sg sg[IX_MAX_SG];
	int64_t done;
	int rc = fetch_sg(b, sg);

	if (rc == 0 && n->sh->info.app_size)
		rc = check_shared(n, sg, b->count);
	if (rc < 0)
		return rc;
	done = tcp_call_sendv(n, b->handle, sg, b->count, b->flags);
	if (done >= 0 && (b->flags & IX_SENDV_FIN) &&
	    (uint64_t)done == sg_bytes(sg, b->count))
		tcp_call_shutdown(n, b->handle);
	return done;
}

static int64_t do_recv_done(struct net *n, struct ix_bsys *b)
{
	return tcp_call_recv_done(n, b->handle, b->len);
}

static int64_t do_shutdown(struct net *n, struct ix_bsys *b)
{
	return tcp_call_shutdown(n, b->handle);
}

static int64_t do_close(struct net *n, struct ix_bsys *b)
{
	switch (IX_HANDLE_KIND(b->handle)) {
	case IX_KIND_LISTENER:
		return tcp_call_unlisten(n, b->handle);
	case IX_KIND_UDP:
		return udp_call_close(n, b->handle);
	default:
		return tcp_call_close(n, b->handle, b->flags);
	}
}

static int64_t do_setopt(struct net *n, struct ix_bsys *b)
{
	if (b->opt >= IX_OPT_MAX)
		return -ENOPROTOOPT;
	if (IX_HANDLE_KIND(b->handle) == IX_KIND_UDP)
		return udp_call_setopt(n, b->handle, b->opt, b->len, b->cookie);
	return tcp_call_setopt(n, b->handle, b->opt, b->len, b->cookie);
}

static int64_t do_udp_connect(struct net *n, struct ix_bsys *b)
{
	return udp_call_connect(n, b);
}

static int64_t do_udp_bind(struct net *n, struct ix_bsys *b)
{
	return udp_call_bind(n, b);
}

static int64_t do_udp_sendv(struct net *n, struct ix_bsys *b)
{
	struct ix_sg sg[IX_MAX_SG];
	int rc = fetch_sg(b, sg);

	return rc < 0 ? rc : udp_call_sendv(n, b, sg);
}

static int64_t do_udp_recv_done(struct net *n, struct ix_bsys *b)
{
	return udp_call_recv_done(n, b->handle, b->len);
}

static int64_t do_port_hold(struct net *n, struct ix_bsys *b)
{
	return tcp_port_hold(n, b);
}

static int64_t do_port_free(struct net *n, struct ix_bsys *b)
{
	return tcp_port_free(n, b->lport);
}

static int64_t do_migrate(struct net *n, struct ix_bsys *b)
{
	struct ix_conn_info info;

	if (b->len >= n->sh->info.nethreads)
		return -EINVAL;
	if (b->len == n->id)
		return tcp_info(n, b->handle, &info);
	return ethread_migrate(container_of(n, struct ethread, net), b);
}

static const struct bsys_rule rules[IX_BSYS_MAX] = {
	[IX_BSYS_NOP] = { .fn = do_nop },
	[IX_BSYS_CONNECT] = { .fn = do_connect,
			      .flags = IX_HELD,
			      .makes = 1,
			      .laddr = 2 },
	[IX_BSYS_LISTEN] = { .fn = do_listen,
			     .flags = IX_LISTEN_REUSEPORT | IX_HELD,
			     .makes = 1 },
	[IX_BSYS_UNLISTEN] = { .fn = do_unlisten, .kinds = KIND(LISTENER) },
	[IX_BSYS_ACCEPT] = { .fn = do_accept, .kinds = KIND(TCP) },
	[IX_BSYS_REJECT] = { .fn = do_reject, .kinds = KIND(TCP) },
	[IX_BSYS_SENDV] = { .fn = do_sendv,
			    .kinds = KIND(TCP),
			    .flags = IX_SENDV_MORE | IX_SENDV_FIN |
				     IX_SENDV_URG },
	[IX_BSYS_RECV_DONE] = { .fn = do_recv_done, .kinds = KIND(TCP) },
	[IX_BSYS_SHUTDOWN] = { .fn = do_shutdown, .kinds = KIND(TCP) },
	[IX_BSYS_CLOSE] = { .fn = do_close,
			    .kinds = KIND(TCP) | KIND(LISTENER) | KIND(UDP),
			    .flags = IX_CLOSE_RST },
	[IX_BSYS_SETOPT] = { .fn = do_setopt,
			     .kinds = KIND(TCP) | KIND(LISTENER) | KIND(UDP) },
	[IX_BSYS_UDP_CONNECT] = { .fn = do_udp_connect, .kinds = KIND(UDP) },
	[IX_BSYS_UDP_BIND] = { .fn = do_udp_bind,
			       .flags = IX_LISTEN_REUSEPORT | IX_UDP_REUSEADDR,
			       .makes = 1 },
	[IX_BSYS_UDP_SENDV] = { .fn = do_udp_sendv,
				.kinds = KIND(UDP),
				.flags = UDP_SEND_FLAGS,
				.laddr = 1 },
	[IX_BSYS_UDP_RECV_DONE] = { .fn = do_udp_recv_done,
				    .kinds = KIND(UDP) },
	[IX_BSYS_MIGRATE] = { .fn = do_migrate, .kinds = KIND(TCP), .makes = 1 },
	[IX_BSYS_PORT_HOLD] = { .fn = do_port_hold, .flags = IX_SHARE_ALL },
	[IX_BSYS_PORT_FREE] = { .fn = do_port_free },
};

static int check(const struct net *n, const struct ix_bsys *b,
		 const struct bsys_rule *r)
{
	if (r->kinds && (!(r->kinds & (1u << IX_HANDLE_KIND(b->handle))) ||
			 IX_HANDLE_RESERVED(b->handle)))
		return -EBADF;
	if (b->flags & ~r->flags)
		return -EINVAL;
	if (r->laddr && b->opt > n->sh->info.naddrs &&
	    (r->laddr < 2 || b->opt != IX_LIP_LOOPBACK + 1))
		return -EADDRNOTAVAIL;
	return 0;
}

static int64_t execute(struct ethread *et, struct ix_bsys *b)
{
	const struct bsys_rule *r;
	int rc;

	if (unlikely(b->nr >= IX_BSYS_MAX))
		return -ENOSYS;
	r = &rules[b->nr];
	et->stats.bsys[b->nr]++;
	rc = check(&et->net, b, r);
	return unlikely(rc < 0) ? rc : r->fn(&et->net, b);
}

/* The result is the last of it: who is killed before has told of nothing. */
static void write_back(uint64_t at, const struct ix_bsys *b)
{
	if (b->result >= 0 && b->nr < IX_BSYS_MAX && rules[b->nr].makes) {
		uaccess_put(at + offsetof(struct ix_bsys, handle), &b->handle,
			    sizeof(b->handle));
		uaccess_put(at + offsetof(struct ix_bsys, lport), &b->lport,
			    sizeof(b->lport));
	}
	uaccess_put(at + offsetof(struct ix_bsys, result), &b->result,
		    sizeof(b->result));
}

int bsys_run(struct ethread *et, uint64_t calls, uint32_t n)
{
	struct ix_bsys b;
	uint32_t i;

	if (!uaccess_ok(calls, n * sizeof(b)))
		return -EFAULT;
	for (i = 0; i < n; i++) {
		uint64_t at = calls + i * sizeof(b);

		if (uaccess_get(&b, at, sizeof(b)) < 0)
			return -EFAULT;
		b.result = execute(et, &b);
		et->stats.calls_failed += b.result < 0;
		write_back(at, &b);
		if (unlikely(et->moved_to))
			ethread_migrated(et);
		ethread_push(et);
	}
	et->stats.calls += n;
	return 0;
}
