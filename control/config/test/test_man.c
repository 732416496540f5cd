// SPDX-License-Identifier: MIT
/*
 * test_man.c - the manual pages have every setting, with its range and default
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "control/config/config.h"

static char run_1[65536], conf_5[65536];

static void read_page(const char *name, char *buf, size_t size)
{
	char path[512];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", IX_MAN_DIR, name);
	f = fopen(path, "re");
	if (!f)
		fail_msg("%s cannot be read", path);
	n = fread(buf, 1, size - 1, f);
	buf[n] = 0;
	fclose(f);
}

static int setup(void **state)
{
	(void)state;
	read_page("ix-run.1", run_1, sizeof(run_1));
	read_page("ix.conf.5", conf_5, sizeof(conf_5));
	return 0;
}

/* As man pages write it: "-" would be a hyphen. */
static const char *escaped(const char *s, char *buf, size_t size)
{
	size_t n = 0;

	for (; *s && n + 3 < size; s++) {
		if (*s == '-')
			buf[n++] = '\\';
		buf[n++] = *s;
	}
	buf[n] = 0;
	return buf;
}

/* What ix-run(1) says of a setting, up to the next one. */
static void paragraph(const struct config_about *a, char *buf, size_t size)
{
	char name[64], head[160];
	const char *at, *end;

	escaped(a->name, name, sizeof(name));
	if (*a->value)
		snprintf(head, sizeof(head),
			 "\n.TP\n.BI \\-\\-%s \" %s \" (%s)\n", name, a->value,
			 a->env);
	else
		snprintf(head, sizeof(head),
			 "\n.TP\n.BR \\-\\-%s \" (%s=1)\"\n", name, a->env);
	at = strstr(run_1, head);
	if (!at)
		fail_msg("ix-run.1 does not have%s", head);
	at += strlen(head);
	end = strstr(at, "\n.TP\n");
	snprintf(buf, size, "%.*s",
		 (int)(end ? (size_t)(end - at) : strlen(at)), at);
}

static void says(const char *text, const char *what, const char *name)
{
	if (!strstr(text, what))
		fail_msg("ix-run.1 does not say \"%s\" of %s", what, name);
}

static void test_ix_run(void **state)
{
	char text[8192], range[64], def[64], want[80];
	int i;

	(void)state;
	for (i = 0; i < CONFIG_NSETTINGS; i++) {
		const struct config_about *a = config_about((enum config_id)i);

		paragraph(a, text, sizeof(text));
		if (a->range)
			says(text, escaped(a->range, range, sizeof(range)),
			     a->name);
		if (*a->def || strstr(text, "(the default)"))
			continue;
		snprintf(want, sizeof(want), "Default: %s.",
			 config_default((enum config_id)i, def, sizeof(def)));
		says(text, want, a->name);
	}
}

/* The line of ix.conf(5) that has a name says how its value is written. */
static void test_ix_conf(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < CONFIG_NSETTINGS; i++) {
		const struct config_about *a = config_about((enum config_id)i);
		const char *form = a->range  ? "Numbers." :
				   *a->value ? "Text" :
					       ".BR true";
		char list[1024] = "", name[64];
		const char *at;

		snprintf(name, sizeof(name), " %s ", a->name);
		for (at = strstr(conf_5, "\n.TP\n"); at;
		     at = strstr(at + 1, "\n.TP\n")) {
			snprintf(list, sizeof(list), " %.*s ",
				 (int)strcspn(at + 9, "\n"), at + 9);
			if (strstr(list, name))
				break;
		}
		if (!at)
			fail_msg("ix.conf.5 does not have %s", a->name);
		at = strchr(at + 9, '\n') + 1;
		if (strncmp(at, form, strlen(form)) != 0)
			fail_msg("ix.conf.5 says of %s: %.20s", a->name, at);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ix_run),
		cmocka_unit_test(test_ix_conf),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
