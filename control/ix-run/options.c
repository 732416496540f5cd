// SPDX-License-Identifier: MIT
/*
 * options.c - the command line of ix-run, read through the table of settings
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/ix-run/options.h"

/* The option's value: after "=", or the next argument. */
struct option {
	char name[64];
	const char *value; /* NULL: none was attached */
};

static int split(const char *arg, struct option *out)
{
	const char *eq = strchr(arg, '=');
	size_t n = eq ? (size_t)(eq - arg) : strlen(arg);

	if (n >= sizeof(out->name))
		return -1;
	memcpy(out->name, arg, n);
	out->name[n] = 0;
	out->value = eq ? eq + 1 : NULL;
	return 0;
}

static int own_flag(struct run *r, const struct option *o)
{
	if (o->value)
		return 0;
	if (strcmp(o->name, "check") == 0)
		r->check = 1;
	else if (strcmp(o->name, "help") == 0)
		r->help = 1;
	else if (strcmp(o->name, "version") == 0)
		r->version = 1;
	else
		return 0;
	return 1;
}

/* Does the option need the next argument as its value? */
static int wants_next(const struct option *o)
{
	int id = config_find(o->name);

	if (o->value)
		return 0;
	if (strcmp(o->name, "config") == 0)
		return 1;
	return id >= 0 && !config_is_flag((enum config_id)id);
}

/* The option at argv[*i]. */
static int next_option(char *const *argv, int *i, struct option *o, char *err,
		       size_t err_size)
{
	const char *arg = argv[*i];

	if (strcmp(arg, "-h") == 0)
		arg = "--help";
	if (strcmp(arg, "-V") == 0)
		arg = "--version";
	if (strncmp(arg, "--", 2) != 0 || split(arg + 2, o))
		return config_fail(EXIT_IX, err, err_size,
				   "%s is not an option; see --help", arg);
	if (wants_next(o)) {
		if (!argv[*i + 1])
			return config_fail(EXIT_IX, err, err_size,
					   "--%s needs a value; see --help",
					   o->name);
		o->value = argv[++*i];
	}
	++*i;
	return 0;
}

static int more_options(char *const *argv, int *i)
{
	if (!argv[*i] || argv[*i][0] != '-' || !argv[*i][1])
		return 0;
	if (strcmp(argv[*i], "--") != 0)
		return 1;
	++*i;
	return 0;
}

/* --config comes first: it names the weakest source. */
static int first_pass(struct run *r, char *const *argv, char *err,
		      size_t err_size)
{
	struct option o;
	int i = 1, rc;

	while (more_options(argv, &i)) {
		rc = next_option(argv, &i, &o, err, err_size);
		if (rc)
			return rc;
		if (!own_flag(r, &o) && strcmp(o.name, "config") == 0 &&
		    setenv("IX_CONFIG", o.value, 1))
			return config_fail(EXIT_IX, err, err_size,
					   "out of memory");
	}
	r->argv = argv + i;
	return 0;
}

static int second_pass(struct run *r, char *const *argv, char *err,
		       size_t err_size)
{
	struct option o;
	int i = 1;

	while (more_options(argv, &i)) {
		next_option(argv, &i, &o, err, err_size);
		if (own_flag(r, &o) || strcmp(o.name, "config") == 0)
			continue;
		if (config_set(&r->config, o.name, o.value, err, err_size))
			return EXIT_IX;
	}
	return 0;
}

int options_read(struct run *r, char *const *argv, char *err, size_t err_size)
{
	int rc = first_pass(r, argv, err, err_size);

	if (rc || r->help || r->version)
		return rc;
	if (config_gather(&r->config, err, err_size))
		return EXIT_IX;
	rc = second_pass(r, argv, err, err_size);
	if (rc)
		return rc;
	if (config_check(&r->config, err, err_size))
		return EXIT_IX;
	if (!r->argv[0] && !r->check)
		return config_fail(EXIT_IX, err, err_size,
				   "no program is named; try ix-run --help");
	return 0;
}

static void help_setting(const struct config_about *a, const char *def)
{
	char left[64];

	snprintf(left, sizeof(left), "--%s%s%s", a->name, *a->value ? " " : "",
		 a->value);
	printf("  %-28s %s%s%s\n", left, a->help, a->range ? ", " : "",
	       a->range ? a->range : "");
	printf("  %-28s   (%s; default: %s)\n", "", a->env, def);
}

static void help_settings(void)
{
	static const struct config_about file = {
		.name = "config",
		.env = "IX_CONFIG",
		.value = "FILE",
		.help = "libconfig file with the same names; none: no file",
	};
	char def[64];
	int i;

	for (i = 0; i < CONFIG_NSETTINGS; i++)
		help_setting(config_about((enum config_id)i),
			     config_default((enum config_id)i, def,
					    sizeof(def)));
	help_setting(&file, CONFIG_FILE " if there");
}

void options_help(void)
{
	puts("Usage: ix-run [options] [--] program [args...]\n"
	     "Run an unmodified program on the IX dataplane.\n\n"
	     "Options, each with its variable and its default:");
	help_settings();
	puts("  --check                      say what would be used, and why\n"
	     "  --version, -V                print the version\n"
	     "  --help, -h                   print this\n\n"
	     "An option overrides its variable, a variable overrides the "
	     "file. Repeatable\nvariables hold values separated by blanks.\n\n"
	     "Devices:");
#define X(id, prefix, parser, arg, help) \
	printf("  %-46s %s\n", prefix arg, help);
	CONFIG_DEV_LIST(X)
#undef X
	puts("\nExit status: the program's own; 125 if ix-run fails, 126 if "
	     "the program cannot\nbe executed, 127 if it is not found. "
	     "--check: 0 if it would start, else 1.\n\n"
	     "See ix-run(1), ix.conf(5), ixcp(1).");
}
