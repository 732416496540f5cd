// SPDX-License-Identifier: MIT
/*
 * hole - targets and verdicts of the hostile programs
 */
#include "../hole.h"

int hole_failed;
uint64_t hole_secret, hole_ro, hole_rw_end;
struct target targets[24];
unsigned ntargets;
bool hole_hosted;

void hole_verdict(const char *name, unsigned *cases, unsigned *wrong)
{
	const char *who = getenv("HOLE_WHO");

	if (*wrong || !*cases)
		printf("FAIL %s%s: %u of %u cases\n", who ? who : "", name,
		       *wrong, *cases);
	else
		printf("PASS %s%s (%u cases)\n", who ? who : "", name, *cases);
	fflush(stdout);
	hole_failed |= *wrong || !*cases;
	*cases = *wrong = 0;
}

static void add(const char *name, uint64_t addr, int may_read)
{
	targets[ntargets++] = (struct target){ name, addr, may_read };
}

static void add_object(const char *name, enum guard_object n, int offset)
{
	add(name, (uint64_t)gate1(GATE_OBJECT, n) + (uint64_t)offset, 0);
}

static void host_targets(void)
{
	hole_rw_end = (uint64_t)gate1(GATE_REGION, 0) + (3 << 20);
	hole_ro = (uint64_t)gate1(GATE_REGION, 1);
	add("secret", hole_secret, 0);
	add("within the secret", hole_secret + 1, 0);
	add("page of the secret", hole_secret & ~4095UL, 0);
	add("before the secret's page", (hole_secret & ~4095UL) - 1, 0);
	add("read-only region", hole_ro, 1);
	add("end of a region", hole_rw_end - 1, 0);
	add("last byte of the window", HOLE_WINDOW_END - 1, 0);
	add("across the window's end", HOLE_WINDOW_END - 4, 0);
	add("behind the window", HOLE_WINDOW_END, 0);
	add_object("heap", GUARD_HEAP, 64);
	add_object("before a region", GUARD_BEFORE_RW, 0);
	add_object("behind a region", GUARD_BEHIND_RW, 0);
	add_object("behind a read-only region", GUARD_BEHIND_RO, 0);
	add_object("host's zeros", GUARD_ZEROS, 0);
	add_object("host's lengths", GUARD_LENGTHS, 64);
	add_object("host's stack", GUARD_STACK, 0);
	add_object("thread's registers", GUARD_THREAD, 64);
	add_object("vCPU's tables", GUARD_VCPU, 40);
	add_object("vCPU's page", GUARD_RUN, 0);
}

void hole_targets(void)
{
	long secret = gate1(GATE_ADDRESS, 0);

	if (secret > 0) {
		hole_hosted = true;
		hole_secret = (uint64_t)secret;
		host_targets();
	}
	add("not canonical", UINT64_C(0x8000000000000000), 0);
	add("kernel", HOLE_KERNEL, 0);
	add("last byte of all", UINT64_MAX, 0);
}

bool hole_intact(void)
{
	return !hole_hosted || !gate1(GATE_INTACT, 0);
}
