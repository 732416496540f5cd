// SPDX-License-Identifier: MIT
/*
 * syscalls.c - fuzz target: system calls of a hostile program
 *
 * Some calls, one after the other: first what the program writes to its memory,
 * then a number and six arguments. Each goes through the table of dune/ as from
 * ring 3, to a kernel that does its worst (kernel.h).
 */
#include <sys/mman.h>

#include "dune/host/fds.h"
#include "dune/host/layout.h"
#include "dune/host/self.h"
#include "dune/host/sigstate.h"
#include "dune/mem/aspace.h"
#include "dune/mem/rlimits.h"
#include "dune/sys/args.h"
#include "dune/sys/mediate.h"
#include "dune/sys/table.h"
#include "fuzz/instead.h"
#include "fuzz/kernel.h"

#define CALLS_MAX 6
#define STORES_MAX 16
#define NUMBERS 512

static uint16_t numbers[NUMBERS]; /* of the calls that have a row */
static unsigned nnumbers;
static struct dune_thread thread;
static struct dune_signals signals;

/* --- the room for a call's arguments, to the byte --- */

int __real_args_take(struct dune_thread *t, const struct call *c,
		     struct args *f);
int __wrap_args_take(struct dune_thread *t, const struct call *c,
		     struct args *f);
long __real_args_give(const struct dune_thread *t, const struct call *c,
		      const struct args *f, long ret);
long __wrap_args_give(const struct dune_thread *t, const struct call *c,
		      const struct args *f, long ret);

/* What lies behind an argument in its own room is nobody's. */
static void guard(const struct call *c, const struct args *f)
{
	unsigned i;

	for (i = 0; i < 6; i++) {
		uint64_t at = f->a[i], size = c->arg[i].size, room = 0;

		if (!f->user[i])
			continue;
		switch (c->arg[i].type) {
		case T_IN:
		case T_OUT:
		case T_INOUT:
		case T_TIMEOUT:
			room = FIXED_ROOM(size);
			break;
		case T_FDSET:
			size = (int)f->a[c->arg[i].n] > 0 ?
				       SET_BYTES(f->a[c->arg[i].n]) :
				       0;
			room = sizeof(f->set[0]);
			break;
		}
		if (room)
			kernel_forbid(at + size, room - size);
	}
	kernel_forbid((uint64_t)f->fixed + f->used, FIXED_MAX - f->used);
}

int __wrap_args_take(struct dune_thread *t, const struct call *c,
		     struct args *f)
{
	int ret = __real_args_take(t, c, f);

	if (!ret)
		guard(c, f);
	return ret;
}

long __wrap_args_give(const struct dune_thread *t, const struct call *c,
		      const struct args *f, long ret)
{
	kernel_permit((uint64_t)f, sizeof(*f));
	return __real_args_give(t, c, f, ret);
}

/* --- one input --- */

static void stores(struct input *in)
{
	unsigned n = in_pick(in, STORES_MAX), i;

	for (i = 0; i < n; i++) {
		uint64_t at =
			PROGRAM + in_u8(in) % 16 * 64 + in_u8(in) % 32 * 4;
		uint64_t v = kernel_value(in);

		memcpy((void *)at, &v, sizeof(v));
	}
}

/* What lies all over the program's memory before it stores anything: lengths
 * and counts of some size, or addresses, so that much is good by chance. */
static void fill(struct input *in)
{
	static const uint64_t with[] = {
		0,
		0x0000004000000040,
		0x0000100000001000,
		PROGRAM + 256,
		0x0000000100000001,
		SHARED + 64,
	};
	uint64_t v = with[in_pick(in, sizeof(with) / sizeof(with[0]))], at;

	for (at = PROGRAM; at < PROGRAM + PROGRAM_SIZE; at += sizeof(v))
		memcpy((void *)at, &v, sizeof(v));
}

/* A call: often one of those whose arguments lead further. */
static uint16_t number(struct input *in)
{
	static const uint16_t deep[] = {
		SYS_readv,	SYS_writev,	SYS_sendmsg,  SYS_recvmsg,
		SYS_sendmmsg,	SYS_recvmmsg,	SYS_ioctl,    SYS_fcntl,
		SYS_getsockopt, SYS_setsockopt, SYS_pselect6, SYS_semctl,
		SYS_poll,	SYS_accept,	SYS_futex,    SYS_mremap,
	};
	uint16_t any = in_u16(in);

	return any & 0x8000 ? deep[any % (sizeof(deep) / sizeof(deep[0]))] :
			      numbers[any % nnumbers];
}

/* Of any call: six numbers, of which some may be known. */
static void registers(struct input *in)
{
	struct dune_regs *r = &thread.regs;
	uint64_t a[6];
	unsigned i;

	memset(r, 0, sizeof(*r));
	r->rax = number(in);
	for (i = 0; i < 6; i++)
		a[i] = kernel_value(in);
	if (in_pick(in, 4))
		linux_choose((long)r->rax, a, in);
	r->rdi = a[0];
	r->rsi = a[1];
	r->rdx = a[2];
	r->r10 = a[3];
	r->r8 = a[4];
	r->r9 = a[5];
}

static void call(struct input *in)
{
	stores(in);
	registers(in);
	kernel_input(in);
	dune_syscall(&thread);
	kernel_input(NULL);
	kernel_check_memory();
}

/* As after the start of the program. */
static void reset(void)
{
	const struct rlimit limit = { FD_HIDDEN, FD_HIDDEN };

	memset((void *)PROGRAM, 0, PROGRAM_SIZE);
	memset((void *)SHARED, 0, SHARED_SIZE);
	memset(&thread, 0, sizeof(thread));
	memset(&signals, 0, sizeof(signals));
	thread.signals = &signals;
	aspace_clear();
	aspace_limit(UINT64_MAX, UINT64_MAX);
	aspace_set_brk(PROGRAM + (UINT64_C(1) << 20));
	MUST(aspace_mmap(PROGRAM, PROGRAM_SIZE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
			 0) == (long)PROGRAM);
	fds_set_limit(&limit);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const struct dune_region regions[] = {
		{ (void *)READ_ONLY, PAGE_SIZE, false },
		{ (void *)SHARED, SHARED_SIZE, true },
	};
	static const struct dune_fd fds[] = { { FD_HIDDEN, DUNE_FD_POLL } };
	uint16_t nr;

	(void)argc;
	(void)argv;
	for (nr = 0; nr < NUMBERS; nr++)
		if (call_row(nr) && call_row(nr)->how != HOW_DENY)
			numbers[nnumbers++] = nr;
	dune_config.regions = regions;
	dune_config.nregions = 2;
	dune_config.fds = fds;
	dune_config.nfds = 1;
	dune_config.hidden_fd_min = FD_HIDDEN;
	dune_self = &thread;
	kernel_start();
	MUST(!aspace_start() && !fds_start() && !limits_start());
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	unsigned n;

	reset();
	fill(&in);
	for (n = 0; in.left && n < CALLS_MAX; n++)
		call(&in);
	return 0;
}
