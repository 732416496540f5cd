// SPDX-License-Identifier: MIT
/*
 * counter.c - a plugin of QEMU: how often each block of instructions runs
 *
 *	-plugin file=libixcounter.so,out=FILE
 *
 * Between MARK_BEGIN and MARK_END, and there not from MARK_PEER to MARK_STACK
 * (mark.h). At each end FILE gets a line `run N` and one for each block that
 * ran: its address, its instructions, how often it ran, and how many VMRUN are
 * in it. One emulated CPU: the counts are exact.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/replay/mark.h"
#include "bench/replay/qemu.h"

#define BUCKETS (1u << 16)

/* Never freed: the emulator keeps it for as long as its code. */
struct block {
	struct block *next;
	uint64_t addr, runs;
	uint32_t insns, vmruns;
};

int qemu_plugin_version = 1;

static struct block *table[BUCKETS];
static FILE *out;
static bool window, stack;
static unsigned runs;

static struct block *find(uint64_t addr, uint32_t insns)
{
	struct block **head = &table[(addr ^ addr >> 16) % BUCKETS], *b;

	for (b = *head; b; b = b->next)
		if (b->addr == addr && b->insns == insns)
			return b;
	b = calloc(1, sizeof(*b));
	if (!b)
		abort();
	b->addr = addr;
	b->insns = insns;
	b->next = *head;
	*head = b;
	return b;
}

static void flush(void)
{
	struct block *b;
	unsigned i;

	fprintf(out, "run %u\n", ++runs);
	for (i = 0; i < BUCKETS; i++)
		for (b = table[i]; b; b = b->next) {
			if (b->runs)
				fprintf(out, "%" PRIx64 " %u %" PRIu64 " %u\n",
					b->addr, b->insns, b->runs, b->vmruns);
			b->runs = 0;
		}
	fflush(out);
}

static void on_block(unsigned vcpu, void *data)
{
	struct block *b = data;

	(void)vcpu;
	b->runs += window && stack;
}

static void on_mark(unsigned vcpu, void *data)
{
	(void)vcpu;
	switch ((uintptr_t)data) {
	case MARK_STACK:
		stack = true;
		break;
	case MARK_PEER:
		stack = false;
		break;
	case MARK_BEGIN:
		window = true;
		break;
	case MARK_END:
		if (window)
			flush();
		window = false;
		break;
	}
}

static void look(struct qemu_plugin_insn *insn, struct block *b)
{
	static const uint8_t head[] = { MARK_BYTES }, tail[] = { MARK_TAIL };
	static const uint8_t vmrun[] = { 0x0f, 0x01, 0xd8 };
	const uint8_t *text = qemu_plugin_insn_data(insn);
	size_t size = qemu_plugin_insn_size(insn);

	if (size == sizeof(head) + 1 + sizeof(tail) &&
	    !memcmp(text, head, sizeof(head)) &&
	    !memcmp(text + sizeof(head) + 1, tail, sizeof(tail)))
		qemu_plugin_register_vcpu_insn_exec_cb(
			insn, on_mark, QEMU_PLUGIN_CB_NO_REGS,
			(void *)(uintptr_t)text[sizeof(head)]);
	if (size == sizeof(vmrun) && !memcmp(text, vmrun, size))
		b->vmruns++;
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb), i;
	struct block *b = find(qemu_plugin_tb_vaddr(tb), (uint32_t)n);

	(void)id;
	b->vmruns = 0;
	for (i = 0; i < n; i++)
		look(qemu_plugin_tb_get_insn(tb, i), b);
	qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block,
					     QEMU_PLUGIN_CB_NO_REGS, b);
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc,
			char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4) != 0)
		return -1;
	out = fopen(argv[0] + 4, "we");
	if (!out)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	return 0;
}
