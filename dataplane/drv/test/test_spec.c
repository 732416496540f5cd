// SPDX-License-Identifier: MIT
/*
 * test_spec.c - the text of --dev
 */
#include "drv/common/dev.h"
#include "drv/common/spec.h"
#include "util.h"

static void parses(const char *text, const char *kind, const char *name,
		   const char *opts)
{
	struct drv_args a;
	char err[128] = "";

	assert_int_equal(spec_parse(text, &a, err, sizeof(err)), 0);
	assert_string_equal(a.kind, kind);
	assert_string_equal(a.name, name);
	assert_string_equal(a.opts, opts);
}

static void test_parts(void **state)
{
	(void)state;
	parses("veth", "veth", "", "");
	parses("veth:ix0", "veth", "ix0", "");
	parses("veth,driver=af_packet", "veth", "", "driver=af_packet");
	parses("memif:/run/m.sock,role=server,queues=2", "memif", "/run/m.sock",
	       "role=server,queues=2");
	parses("pci:0000:03:00.0", "pci", "0000:03:00.0", "");
	parses("vdev:net_ring0,a=b,c=d", "vdev", "net_ring0,a=b,c=d", "");
}

static void test_too_long(void **state)
{
	char text[192], err[128] = "";
	struct drv_args a = { .kind = "same" };

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(spec_parse(text, &a, err, sizeof(err)), -EINVAL);
	memcpy(text, "memif:", 6);
	assert_int_equal(spec_parse(text, &a, err, sizeof(err)), -ENAMETOOLONG);
	assert_string_equal(a.kind, "same");
	assert_true(strlen(err) > 0);
}

static void test_options(void **state)
{
	static const char *const keys[] = { "role", "queues", NULL };
	char v[8];

	(void)state;
	assert_int_equal(spec_opt("role=server,queues=2", "queues", v, 8), 1);
	assert_string_equal(v, "2");
	assert_int_equal(spec_opt("roles=1", "role", v, 8), 0);
	assert_int_equal(spec_opt("", "role", v, 8), 0);
	assert_int_equal(spec_opt("role=12345678", "role", v, 8), -EINVAL);
	assert_int_equal(spec_only("queues=2,role=x", keys, v, 8), 0);
	assert_int_equal(spec_only("queues=2,rol=x", keys, v, 8), -EINVAL);
	assert_string_equal(v, "rol=x");
}

static void test_bdf(void **state)
{
	(void)state;
	assert_true(spec_bdf("0000:03:00.0"));
	assert_true(spec_bdf("00ff:1f:1a.7"));
	assert_false(spec_bdf("03:00.0"));
	assert_false(spec_bdf("0000:03:00.8"));
	assert_false(spec_bdf("0000:03:00.00"));
	assert_false(spec_bdf("net_memif0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_bdf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
