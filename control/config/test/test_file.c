// SPDX-License-Identifier: MIT
/*
 * test_file.c - the configuration file, and its place among the sources
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "control/config/config.h"

static char path[64];
static char err[512];

static int write_file(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	return fclose(f);
}

static int load(const char *text, struct ix_config *c)
{
	write_file(text);
	return config_load(c, err, sizeof(err));
}

static int setup(void **state)
{
	int fd;

	(void)state;
	clearenv();
	strcpy(path, "/tmp/ix-config-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	setenv("IX_CONFIG", path, 1);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return unlink(path);
}

static void test_every_type(void **state)
{
	struct ix_config c;

	(void)state;
	if (load("# comment\n"
		 "dev = [ \"veth:a\", \"tap:b\" ];\n"
		 "ip = \"10.0.0.2/24\";\n"
		 "arp = ( \"10.0.0.9=02:00:00:00:00:01\" );\n"
		 "gateway = \"10.0.0.1\"\n"
		 "threads = 2; cpus = \"0-1\"; batch = 32L;\n"
		 "no-kernel-listen = true; loopback = false; idle-us = -1;\n"
		 "protect = \"none\"; log = \"info\";\n",
		 &c))
		fail_msg("%s", err);
	assert_int_equal(c.ndevs, 2);
	assert_string_equal(c.dev[1], "tap:b");
	assert_int_equal(c.nips, 1);
	assert_int_equal(c.narp, 1);
	assert_int_equal(c.threads, 2);
	assert_int_equal(c.batch, 32);
	assert_int_equal(c.no_kernel_listen, 1);
	assert_int_equal(c.loopback, 0);
	assert_int_equal(c.from[CONFIG_LOOPBACK], FROM_FILE);
	assert_int_equal(c.idle_us, -1);
	assert_int_equal(c.log, LOG_INFO);
}

static void test_precedence(void **state)
{
	struct ix_config c;

	(void)state;
	setenv("IX_BATCH", "16", 1);
	setenv("IX_IP", "10.0.1.2/24", 1);
	assert_int_equal(load("batch = 8; threads = 3; mtu = 1400;\n"
			      "ip = [ \"10.0.0.2/24\", \"10.0.0.3/24\" ];",
			      &c),
			 0);
	assert_int_equal(config_set(&c, "mtu", "1300", err, sizeof(err)), 0);
	assert_int_equal(c.batch, 16);
	assert_int_equal(c.threads, 3);
	assert_int_equal(c.mtu, 1300);
	assert_int_equal(c.nips, 1);
	assert_int_equal(c.ip[0].ip.b[14], 1);
}

static void expect_error(const char *text, const char *sentence)
{
	struct ix_config c;
	char want[512];

	snprintf(want, sizeof(want), "%s:%s", path, sentence);
	assert_int_equal(load(text, &c), -EINVAL);
	assert_string_equal(err, want);
}

static void test_errors(void **state)
{
	struct ix_config c;

	(void)state;
	expect_error("\nspeed = 1;", "2: speed is not a setting; see "
				     "ix.conf(5)");
	expect_error("batch = 0;",
		     "1: batch: '0' is not a number from 1 to 256");
	expect_error("batch = [ 1, 2 ];", "1: batch takes one value");
	expect_error("dev = { a = 1; };", "1: dev takes one value");
	expect_error("batch = 1.5;",
		     "1: batch is neither text, a number nor true or false");
	expect_error("batch = ", "1: syntax error");
	setenv("IX_CONFIG", "/nonexistent/ix.conf", 1);
	assert_int_equal(config_load(&c, err, sizeof(err)), -ENOENT);
	assert_string_equal(err, "configuration file /nonexistent/ix.conf: No "
				 "such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_every_type, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_precedence, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_errors, setup, teardown),
	};

	return cmocka_run_group_tests_name("config file", tests, NULL, NULL);
}
