// SPDX-License-Identifier: MIT
/*
 * test_elf.c - programs: which are taken, and what they find at their start
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "dune/load/elf.h"
#include "dune/test/guest.h"

#define PROGRAM "/bin/true"

static char path[] = "/tmp/test_elf.XXXXXX";
static char err[200];

/* A file with this text and mode. */
static void make(const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_TRUNC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static int opened(struct dune_exe **out)
{
	return dune_exe_open(path, out, err, sizeof(err));
}

static void test_what_is_no_program(void **state)
{
	struct dune_exe *exe;
	char loop[64];

	(void)state;
	make("no program", 0755);
	assert_int_equal(opened(&exe), -ENOEXEC);
	make("\177ELF", 0755);
	assert_int_equal(opened(&exe), -ENOEXEC);
	make("#!", 0755);
	assert_int_equal(opened(&exe), -ENOEXEC);
	make("#!" PROGRAM "\n", 0644);
	assert_int_equal(opened(&exe), -EACCES);
	snprintf(loop, sizeof(loop), "#!%s\n", path);
	make(loop, 0755);
	assert_int_equal(opened(&exe), -ELOOP);
	assert_non_null(strstr(err, path));
}

static void test_script(void **state)
{
	struct dune_exe *exe;

	(void)state;
	make("#! " PROGRAM " one two \n", 0755);
	assert_int_equal(opened(&exe), 0);
	assert_int_equal(exe->nhead, 3);
	assert_string_equal(exe->head[0], path);
	assert_string_equal(exe->head[1], "one two");
	assert_string_equal(exe->head[2], PROGRAM);
	dune_exe_close(exe);
}

/* The value of this type in the auxiliary vector behind the environment. */
static uint64_t auxiliary(const uint64_t *sp, uint64_t type)
{
	const uint64_t *at = sp + 1 + sp[0] + 1;

	while (*at)
		at++;
	for (at++; at[0] != type; at += 2)
		assert_int_not_equal(at[0], AT_NULL);
	return at[1];
}

static void test_start_of_a_program(void **state)
{
	char *argv[] = { (char *)"name", (char *)"argument", NULL };
	char *envp[] = { (char *)"A=b", NULL };
	struct dune_image image;
	const uint64_t *sp;

	(void)state;
	assert_int_equal(
		dune_load(PROGRAM, argv, envp, &image, err, sizeof(err)), 0);
	assert_true(aspace_executable(image.entry));
	assert_int_equal(image.stack % 16, 0);
	assert_false(aspace_executable(image.stack));
	sp = (const uint64_t *)image.stack;
	assert_int_equal(sp[0], 2);
	assert_string_equal((const char *)sp[1], "name");
	assert_string_equal((const char *)sp[2], "argument");
	assert_int_equal(sp[3], 0);
	assert_string_equal((const char *)sp[4], "A=b");
	assert_true(aspace_executable(auxiliary(sp, AT_ENTRY)));
	assert_memory_equal((const void *)auxiliary(sp, AT_BASE), ELFMAG,
			    SELFMAG);
	assert_string_equal((const char *)auxiliary(sp, AT_EXECFN), PROGRAM);
}

#define TEST(f) cmocka_unit_test_teardown(f, guest_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_is_no_program),
		TEST(test_script),
		TEST(test_start_of_a_program),
	};
	int fd, rc;

	/* a sanitizer has memory there */
	if (aspace_start() == -EEXIST) {
		puts("skipped: the window's addresses are taken");
		return 0;
	}
	fd = mkstemp(path);
	if (fd < 0)
		return 1;
	close(fd);
	rc = cmocka_run_group_tests(tests, guest_start, NULL);
	unlink(path);
	return rc;
}
