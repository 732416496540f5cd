// SPDX-License-Identifier: MIT
/*
 * test_calls.c - calls.def, the version script and the C library agree
 */
#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const char *const names[] = {
#define X(ret, name, params, args) #name,
#define V(ret, name, params) #name,
#define A(alias, name) #alias,
#include "shim/host/calls.def"
#undef X
#undef V
};
#define N (sizeof(names) / sizeof(*names))

static void the_map_exports_just_these(void **state)
{
	FILE *f = fopen(SHIM_MAP, "r");
	char line[128], want[128];
	size_t i = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (line[0] != '\t' || line[1] == '*')
			continue;
		assert_true(i < N);
		snprintf(want, sizeof(want), "\t%s;\n", names[i++]);
		assert_string_equal(line, want);
	}
	fclose(f);
	assert_int_equal(i, N);
}

static void the_c_library_has_them_all(void **state)
{
	void *libc = dlopen("libc.so.6", RTLD_NOW);
	size_t i;

	(void)state;
	assert_non_null(libc);
	for (i = 0; i < N; i++) {
		if (!dlsym(libc, names[i]))
			print_message("not in libc: %s\n", names[i]);
		assert_non_null(dlsym(libc, names[i]));
	}
	dlclose(libc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_map_exports_just_these),
		cmocka_unit_test(the_c_library_has_them_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
