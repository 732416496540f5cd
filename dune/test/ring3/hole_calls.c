// SPDX-License-Identifier: MIT
/*
 * hole_calls - calls that there are not, and those that are not permitted
 *
 * Under dune_run only: Linux itself would permit some to root.
 */
#include "hole.h"

#define NATIVE(name, ...) { #name, SYS_##name, 0 },
#define BLOCK(name, ...) { #name, SYS_##name, 0 },
#define OWN(name, fn, ...) { #name, SYS_##name, 0 },
#define DENY(name, err) { #name, SYS_##name, err },
static const struct {
	const char *name;
	long nr;
	int err;
} rows[] = {
#include "../../syscalls.def"
};

static unsigned cases, wrong;

static void expect(const char *name, long nr, long ret, int err)
{
	cases++;
	if (ret == -err)
		return;
	wrong++;
	fprintf(stderr, "%s (%ld): %ld instead of %d\n", name, nr, ret, -err);
}

int main(void)
{
	static const uint64_t none[6];
	const size_t n = sizeof(rows) / sizeof(rows[0]);
	char known[1024] = { 0 };
	size_t i;
	long nr;

	hole_targets();
	if (!hole_hosted)
		return 0;
	for (i = 0; i < n; i++) {
		known[rows[i].nr] = 1;
		if (rows[i].err)
			expect(rows[i].name, rows[i].nr,
			       hole_call(rows[i].nr, none), rows[i].err);
	}
	hole_verdict("calls that are not permitted", cases, wrong);
	for (nr = 0; nr < 1024; nr++)
		if (!known[nr])
			expect("no such call", nr, hole_call(nr, none), ENOSYS);
	/* of the x32 ABI, negative, and behind the gate's */
	for (nr = 0; nr < 1024; nr++)
		expect("x32", nr, hole_call(nr | 0x40000000, none), ENOSYS);
	expect("-1", -1, hole_call(-1, none), ENOSYS);
	expect("behind the gate", 0, hole_call(GATE_FIRST + 64, none), ENOSYS);
	expect("within the gate", 0, hole_call(GATE_FIRST + 63, none), ENOSYS);
	hole_verdict("calls that there are not", cases, wrong);
	return hole_failed;
}
