// SPDX-License-Identifier: MIT
/*
 * test_bsys.c - batches, good and hostile
 */
#include "stubs.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#define TCP IX_HANDLE(1, IX_KIND_TCP, 3)
#define LISTENER IX_HANDLE(2, IX_KIND_LISTENER, 3)
#define UDP IX_HANDLE(3, IX_KIND_UDP, 3)

static int64_t one(struct ethread *et, struct ix_bsys *b)
{
	trace[0] = 0;
	b->result = 12345;
	assert_int_equal(bsys_run(et, (uint64_t)(uintptr_t)b, 1), 0);
	return b->result;
}

static void test_calls_reach_their_protocol(void **state)
{
	static const struct {
		uint16_t nr;
		ix_handle_t h;
		const char *called;
	} t[] = {
		{ IX_BSYS_NOP, 0, "" },
		{ IX_BSYS_CONNECT, 0, "connect " },
		{ IX_BSYS_LISTEN, 0, "listen " },
		{ IX_BSYS_UNLISTEN, LISTENER, "unlisten " },
		{ IX_BSYS_ACCEPT, TCP, "accept " },
		{ IX_BSYS_REJECT, TCP, "reject " },
		{ IX_BSYS_SENDV, TCP, "sendv " },
		{ IX_BSYS_RECV_DONE, TCP, "recv_done " },
		{ IX_BSYS_SHUTDOWN, TCP, "shutdown " },
		{ IX_BSYS_CLOSE, TCP, "close " },
		{ IX_BSYS_CLOSE, LISTENER, "unlisten " },
		{ IX_BSYS_CLOSE, UDP, "udp_close " },
		{ IX_BSYS_SETOPT, TCP, "setopt " },
		{ IX_BSYS_SETOPT, LISTENER, "setopt " },
		{ IX_BSYS_SETOPT, UDP, "udp_setopt " },
		{ IX_BSYS_UDP_BIND, 0, "udp_bind " },
		{ IX_BSYS_UDP_SENDV, UDP, "udp_sendv " },
		{ IX_BSYS_UDP_RECV_DONE, UDP, "udp_recv_done " },
		{ IX_BSYS_MIGRATE, TCP, "" },
		{ IX_BSYS_PORT_HOLD, 0, "port_hold " },
		{ IX_BSYS_PORT_FREE, 0, "port_free " },
	};
	struct ethread *et = make_ethread();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct ix_bsys b = { .nr = t[i].nr, .handle = t[i].h };

		assert_int_equal(one(et, &b), 0);
		assert_string_equal(trace, t[i].called);
	}
}

static void test_results_are_written_back(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_bsys b = { .nr = IX_BSYS_CONNECT, .cookie = 7, .rport = 80 };

	(void)state;
	assert_int_equal(one(et, &b), 0);
	assert_int_equal(b.handle, IX_HANDLE(5, IX_KIND_TCP, 9));
	assert_int_equal(b.lport, 4242);
	assert_int_equal(b.cookie, 7);
	assert_int_equal(seen.rport, 80);
}

static void test_wrong_kind_is_refused(void **state)
{
	struct ethread *et = make_ethread();
	uint16_t nr;
	uint32_t kind;

	(void)state;
	for (nr = IX_BSYS_UNLISTEN; nr < IX_BSYS_MAX; nr++)
		for (kind = 0; kind < 16; kind++) {
			struct ix_bsys b = { .nr = nr,
					     .handle = IX_HANDLE(1, kind, 1) };
			bool udp = nr == IX_BSYS_UDP_CONNECT ||
				   nr == IX_BSYS_UDP_SENDV ||
				   nr == IX_BSYS_UDP_RECV_DONE;
			bool any = nr == IX_BSYS_CLOSE || nr == IX_BSYS_SETOPT;
			bool none = nr == IX_BSYS_UDP_BIND ||
				    nr == IX_BSYS_PORT_HOLD ||
				    nr == IX_BSYS_PORT_FREE;
			uint32_t want = udp ? IX_KIND_UDP :
					nr == IX_BSYS_UNLISTEN ?
					      IX_KIND_LISTENER :
					      IX_KIND_TCP;

			if (none || kind == want ||
			    (any && kind && kind <= IX_KIND_UDP))
				continue;
			assert_int_equal(one(et, &b), -EBADF);
			assert_string_equal(trace, "");
		}
}

static void test_reserved_bits_of_a_handle(void **state)
{
	struct ethread *et = make_ethread();
	unsigned bit;

	(void)state;
	for (bit = 28; bit < 32; bit++) {
		struct ix_bsys b = { .nr = IX_BSYS_SHUTDOWN,
				     .handle = TCP | UINT64_C(1) << bit };

		assert_int_equal(one(et, &b), -EBADF);
		assert_string_equal(trace, "");
	}
}

static void test_unknown_calls_and_flags(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_bsys b = { .nr = IX_BSYS_MAX };

	(void)state;
	assert_int_equal(one(et, &b), -ENOSYS);
	b.nr = UINT16_MAX;
	assert_int_equal(one(et, &b), -ENOSYS);
	b.nr = IX_BSYS_SENDV;
	b.handle = TCP;
	b.flags = 0x8000;
	assert_int_equal(one(et, &b), -EINVAL);
	b.nr = IX_BSYS_SETOPT;
	b.flags = 0;
	b.opt = IX_OPT_MAX;
	assert_int_equal(one(et, &b), -ENOPROTOOPT);
	b.nr = IX_BSYS_CONNECT;
	b.opt = 2; /* there is one address */
	assert_int_equal(one(et, &b), -EADDRNOTAVAIL);
	b.nr = IX_BSYS_MIGRATE;
	b.opt = 0;
	b.len = 1;
	assert_int_equal(one(et, &b), -EINVAL);
	assert_string_equal(trace, "");
	assert_int_equal(et->stats.calls_failed, 6);
}

static void test_sg_is_checked(void **state)
{
	struct ethread *et = make_ethread();
	char data[64];
	struct ix_sg sg[IX_MAX_SG + 1];
	struct ix_bsys b = { .nr = IX_BSYS_SENDV,
			     .handle = TCP,
			     .count = IX_MAX_SG,
			     .addr = (uint64_t)(uintptr_t)sg };
	int i;

	(void)state;
	for (i = 0; i <= IX_MAX_SG; i++)
		sg[i] = (struct ix_sg){ (uint64_t)(uintptr_t)data, 64 };
	assert_int_equal(one(et, &b), 64 * IX_MAX_SG);
	assert_int_equal(seen_nsg, IX_MAX_SG);
	assert_int_equal(seen_sg[63].base, (uint64_t)(uintptr_t)data);
	b.count = IX_MAX_SG + 1;
	assert_int_equal(one(et, &b), -EINVAL);
	b.count = 2;
	sg[1].base = 0;
	assert_int_equal(one(et, &b), -EFAULT);
	sg[1] = (struct ix_sg){ UINT64_MAX - 8, 16 }; /* wraps */
	assert_int_equal(one(et, &b), -EFAULT);
	sg[1] = (struct ix_sg){ (uint64_t)(uintptr_t)data, UINT64_MAX };
	assert_int_equal(one(et, &b), -EFAULT);
	sg[1] = (struct ix_sg){ 0xffff800000000000u, 16 }; /* the kernel's */
	assert_int_equal(one(et, &b), -EFAULT);
	sg[1] = (struct ix_sg){ 0x7fffffffeff8u, 16384 }; /* over the edge */
	assert_int_equal(one(et, &b), -EFAULT);
	sg[1] = (struct ix_sg){ 0, 0 }; /* nothing, nowhere */
	assert_int_equal(one(et, &b), 64);
	assert_string_equal(trace, "sendv ");
}

/* What stays queued must be in memory that all processes have. */
static void test_sendv_wants_shared_memory(void **state)
{
	struct ethread *et = make_ethread();
	char data[64];
	struct ix_sg sg = { (uint64_t)(uintptr_t)data + 16, 32 };
	struct ix_bsys b = { .nr = IX_BSYS_SENDV,
			     .handle = TCP,
			     .count = 1,
			     .addr = (uint64_t)(uintptr_t)&sg };

	(void)state;
	et->core->net.info.app_base = data + 16;
	et->core->net.info.app_size = 32;
	assert_int_equal(one(et, &b), 32);
	sg.len = 33;
	assert_int_equal(one(et, &b), -EFAULT);
	sg = (struct ix_sg){ (uint64_t)(uintptr_t)data + 15, 2 };
	assert_int_equal(one(et, &b), -EFAULT);
	sg = (struct ix_sg){ (uint64_t)(uintptr_t)data + 48, 1 };
	assert_int_equal(one(et, &b), -EFAULT);
	b.nr = IX_BSYS_UDP_SENDV; /* done when the call is */
	b.handle = UDP;
	assert_int_equal(one(et, &b), 0);
}

static void test_bad_arrays(void **state)
{
	static const uint64_t bad[] = { 0, 8, 0xfffffffffffffff0u,
					0x7ffffffff000u, 0x8000000000000000u };
	struct ethread *et = make_ethread();
	struct ix_bsys b = { .nr = IX_BSYS_SENDV, .handle = TCP, .count = 1 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		b.addr = bad[i];
		assert_int_equal(one(et, &b), -EFAULT);
		assert_int_equal(bsys_run(et, bad[i], 1), -EFAULT);
		assert_int_equal(bsys_run(et, bad[i], UINT32_MAX), -EFAULT);
	}
	assert_string_equal(trace, "");
	assert_int_equal(bsys_run(et, 0, 0), 0);
}

static void test_garbage(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_bsys b[64];
	unsigned round, i, k;

	(void)state;
	srandom(42);
	for (round = 0; round < 2000; round++) {
		for (i = 0; i < 64; i++)
			for (k = 0; k < sizeof(b[0]); k++)
				((uint8_t *)&b[i])[k] = (uint8_t)random();
		for (i = 0; i < 64; i++) {
			b[i].nr %= IX_BSYS_MAX + 2;
			b[i].addr |= UINT64_C(1) << 63;
		}
		trace[0] = 0;
		assert_int_equal(bsys_run(et, (uint64_t)(uintptr_t)b, 64), 0);
	}
	assert_int_equal(et->stats.calls, 2000 * 64);
}

/* A descriptor is read once: what changes after that has no effect. */
static void test_order_and_counts(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_bsys b[3] = { { .nr = IX_BSYS_ACCEPT, .handle = TCP },
				{ .nr = IX_BSYS_RECV_DONE, .handle = TCP },
				{ .nr = IX_BSYS_CLOSE, .handle = TCP } };

	(void)state;
	assert_int_equal(bsys_run(et, (uint64_t)(uintptr_t)b, 3), 0);
	assert_string_equal(trace, "accept recv_done close ");
	assert_int_equal(et->stats.bsys[IX_BSYS_CLOSE], 1);
	assert_int_equal(et->stats.calls, 3);
	assert_int_equal(et->stats.calls_failed, 0);
}

static void test_full_txq_is_sent(void **state)
{
	struct ethread *et = make_ethread();
	struct ix_bsys b = { .nr = IX_BSYS_NOP };

	(void)state;
	et->net.ntx = NET_TXQ - 8;
	assert_int_equal(one(et, &b), 0);
	assert_string_equal(trace, "tx504 ");
	assert_int_equal(et->net.ntx, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls_reach_their_protocol),
		cmocka_unit_test(test_results_are_written_back),
		cmocka_unit_test(test_wrong_kind_is_refused),
		cmocka_unit_test(test_reserved_bits_of_a_handle),
		cmocka_unit_test(test_unknown_calls_and_flags),
		cmocka_unit_test(test_sg_is_checked),
		cmocka_unit_test(test_sendv_wants_shared_memory),
		cmocka_unit_test(test_bad_arrays),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_order_and_counts),
		cmocka_unit_test(test_full_txq_is_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
