// SPDX-License-Identifier: MIT
/*
 * calls.c - bad arguments of the gate and of each batched call
 */
#include "hostile.h"

/* --- the gate's own arguments --- */

static struct ix_sg good_sg(void)
{
	return (struct ix_sg){ (uint64_t)arena->data, 16 };
}

static void no_such_thread(void)
{
	static const uint64_t ids[] = { 1, 16, 17, 255, INT32_MAX, UINT32_MAX };
	struct ix_conn_info out;
	struct ix_sleep sleep;
	unsigned i;

	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		uint64_t id = ids[i];

		if (id < info.nethreads)
			continue;
		expect("ENTER", "no such thread",
		       gate(IX_GATE_ENTER, id, (uint64_t)&arena->ctx, 0),
		       -EINVAL);
		expect("ARM", "no such thread",
		       gate(IX_GATE_ARM, id, (uint64_t)&sleep, 0), -EINVAL);
		expect("CONN_INFO", "no such thread",
		       gate(IX_GATE_CONN_INFO, id, objects.client,
			    (uint64_t)&out),
		       -EINVAL);
		gate(IX_GATE_DISARM, id, 0, 0);
	}
}

static void no_such_flags(void)
{
	unsigned bit;

	for (bit = 2; bit < 32; bit++)
		expect("ENTER", "unknown flag", enter(0, 1u << bit), -EINVAL);
}

static void boot_at(const struct target *t)
{
	struct ix_boot_args args = { .abi = IX_ABI_VERSION };
	struct ix_booted out;

	if (!t->may_read)
		expect("BOOT, arguments", t->name,
		       gate(IX_GATE_BOOT, t->addr, (uint64_t)&out, 0), -EFAULT);
	expect("BOOT, answer", t->name,
	       gate(IX_GATE_BOOT, (uint64_t)&args, t->addr, 0), -EFAULT);
	args.abi++;
	expect("BOOT, other version", t->name,
	       gate(IX_GATE_BOOT, (uint64_t)&args, t->addr, 0), -EPROTO);
}

static void gate_at(const struct target *t)
{
	if (guest)
		boot_at(t);
	expect("ENTER", t->name, gate(IX_GATE_ENTER, 0, t->addr, 0), -EFAULT);
	drain();
	expect("ARM", t->name, gate(IX_GATE_ARM, 0, t->addr, 0), -EFAULT);
	expect("CONN_INFO", t->name,
	       gate(IX_GATE_CONN_INFO, 0, objects.client, t->addr), -EFAULT);
	if (!t->may_read)
		expect("ROUTE", t->name, gate(IX_GATE_ROUTE, t->addr, 0, 0),
		       -EFAULT);
}

/* --- the arrays of a context --- */

static long enter_with(struct ix_ctx c, uint32_t flags)
{
	arena->ctx = c;
	return gate(IX_GATE_ENTER, 0, (uint64_t)&arena->ctx, flags);
}

static void arrays_at(const struct target *t)
{
	if (!t->may_read)
		expect("calls", t->name,
		       enter_with((struct ix_ctx){ .bsys = (void *)t->addr,
						   .nbsys = 1 },
				  0),
		       -EFAULT);
	expect("events", t->name,
	       enter_with((struct ix_ctx){ .events = (void *)t->addr,
					   .events_cap = 1 },
			  IX_ENTER_EVENTS),
	       -EFAULT);
}

static void lengths(void)
{
	static const uint32_t many[] = { IX_MAX_BATCH + 1, 1 << 20, INT32_MAX,
					 1u << 31, UINT32_MAX };
	struct ix_ctx c = { .bsys = arena->bsys };
	char *end = (char *)info.app_base + info.app_size;
	unsigned i;

	for (i = 0; i < sizeof(many) / sizeof(many[0]); i++) {
		c.nbsys = many[i];
		expect("ENTER", "too many calls", enter_with(c, 0), -EINVAL);
	}
	for (i = 1; guest && i < 64; i++) {
		c = (struct ix_ctx){ .events = (void *)(end - 64 * i),
				     .events_cap = i + 1 };
		expect("events", "across the arena's end",
		       enter_with(c, IX_ENTER_EVENTS), -EFAULT);
	}
	for (i = 1; i < _Alignof(struct ix_event); i++) {
		c = (struct ix_ctx){ .events = (void *)((char *)arena->events +
							i),
				     .events_cap = 1 };
		expect("events", "an odd address",
		       enter_with(c, IX_ENTER_EVENTS), -EFAULT);
	}
}

void try_gate(void)
{
	static struct ix_event ours[2];
	unsigned i;

	no_such_thread();
	no_such_flags();
	for (i = 0; i < 64; i++)
		if (guest)
			expect("gate", "no such call",
			       gate(IX_GATE_MAX + i, 1, 2, 3),
			       IX_GATE_MAX + i < 64 ? -ENOPROTOOPT : -ENOSYS);
	for (i = 0; i < ntargets; i++) {
		gate_at(&targets[i]);
		arrays_at(&targets[i]);
	}
	lengths();
	if (guest) /* events are written where nothing can be unmapped */
		expect("events", "program memory outside of the arena",
		       enter_with((struct ix_ctx){ .events = ours,
						   .events_cap = 2 },
				  IX_ENTER_EVENTS),
		       -EFAULT);
	verdict("gate");
}

/* --- batched calls --- */

static const struct {
	const char *name;
	uint16_t flags;	   /* that exist */
	ix_handle_t *kind; /* a handle of the kind that it takes */
} rows[IX_BSYS_MAX] = {
	[IX_BSYS_NOP] = { "NOP", 0, NULL },
	[IX_BSYS_CONNECT] = { "CONNECT", IX_HELD, NULL },
	[IX_BSYS_LISTEN] = { "LISTEN", IX_LISTEN_REUSEPORT | IX_HELD, NULL },
	[IX_BSYS_UNLISTEN] = { "UNLISTEN", 0, &objects.listener },
	[IX_BSYS_ACCEPT] = { "ACCEPT", 0, &objects.server },
	[IX_BSYS_REJECT] = { "REJECT", 0, &objects.server },
	[IX_BSYS_SENDV] = { "SENDV",
			    IX_SENDV_MORE | IX_SENDV_FIN | IX_SENDV_URG,
			    &objects.client },
	[IX_BSYS_RECV_DONE] = { "RECV_DONE", 0, &objects.client },
	[IX_BSYS_SHUTDOWN] = { "SHUTDOWN", 0, &objects.client },
	[IX_BSYS_CLOSE] = { "CLOSE", IX_CLOSE_RST, &objects.client },
	[IX_BSYS_SETOPT] = { "SETOPT", 0, &objects.client },
	[IX_BSYS_UDP_BIND] = { "UDP_BIND",
			       IX_LISTEN_REUSEPORT | IX_UDP_REUSEADDR, NULL },
	[IX_BSYS_UDP_CONNECT] = { "UDP_CONNECT", 0, &objects.udp },
	[IX_BSYS_UDP_SENDV] = { "UDP_SENDV",
				IX_UDP_DONTFRAG | IX_UDP_WHOLE |
					IX_UDP_DEV_MTU | IX_UDP_NO_CKSUM |
					IX_UDP_MORE | IX_UDP_TOS,
				&objects.udp },
	[IX_BSYS_UDP_RECV_DONE] = { "UDP_RECV_DONE", 0, &objects.udp },
	[IX_BSYS_MIGRATE] = { "MIGRATE", 0, &objects.client },
	[IX_BSYS_PORT_HOLD] = { "PORT_HOLD", IX_SHARE_ALL, NULL },
	[IX_BSYS_PORT_FREE] = { "PORT_FREE", 0, NULL },
};

static struct ix_bsys good(uint16_t nr)
{
	arena->sg[0][0] = good_sg();
	return (struct ix_bsys){
		.nr = nr,
		.handle = rows[nr].kind ? *rows[nr].kind : 0,
		.addr = (uint64_t)arena->sg[0],
		.count = 1,
		.opt = nr == IX_BSYS_SETOPT ? IX_OPT_NODELAY : 0,
		.ip = own_ip(),
		.rport = PORT,
	};
}

static void no_such_call(void)
{
	unsigned nr;

	for (nr = IX_BSYS_MAX; nr <= UINT16_MAX; nr += nr < 64 ? 1 : 1021) {
		struct ix_bsys b = { .nr = (uint16_t)nr };

		expect("batched call", "no such number", call(&b), -ENOSYS);
	}
}

static void unknown_flags(uint16_t nr)
{
	unsigned bit;

	for (bit = 0; bit < 16; bit++) {
		struct ix_bsys b = good(nr);

		if (rows[nr].flags & 1u << bit)
			continue;
		b.flags = (uint16_t)(1u << bit);
		expect(rows[nr].name, "unknown flag", call(&b), -EINVAL);
	}
}

static void forge(uint16_t nr, const char *how, ix_handle_t h)
{
	struct ix_bsys b = good(nr);

	b.handle = h;
	expect(rows[nr].name, how, call(&b), -EBADF);
}

/* Handles that were never given out, made from one that was. */
static void forged_handles(uint16_t nr)
{
	ix_handle_t h = *rows[nr].kind;
	uint32_t gen = IX_HANDLE_GEN(h), index = IX_HANDLE_INDEX(h);
	uint32_t kind = IX_HANDLE_KIND(h), k;
	unsigned bit;

	forge(nr, "no handle", IX_HANDLE_NONE);
	forge(nr, "all ones", UINT64_MAX);
	for (bit = 0; bit < 32; bit++)
		forge(nr, "another generation",
		      IX_HANDLE(index, kind, gen ^ 1u << bit));
	for (bit = 8; bit < 24; bit++)
		forge(nr, "another index",
		      IX_HANDLE(index ^ 1u << bit, kind, gen));
	for (bit = 28; bit < 32; bit++)
		forge(nr, "reserved bits", h | UINT64_C(1) << bit);
	for (k = 4; k < 16; k++)
		forge(nr, "no such kind", IX_HANDLE(index, k, gen));
	forge(nr, "kind 0", IX_HANDLE(index, 0, gen));
	forge(nr, "generation 0", IX_HANDLE(index, kind, 0));
	forge(nr, "the last index", IX_HANDLE(0xffffff, kind, gen));
}

/* Of another kind than the call takes. */
static void other_kinds(uint16_t nr)
{
	const ix_handle_t all[] = { objects.listener, objects.udp,
				    objects.client };
	unsigned i;

	if (nr == IX_BSYS_CLOSE || nr == IX_BSYS_SETOPT)
		return;
	for (i = 0; i < 3; i++)
		if (IX_HANDLE_KIND(all[i]) != IX_HANDLE_KIND(*rows[nr].kind))
			forge(nr, "another kind", all[i]);
}

/* What the bytes that are sent lie in; both calls read them. */
static void pieces_at(uint16_t nr, const struct target *t)
{
	struct ix_bsys b = good(nr);

	if (!t->may_read) {
		b.addr = t->addr;
		expect(rows[nr].name, t->name, call(&b), -EFAULT);
		b = good(nr);
		b.addr = t->addr;
		b.count = IX_MAX_SG;
		expect(rows[nr].name, t->name, call(&b), -EFAULT);
	} else if (nr == IX_BSYS_UDP_SENDV) {
		return;
	}
	b = good(nr);
	arena->sg[0][0] = (struct ix_sg){ t->addr, 16 };
	expect(rows[nr].name, t->name, call(&b), -EFAULT);
	b = good(nr);
	b.count = 3;
	arena->sg[0][1] = good_sg();
	arena->sg[0][2] = (struct ix_sg){ t->addr, 16 };
	expect(rows[nr].name, t->name, call(&b), -EFAULT);
}

static void piece_lengths(uint16_t nr)
{
	static const uint64_t lens[] = {
		UINT64_C(1) << 40,	UINT64_C(1) << 46, INT64_MAX,
		UINT64_C(1) << 63,	UINT64_MAX,	   UINT64_MAX - 4095,
		UINT64_MAX - (1 << 20),
	};
	static const uint16_t counts[] = { IX_MAX_SG + 1, 128, INT16_MAX,
					   UINT16_MAX };
	struct ix_bsys b;
	unsigned i;

	for (i = 0; guest && i < sizeof(lens) / sizeof(lens[0]); i++) {
		b = good(nr);
		arena->sg[0][0].len = lens[i];
		expect(rows[nr].name, "a length", call(&b), -EFAULT);
		b = good(nr);
		arena->sg[0][0].base = UINT64_MAX - 15;
		arena->sg[0][0].len = lens[i];
		expect(rows[nr].name, "a wrap", call(&b), -EFAULT);
	}
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		b = good(nr);
		b.count = counts[i];
		expect(rows[nr].name, "a count", call(&b), -EINVAL);
	}
	b = good(nr);
	b.count = 0;
	b.addr = UINT64_MAX;
	b.rport = PORT + 9; /* a datagram for nobody */
	expect(rows[nr].name, "no pieces", call(&b), 0);
}

static void addresses(void)
{
	static const uint16_t nrs[] = { IX_BSYS_CONNECT, IX_BSYS_UDP_SENDV };
	struct ix_bsys b;
	unsigned i, opt;

	for (i = 0; i < 2; i++)
		for (opt = info.naddrs + 1; opt <= UINT16_MAX; opt += 4093) {
			b = good(nrs[i]);
			b.opt = (uint16_t)opt;
			expect(rows[nrs[i]].name, "no such own address",
			       call(&b), -EADDRNOTAVAIL);
		}
	for (i = 0; i < 2; i++) {
		b = good(i ? IX_BSYS_LISTEN : IX_BSYS_UDP_BIND);
		b.ip.b[13] ^= 0x55;
		expect(i ? "LISTEN" : "UDP_BIND", "a foreign address", call(&b),
		       -EADDRNOTAVAIL);
		b = good(i ? IX_BSYS_LISTEN : IX_BSYS_UDP_BIND);
		b.lport = PORT;
		expect(i ? "LISTEN" : "UDP_BIND", "a port in use", call(&b),
		       -EADDRINUSE);
	}
	b = good(IX_BSYS_UDP_SENDV);
	b.rport = 0;
	expect("UDP_SENDV", "port 0", call(&b), -EINVAL);
	b = good(IX_BSYS_UDP_SENDV);
	arena->sg[0][0].len = 65508;
	expect("UDP_SENDV", "more than a datagram", call(&b), -EMSGSIZE);
	b = good(IX_BSYS_MIGRATE);
	for (b.len = info.nethreads; b.len; b.len <<= 1)
		expect("MIGRATE", "no such thread", call(&b), -EINVAL);
}

static void options(void)
{
	static const struct {
		const char *name;
		uint16_t opt;
		uint32_t value;
	} bad[] = {
		{ "KEEPIDLE", IX_OPT_KEEPIDLE, 0 },
		{ "KEEPIDLE", IX_OPT_KEEPIDLE, 32768 },
		{ "KEEPINTVL", IX_OPT_KEEPINTVL, 0 },
		{ "KEEPINTVL", IX_OPT_KEEPINTVL, UINT32_MAX },
		{ "KEEPCNT", IX_OPT_KEEPCNT, 0 },
		{ "KEEPCNT", IX_OPT_KEEPCNT, 128 },
		{ "USER_TIMEOUT", IX_OPT_USER_TIMEOUT, UINT32_MAX },
		{ "MAXSEG", IX_OPT_MAXSEG, 87 },
		{ "MAXSEG", IX_OPT_MAXSEG, 32768 },
		{ "TTL", IX_OPT_TTL, 0 },
		{ "TTL", IX_OPT_TTL, 256 },
		{ "TOS", IX_OPT_TOS, 256 },
		{ "MINTTL", IX_OPT_MINTTL, 256 },
		{ "SCOPE", IX_OPT_SCOPE, IX_SCOPE_NONE + 1 },
		{ "MUTE", IX_OPT_MUTE, 2 },
		{ "SYNCNT", IX_OPT_SYNCNT, 128 },
	};
	struct ix_bsys b;
	unsigned i, opt;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		b = good(IX_BSYS_SETOPT);
		b.opt = bad[i].opt;
		b.len = bad[i].value;
		expect("SETOPT", bad[i].name, call(&b), -EINVAL);
		b.handle = objects.listener;
		expect("SETOPT of a listener", bad[i].name, call(&b), -EINVAL);
	}
	for (opt = IX_OPT_MAX; opt <= UINT16_MAX; opt += 4099) {
		b = good(IX_BSYS_SETOPT);
		b.opt = (uint16_t)opt;
		expect("SETOPT", "no such option", call(&b), -ENOPROTOOPT);
	}
}

void try_batches(void)
{
	uint16_t nr;
	unsigned i;

	no_such_call();
	for (nr = 0; nr < IX_BSYS_MAX; nr++) {
		unknown_flags(nr);
		if (!rows[nr].kind)
			continue;
		forged_handles(nr);
		other_kinds(nr);
	}
	verdict("batched calls");
	for (i = 0; i < ntargets; i++) {
		pieces_at(IX_BSYS_SENDV, &targets[i]);
		pieces_at(IX_BSYS_UDP_SENDV, &targets[i]);
	}
	piece_lengths(IX_BSYS_SENDV);
	piece_lengths(IX_BSYS_UDP_SENDV);
	verdict("scatter-gather lists");
	addresses();
	options();
	verdict("values");
}
