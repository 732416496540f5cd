// SPDX-License-Identifier: MIT
/*
 * test_ix_run.c - ix-run as a person meets it: exit status and first line
 *
 * ix-run is copied beside libraries that hold nothing, so what is seen is its
 * own part: a device that needs no privilege is named, and no stack starts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char dir[64], binary[4200];
static char out[65536];

static int shell(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Run a command; its wait status, both outputs in out. */
static int shell(const char *fmt, ...)
{
	char cmd[16384];
	va_list ap;
	size_t n;
	FILE *p;

	va_start(ap, fmt);
	vsnprintf(cmd, sizeof(cmd), fmt, ap);
	va_end(ap);
	p = popen(cmd, "r");
	assert_non_null(p);
	n = fread(out, 1, sizeof(out) - 1, p);
	out[n] = 0;
	return pclose(p);
}

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/ix-run-test-XXXXXX");
	assert_non_null(mkdtemp(dir));
	setenv("IX_CONFIG", "none", 1);
	setenv("IX_DEV", "memif:/tmp/ix.sock", 1);
	unsetenv("LD_PRELOAD");
	return shell("cd %s && mkdir bin lib && cp '%s' bin/ix-run && "
		     "echo 'int main(void) { return 3; }' > p.c && "
		     "cc -o dynamic p.c && cc -static -o static p.c && "
		     "cc -shared -o lib/libixshim.so -x c /dev/null && "
		     "cp lib/libixshim.so lib/libixdp.so && "
		     "printf '#!/tmp/none\\n' > lost && "
		     "printf '#!%s/static\\n' > script && "
		     "printf 'exit 5\\n' > plain && touch data && "
		     "chmod +x lost script plain",
		     dir, binary, dir);
}

static int teardown(void **state)
{
	(void)state;
	return shell("rm -rf %s", dir);
}

static void expect(const char *args, int status, const char *text)
{
	int rc = shell("cd %s && (exec bin/ix-run %s) 2>&1 < /dev/null", dir,
		       args);

	if (!WIFEXITED(rc) || WEXITSTATUS(rc) != status || !strstr(out, text))
		fail_msg("ix-run %s: status 0x%x, wanted exit %d and '%s':\n%s",
			 args, rc, status, text, out);
}

static void test_passes_through(void **state)
{
	(void)state;
	expect("./dynamic", 3, "");
	assert_string_equal(out, "");
	expect("./plain", 5, "");
	expect("-- sh -c 'echo $0 \"$@\"' a --dev b", 0, "a --dev b\n");
	expect("sh -c 'kill -9 $$'", 128 + 9, "");
	expect("--protect none --log info true", 0,
	       "ix-run: protection: direct: asked for by --protect=none\n");
}

static void test_environment(void **state)
{
	(void)state;
	expect("--mtu 1400 --loopback env", 0, "IX_MTU=1400\n");
	assert_non_null(strstr(out, "IX_LOOPBACK=1\n"));
	assert_non_null(strstr(out, "IX_RUN=1\n"));
	assert_non_null(strstr(out, "IX_CONFIG=none\n"));
	assert_non_null(strstr(out, "/lib/libixshim.so\n"));
	setenv("LD_PRELOAD", "libm.so.6", 1);
	expect("env", 0, "/lib/libixshim.so:libm.so.6\n");
	unsetenv("LD_PRELOAD");
}

static void test_programs(void **state)
{
	(void)state;
	expect("no-such-program", 127,
	       "ix-run: no-such-program is not in PATH\n");
	expect("./none", 127, "cannot be executed: No such file");
	expect("./data", 126,
	       "ix-run: ./data cannot be executed: Permission "
	       "denied\n");
	expect("/", 126, "cannot be executed: Permission denied\n");
	expect("./lost", 127, "cannot be executed: No such file");
	expect("./static", 125, "./static is statically linked");
	expect("./script", 125, "/static, which runs ./script, is statically");
}

static void test_options(void **state)
{
	(void)state;
	expect("", 125, "ix-run: no program is named; try ix-run --help\n");
	expect("--fast true", 125,
	       "ix-run: --fast is not an option; see --help\n");
	expect("-x true", 125, "ix-run: -x is not an option; see --help\n");
	expect("--mtu", 125, "ix-run: --mtu needs a value; see --help\n");
	expect("--mtu=1 true", 125, "ix-run: --mtu: '1' is not a number");
	expect("--config /none true", 125,
	       "ix-run: configuration file /none: No such file");
	expect("--dev af_packet:nosuchif true", 125,
	       "ix-run: device af_packet:nosuchif: there is no interface");
	expect("--dev pci:ffff:00:00.0 true", 125, "there is no PCI device");
	expect("--dev memif:/none/m true", 125,
	       "the directory /none cannot be used");
	expect("--cpus 4095 true", 125, "CPU 4095 of --cpus is not there");
	expect("--help", 0, "Usage: ix-run [options] [--] program");
	expect("--version", 0, "ix-run ");
}

/* Whether the machine can do it or not: auto and kvm agree about it. */
static void test_protect(void **state)
{
	(void)state;
	expect("--check --protect auto ./dynamic", 0,
	       "result           it would start\n");
	if (strstr(out, "protection       kvm: ")) {
		expect("--check --protect kvm ./dynamic", 0,
		       "protection       kvm: ");
		return;
	}
	assert_non_null(strstr(out, "protection       direct: nothing "
				    "protects the dataplane, KVM "));
	expect("--protect=kvm true", 125,
	       "ix-run: --protect=kvm cannot be had: ");
}

static void test_check(void **state)
{
	(void)state;
	expect("--check --protect none ./dynamic", 0,
	       "result           it would start\n");
	assert_non_null(strstr(out, "protection       direct: asked for by "
				    "--protect=none\n"));
	assert_non_null(strstr(out, "memif:/tmp/ix.sock (environment): "));
	expect("--check --protect none ./static", 1, "it would not start\n");
	assert_non_null(strstr(out, "problem          ./static is static"));
}

/* What the shim says of the program that it was in; that is executed again as it
 * was, for these libraries start no instance. */
static void test_preloaded(void **state)
{
	char program[128];

	(void)state;
	snprintf(program, sizeof(program), "%s/dynamic", dir);
	setenv("IX_RUN_PROGRAM", program, 1);
	setenv("IX_RUN_PRELOAD", "libm.so.6", 1);
	expect("-- name", 3, "");
	assert_string_equal(out, "");
	setenv("IX_PROTECT", "kvm", 1);
	expect("-- name", 125, "ix-run: ");
	unsetenv("IX_PROTECT");
	setenv("IX_MISSPELT", "1", 1);
	expect("-- name", 3, "");
	unsetenv("IX_MISSPELT");
	setenv("IX_RUN_PROGRAM", "/usr/bin/env", 1);
	expect("-- name", 0, "IX_PROTECT=none\n");
	assert_non_null(strstr(out, "LD_PRELOAD=libm.so.6\n"));
	assert_null(strstr(out, "IX_RUN"));
	unsetenv("IX_RUN_PROGRAM");
	unsetenv("IX_RUN_PRELOAD");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_passes_through),
		cmocka_unit_test(test_environment),
		cmocka_unit_test(test_programs),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_protect),
		cmocka_unit_test(test_preloaded),
	};
	ssize_t n = readlink("/proc/self/exe", binary, 4096);

	assert_true(n > 0);
	binary[n] = 0;
	strcpy(strrchr(binary, '/'), "/../bin/ix-run");
	return cmocka_run_group_tests_name("ix-run", tests, setup, teardown);
}
