// SPDX-License-Identifier: MIT
/*
 * options.c - the command line of ixload, and the lines of --steps
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/config/config.h"
#include "load.h"

static const char usage[] =
	"usage: ixload [options] --server IP:PORT\n"
	"\n"
	"Where from\n"
	"  --kernel            kernel sockets; else the stack, with ix-run's\n"
	"                      options: --dev --ip --gateway --mac --arp --mtu\n"
	"                      --batch --idle-us --cpus --pcap --log --config\n"
	"  --spin              kernel sockets: poll for events, never sleep\n"
	"What\n"
	"  --proto P           memcached (default) or echo\n"
	"  --connections N     (default 16)\n"
	"  --depth D           requests under way on each (default 1)\n"
	"  --workload W        etc, usr (default) or fixed[:KEY,VALUE] (bytes)\n"
	"  --get-ratio R       0..1 (default: the workload's own)\n"
	"  --keys N            keys in the store (default 10000)\n"
	"  --no-preload        the keys were stored before, with the same options\n"
	"  --duration S        seconds measured (default 5)\n"
	"  --warmup S          seconds before that (default 1)\n"
	"  --connect-timeout S wait so long for the server to start; its\n"
	"                      refusals meanwhile are no errors (default 3)\n"
	"  --rate RPS          open loop: this many requests per second in all\n"
	"  --seed N            of the random choices (default 1)\n"
	"  --steps             a load for each line of standard input, such as\n"
	"                      connections=8 depth=4 rate=0 duration=1 warmup=0.2;\n"
	"                      --connections is the most. Implies --json\n"
	"  --json              one JSON object instead of a table\n"
	"  --help, --version\n";

static void die(const char *what, const char *value)
{
	fprintf(stderr, "ixload: %s%s%s\n", what, value ? ": " : "",
		value ? value : "");
	exit(2);
}

static int number(const char *s, double lo, double hi, double *v_out)
{
	char *end;
	double v = strtod(s, &end);

	if (end == s || *end || !(v >= lo && v <= hi))
		return -EINVAL;
	*v_out = v;
	return 0;
}

/* Loads differ in these: X(name, least, most, how it is set from v). */
#define STEP_LIST(X)                                           \
	X("connections", 1, 1e6, o->connections = (unsigned)v) \
	X("depth", 1, LOAD_MAX_DEPTH, o->depth = (unsigned)v)  \
	X("rate", 0, 1e9, o->rate = v)                         \
	X("duration", 0.01, 3600, o->duration_s = v)           \
	X("warmup", 0, 600, o->warmup_s = v)

/* 1: name is none of them. */
static int set_step(struct load_opts *o, const char *name, const char *value)
{
	double v;

#define X(text, lo, hi, assign)                    \
	if (strcmp(name, text) == 0) {             \
		if (number(value, lo, hi, &v) < 0) \
			return -EINVAL;            \
		assign;                            \
		return 0;                          \
	}
	STEP_LIST(X)
#undef X
	return 1;
}

int options_step(char *line, struct load_opts *o, char *err, size_t err_size)
{
	unsigned most = o->connections;
	struct load_opts next = *o;
	char *save, *word, *value;

	for (word = strtok_r(line, " \t\n", &save); word;
	     word = strtok_r(NULL, " \t\n", &save)) {
		value = strchr(word, '=');
		if (value)
			*value++ = '\0';
		if (!value || set_step(&next, word, value) != 0) {
			snprintf(err, err_size, "what is %s%s%s", word,
				 value ? "=" : "", value ? value : "");
			return -EINVAL;
		}
	}
	if (next.connections > most) {
		snprintf(err, err_size, "%u connections, but --connections %u",
			 next.connections, most);
		return -EINVAL;
	}
	*o = next;
	return 0;
}

static double needed(const char *name, const char *s, double lo, double hi)
{
	double v = 0;

	if (number(s, lo, hi, &v) < 0) {
		fprintf(stderr,
			"ixload: --%s: %s is not a number from %g to %g\n",
			name, s, lo, hi);
		exit(2);
	}
	return v;
}

static void server(struct load_opts *o, const char *s)
{
	const char *colon = strrchr(s, ':');

	if (!colon || (size_t)(colon - s) >= sizeof(o->host))
		die("--server wants IP:PORT", s);
	memcpy(o->host, s, (size_t)(colon - s));
	o->port = (uint16_t)needed("server", colon + 1, 1, 65535);
}

static void workload(struct load_opts *o, const char *s)
{
	char end;

	if (strcmp(s, "etc") == 0) {
		o->kind = LOAD_ETC;
	} else if (strcmp(s, "usr") == 0) {
		o->kind = LOAD_USR;
	} else if (strcmp(s, "fixed") == 0) {
		o->kind = LOAD_FIXED;
	} else if (sscanf(s, "fixed:%u,%u%c", &o->key_size, &o->value_size,
			  &end) == 2) {
		o->kind = LOAD_FIXED;
		if (o->key_size < 10 || o->key_size > KEY_MAX ||
		    o->value_size < 1 || o->value_size > VALUE_MAX)
			die("--workload: KEY is 10..250, VALUE 1..65536", s);
	} else {
		die("--workload is etc, usr or fixed[:KEY,VALUE]", s);
	}
}

static void protocol(struct load_opts *o, const char *s)
{
	if (strcmp(s, "memcached") == 0)
		o->proto = PROTO_MEMCACHED;
	else if (strcmp(s, "echo") == 0)
		o->proto = PROTO_ECHO;
	else
		die("--proto is memcached or echo", s);
}

/* Options that are passed to the instance's configuration. */
static const char *const instance[] = { "dev",	"ip",	 "gateway", "arp",
					"mtu",	"batch", "idle-us", "cpus",
					"pcap", "log",	 "config",  "mac" };
#define NINSTANCE (sizeof(instance) / sizeof(*instance))

/* Options of ixload's own: X(enumerator, name, takes a value). */
#define OWN_LIST(X)                              \
	X(SERVER, "server", 1)                   \
	X(PROTO, "proto", 1)                     \
	X(CONNECTIONS, "connections", 1)         \
	X(DEPTH, "depth", 1)                     \
	X(WORKLOAD, "workload", 1)               \
	X(GET_RATIO, "get-ratio", 1)             \
	X(KEYS, "keys", 1)                       \
	X(NO_PRELOAD, "no-preload", 0)           \
	X(DURATION, "duration", 1)               \
	X(WARMUP, "warmup", 1)                   \
	X(RATE, "rate", 1)                       \
	X(CONNECT_TIMEOUT, "connect-timeout", 1) \
	X(SEED, "seed", 1)                       \
	X(STEPS, "steps", 0)                     \
	X(JSON, "json", 0)                       \
	X(SPIN, "spin", 0)                       \
	X(KERNEL, "kernel", 0)                   \
	X(HELP, "help", 0)                       \
	X(VERSION, "version", 0)

enum opt {
#define X(id, name, arg) O_##id,
	OWN_LIST(X)
#undef X
		O_MAX
};

static const struct option own[O_MAX] = {
#define X(id, name, arg) [O_##id] = { name, arg, NULL, O_##id },
	OWN_LIST(X)
#undef X
};

static void set_flag(struct load_opts *o, enum opt opt)
{
	switch (opt) {
	case O_NO_PRELOAD:
		o->no_preload = true;
		break;
	case O_STEPS:
		o->steps = o->json = true;
		break;
	case O_JSON:
		o->json = true;
		break;
	case O_SPIN:
		o->spin = true;
		break;
	case O_KERNEL:
		o->kernel = true;
		break;
	case O_VERSION:
		puts("ixload " IX_VERSION);
		exit(0);
	default:
		fputs(usage, stdout);
		exit(0);
	}
}

static void set(struct load_opts *o, enum opt opt, const char *v)
{
	switch (opt) {
	case O_SERVER:
		server(o, v);
		break;
	case O_PROTO:
		protocol(o, v);
		break;
	case O_WORKLOAD:
		workload(o, v);
		break;
	case O_GET_RATIO:
		o->get_ratio = needed("get-ratio", v, 0, 1);
		break;
	case O_KEYS:
		o->keys = (unsigned)needed("keys", v, 1, 1e8);
		break;
	case O_CONNECT_TIMEOUT:
		o->connect_timeout_s = needed("connect-timeout", v, 0, 600);
		break;
	case O_SEED:
		o->seed = (uint64_t)needed("seed", v, 0, 1e15);
		break;
	default:
		if (set_step(o, own[opt].name, v) < 0) {
			fprintf(stderr, "ixload: --%s: not %s\n", own[opt].name,
				v);
			exit(2);
		}
	}
}

static void set_instance(struct ix_config *cfg, const char *name, const char *v)
{
	char err[256];

	if (config_set(cfg, name, v, err, sizeof(err)) < 0)
		die(err, NULL);
}

void options_parse(int argc, char **argv, struct load_opts *o,
		   struct ix_config *cfg)
{
	struct option longs[O_MAX + NINSTANCE + 1] = { { 0 } };
	int i, opt;

	memcpy(longs, own, sizeof(own));
	for (i = 0; i < (int)NINSTANCE; i++)
		longs[O_MAX + i] =
			(struct option){ instance[i], 1, NULL, O_MAX + i };
	while ((opt = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (opt == '?')
			exit(2);
		if (opt >= O_MAX)
			set_instance(cfg, instance[opt - O_MAX], optarg);
		else if (optarg)
			set(o, (enum opt)opt, optarg);
		else
			set_flag(o, (enum opt)opt);
	}
	if (optind < argc)
		die("what is this", argv[optind]);
	if (!o->port)
		die("--server IP:PORT is needed", NULL);
	if (o->spin && !o->kernel)
		die("--spin goes with --kernel; else it is --idle-us -1", NULL);
}
