// SPDX-License-Identifier: MIT
/*
 * test_json.c - documents, escapes, growth
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
/* after the above */
#include <cmocka.h>

#include "control/host/owner/json.h"

static void assert_text(const struct json *j, const char *want)
{
	assert_false(j->failed);
	assert_int_equal(j->len, strlen(want));
	assert_memory_equal(j->text, want, j->len);
}

static void test_nesting(void **state)
{
	struct json j = { 0 };

	(void)state;
	json_object(&j, NULL);
	json_u64(&j, "a", 1);
	json_array(&j, "b");
	json_u64(&j, NULL, UINT64_MAX);
	json_object(&j, NULL);
	json_end(&j, '}');
	json_array(&j, NULL);
	json_end(&j, ']');
	json_end(&j, ']');
	json_str(&j, "c", "x");
	json_raw(&j, "d", "[]", 2);
	json_end(&j, '}');
	assert_text(&j, "{\"a\":1,\"b\":[18446744073709551615,{},[]],"
			"\"c\":\"x\",\"d\":[]}");
	json_free(&j);
}

static void test_escapes(void **state)
{
	struct json j = { 0 };

	(void)state;
	json_str(&j, NULL, "a\"b\\c\n\x01\xff");
	assert_text(&j, "\"a\\\"b\\\\c\\u000a\\u0001\\u00ff\"");
	json_free(&j);
}

static void test_growth(void **state)
{
	struct json j = { 0 };
	int i;

	(void)state;
	json_array(&j, NULL);
	for (i = 0; i < 100000; i++)
		json_str(&j, NULL, "0123456789");
	json_end(&j, ']');
	assert_false(j.failed);
	assert_int_equal(j.len, 100000 * 13 + 1);
	assert_int_equal(j.text[j.len - 1], ']');
	json_free(&j);
	assert_null(j.text);
}

static void test_bound(void **state)
{
	static char big[1 << 20];
	struct json j = { 0 };
	int i;

	(void)state;
	memset(big, 'x', sizeof(big) - 1);
	for (i = 0; i < 70; i++)
		json_str(&j, NULL, big);
	assert_true(j.failed);
	json_free(&j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_growth),
		cmocka_unit_test(test_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
