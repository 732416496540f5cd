// SPDX-License-Identifier: MIT
/*
 * test_filter.c - classic BPF on a datagram that lies in pieces
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "shim/option/filter.h"

static uint8_t one[] = { 0x11, 0x22, 0x33 }, two[] = { 0x44, 0x55 };
static struct ix_rx second = { .data = two, .len = sizeof(two) };
static struct ix_rx first = { .next = &second,
			      .data = one,
			      .len = sizeof(one),
			      .more = 1 };
static const struct filter_packet packet = {
	.first = &first,
	.ip = { 0x45, 0, 0, 33, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1 },
	.udp = { 0x30, 0x39, 0x00, 0x35, 0, 13 },
	.len = 13,
};

/* What the instructions and `ret A` make of it. */
static uint32_t run(const struct sock_filter *code, uint32_t n)
{
	static struct filter_prog prog;

	memcpy(prog.insn, code, n * sizeof(*code));
	prog.insn[n] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_A, 0);
	prog.len = n + 1;
	return filter_run(&prog, &packet);
}

static uint32_t loaded(uint16_t how, uint32_t at)
{
	struct sock_filter code[] = { BPF_STMT((uint16_t)(BPF_LD | how), at) };

	return run(code, 1);
}

static void loads_reach_all_of_it(void **state)
{
	(void)state;
	assert_int_equal(loaded(BPF_H | BPF_ABS, 0), 12345);
	assert_int_equal(loaded(BPF_H | BPF_ABS, 2), 53);
	assert_int_equal(loaded(BPF_W | BPF_ABS, 6), 0x1122);
	assert_int_equal(loaded(BPF_W | BPF_ABS, 8), 0x11223344);
	assert_int_equal(loaded(BPF_H | BPF_ABS, 11), 0x4455);
	assert_int_equal(loaded(BPF_W | BPF_LEN, 0), 13);
	assert_int_equal(loaded(BPF_B | BPF_ABS, (uint32_t)SKF_NET_OFF + 8),
			 64);
	assert_int_equal(loaded(BPF_W | BPF_ABS,
				(uint32_t)SKF_AD_OFF + SKF_AD_PAY_OFFSET),
			 8);
}

static void what_is_not_there_drops_it(void **state)
{
	(void)state;
	assert_int_equal(loaded(BPF_B | BPF_ABS, 13), 0);
	assert_int_equal(loaded(BPF_W | BPF_ABS, 10), 0);
	assert_int_equal(loaded(BPF_W | BPF_ABS, 0x7fffffff), 0);
	assert_int_equal(loaded(BPF_W | BPF_ABS, (uint32_t)SKF_NET_OFF + 17),
			 0);
	assert_int_equal(loaded(BPF_W | BPF_ABS, (uint32_t)SKF_LL_OFF), 0);
}

static void registers_and_memory(void **state)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, (uint32_t)SKF_NET_OFF),
		BPF_STMT(BPF_MISC | BPF_TXA, 0),
		BPF_STMT(BPF_ST, 15),
		BPF_STMT(BPF_LD | BPF_IMM, 5),
		BPF_STMT(BPF_ALU | BPF_MUL | BPF_X, 0),
		BPF_STMT(BPF_LDX | BPF_MEM, 15),
		BPF_STMT(BPF_ALU | BPF_SUB | BPF_X, 0),
	};

	(void)state;
	assert_int_equal(run(code, 7), 5 * 20 - 20);
}

static void division_by_nothing_drops_it(void **state)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_IMM, 5),
		BPF_STMT(BPF_ALU | BPF_DIV | BPF_X, 0),
		BPF_STMT(BPF_RET | BPF_K, 99),
	};

	(void)state;
	assert_int_equal(run(code, 3), 0);
	code[1] = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_MOD | BPF_X, 0);
	assert_int_equal(run(code, 3), 0);
}

static void jumps(void **state)
{
	/* of the port 53 the first 4 bytes behind the header */
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 2),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 53, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 12),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};

	(void)state;
	assert_int_equal(run(code, 4), 12);
	code[1].k = 54;
	assert_int_equal(run(code, 4), 0);
	/* beyond the end, which the kernel lets no program do */
	code[0] =
		(struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, UINT32_MAX - 9);
	assert_int_equal(run(code, 4), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loads_reach_all_of_it),
		cmocka_unit_test(what_is_not_there_drops_it),
		cmocka_unit_test(registers_and_memory),
		cmocka_unit_test(division_by_nothing_drops_it),
		cmocka_unit_test(jumps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
