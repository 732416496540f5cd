// SPDX-License-Identifier: MIT
/*
 * options - the command line of ix-wire.
 */
#include "options.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
	"usage: ix-wire [options] IF_A IF_B\n"
	"Forwards Ethernet frames between two interfaces, badly, and prints at\n"
	"its end (SIGINT, SIGTERM or --duration) what it did as JSON.\n"
	"\n"
	"  --loss P             lose a packet with this probability\n"
	"  --burst IN,OUT[,P]   Gilbert-Elliott: enter and leave the bad state,\n"
	"                       loss while in it (default 1)\n"
	"  --duplicate P        send a second copy\n"
	"  --reorder P          let a packet leave later than its followers\n"
	"  --reorder-by TIME    that much later (default 2ms)\n"
	"  --corrupt P          flip one bit behind the Ethernet header (IP only)\n"
	"  --delay TIME         each way\n"
	"  --jitter TIME        uniform +-TIME, keeps the order\n"
	"  --rate BITS          link rate per second, with a queue of\n"
	"  --queue BYTES        (default 256k)\n"
	"  --ab-X, --ba-X       any of the above for one direction\n"
	"  --seed N             default 1; the same seed, the same fates\n"
	"  --duration TIME\n"
	"\n"
	"P: 0.01 or 1%; TIME: ns us ms s; BITS and BYTES: k m g.\n"
	"Offloads must be off at the far ends: a segment larger than the\n"
	"interface's MTU is dropped and counted as oversize.\n";

struct unit {
	const char *name;
	double factor;
};

static const struct unit no_units[] = { { "", 1 }, { NULL, 0 } };
static const struct unit parts[] = { { "", 1 }, { "%", 0.01 }, { NULL, 0 } };
static const struct unit times[] = { { "ns", 1 },  { "us", 1e3 }, { "ms", 1e6 },
				     { "s", 1e9 }, { "", 1e9 },	  { NULL, 0 } };
static const struct unit sizes[] = { { "", 1 },	      { "k", 1e3 },
				     { "m", 1e6 },    { "g", 1e9 },
				     { "kbit", 1e3 }, { "mbit", 1e6 },
				     { "gbit", 1e9 }, { NULL, 0 } };

/* Reads a number and its unit up to a comma or the end; NULL if wrong. */
static const char *read_number(const char *s, const struct unit *units,
			       double *value_out)
{
	char *end;
	double v = strtod(s, &end);
	size_t n = strcspn(end, ",");

	if (end == s || !(v >= 0))
		return NULL;
	for (; units->name; units++) {
		if (strlen(units->name) == n &&
		    strncmp(units->name, end, n) == 0) {
			*value_out = v * units->factor;
			return end + n;
		}
	}
	return NULL;
}

static int whole_number(const char *s, const struct unit *units, double max,
			double *value_out)
{
	double v;
	const char *end = read_number(s, units, &v);

	if (!end || *end || v > max)
		return -EINVAL;
	*value_out = v;
	return 0;
}

static int set_part(const char *s, void *field)
{
	return whole_number(s, parts, 1.0, field);
}

static int set_u64(const char *s, const struct unit *units, uint64_t *field)
{
	double v;

	if (whole_number(s, units, 1e18, &v))
		return -EINVAL;
	*field = (uint64_t)v;
	return 0;
}

static int set_time(const char *s, void *field)
{
	return set_u64(s, times, field);
}

static int set_size(const char *s, void *field)
{
	return set_u64(s, sizes, field);
}

static int set_number(const char *s, void *field)
{
	return set_u64(s, no_units, field);
}

/* IN,OUT[,LOSS] into the three fields from burst_enter on. */
static int set_burst(const char *s, void *field)
{
	double *to = field;
	double v[3] = { 0, 0, 1 };
	int n = 0;

	for (; n < 3; n++) {
		s = read_number(s, parts, &v[n]);
		if (!s || v[n] > 1)
			return -EINVAL;
		if (!*s)
			break;
		s++;
	}
	if (n != 1 && n != 2)
		return -EINVAL;
	memcpy(to, v, sizeof(v));
	return 0;
}

_Static_assert(offsetof(struct impair_conf, burst_leave) ==
			       offsetof(struct impair_conf, burst_enter) +
				       sizeof(double) &&
		       offsetof(struct impair_conf, burst_loss) ==
			       offsetof(struct impair_conf, burst_leave) +
				       sizeof(double),
	       "set_burst() writes three fields");

struct option_desc {
	const char *name;
	int (*set)(const char *s, void *field);
	size_t offset;
};

#define CONF(name, set, field)                                 \
	{                                                      \
		name, set, offsetof(struct impair_conf, field) \
	}
static const struct option_desc dir_options[] = {
	CONF("loss", set_part, loss),
	CONF("burst", set_burst, burst_enter),
	CONF("duplicate", set_part, duplicate),
	CONF("reorder", set_part, reorder),
	CONF("reorder-by", set_time, reorder_by),
	CONF("corrupt", set_part, corrupt),
	CONF("delay", set_time, delay),
	CONF("jitter", set_time, jitter),
	CONF("rate", set_size, rate),
	CONF("queue", set_size, queue),
	{ NULL, NULL, 0 },
};

#define OPT(name, set, field)                                   \
	{                                                       \
		name, set, offsetof(struct wire_options, field) \
	}
static const struct option_desc wire_options[] = {
	OPT("seed", set_number, seed),
	OPT("duration", set_time, duration),
	{ NULL, NULL, 0 },
};

static const struct option_desc *find(const struct option_desc *list,
				      const char *name)
{
	for (; list->name; list++)
		if (strcmp(list->name, name) == 0)
			return list;
	return NULL;
}

static int set_dir(struct wire_options *opt, const char *name,
		   const char *value)
{
	bool both = strncmp(name, "ab-", 3) && strncmp(name, "ba-", 3);
	const struct option_desc *d = find(dir_options, both ? name : name + 3);
	int rc = d ? 0 : -EINVAL;

	for (int i = 0; i < 2 && !rc; i++)
		if (both || (name[0] == 'b') == (i == 1))
			rc = d->set(value, (char *)&opt->dir[i] + d->offset);
	return rc;
}

static int set_option(struct wire_options *opt, const char *name,
		      const char *value)
{
	const struct option_desc *d = find(wire_options, name);

	if (d)
		return d->set(value, (char *)opt + d->offset);
	return set_dir(opt, name, value);
}

static void set_defaults(struct wire_options *opt)
{
	memset(opt, 0, sizeof(*opt));
	opt->seed = 1;
	for (int i = 0; i < 2; i++) {
		opt->dir[i].reorder_by = 2000000;
		opt->dir[i].queue = 256000;
	}
}

int wire_options_parse(int argc, char **argv, FILE *err,
		       struct wire_options *opt_out)
{
	struct wire_options opt;
	int names = 0;

	set_defaults(&opt);
	for (int i = 1; i < argc; i++) {
		const char *arg = argv[i];

		if (strcmp(arg, "--help") == 0) {
			fputs(usage, stdout);
			return 1;
		}
		if (strncmp(arg, "--", 2) && names < 2) {
			opt.ifname[names++] = arg;
			continue;
		}
		if (strncmp(arg, "--", 2) || i + 1 == argc ||
		    set_option(&opt, arg + 2, argv[++i])) {
			fprintf(err, "ix-wire: bad argument: %s\n", arg);
			return -EINVAL;
		}
	}
	if (names != 2) {
		fprintf(err, "ix-wire: two interfaces are needed\n");
		return -EINVAL;
	}
	*opt_out = opt;
	return 0;
}
