// SPDX-License-Identifier: MIT
/*
 * main.c - ixload: one load, or one for each line of standard input; report
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/config/config.h"
#include "load.h"

static struct load_opts opts = {
	.proto = PROTO_MEMCACHED,
	.connections = 16,
	.depth = 1,
	.kind = LOAD_USR,
	.key_size = 30,
	.value_size = 64,
	.get_ratio = -1,
	.keys = 10000,
	.duration_s = 5,
	.warmup_s = 1,
	.connect_timeout_s = 3,
	.seed = 1,
};

static struct load_result res;

static double us(uint64_t ns)
{
	return (double)ns / 1000;
}

static void report(const struct load_opts *o, const struct load_result *r)
{
	const struct hist *h = &r->hist;
	double mean = h->count ? (double)h->sum / (double)h->count / 1000 : 0;
	const char *json =
		"{\"backend\": \"%s\", \"requests\": %llu, \"seconds\": %.3f, "
		"\"rps\": %.1f, \"mean_us\": %.2f, \"p50_us\": %.2f, "
		"\"p90_us\": %.2f, \"p99_us\": %.2f, \"p999_us\": %.2f, "
		"\"max_us\": %.2f, \"window_p99_us\": %.2f, \"errors\": %llu, \"wrong\": %llu, "
		"\"missed\": %llu, \"all\": %llu}\n";
	const char *text =
		"backend   %s\nrequests  %llu in %.2f s\nrate      %.0f /s\n"
		"latency   mean %.1f  p50 %.1f  p90 %.1f  p99 %.1f  "
		"p99.9 %.1f  max %.1f us, "
		"p99 of the median 50 ms %.1f\nerrors    %llu\nwrong     %llu\n"
		"missed    %llu (due, but never sent)\n";

	printf(o->json ? json : text, o->kernel ? "kernel" : "ix",
	       (unsigned long long)r->requests, r->seconds,
	       (double)r->requests / r->seconds, mean,
	       us(hist_quantile(h, 0.5)), us(hist_quantile(h, 0.9)),
	       us(hist_quantile(h, 0.99)), us(hist_quantile(h, 0.999)),
	       us(h->max), us(r->window_p99), (unsigned long long)r->errors,
	       (unsigned long long)r->wrong, (unsigned long long)r->missed,
	       (unsigned long long)r->all);
	fflush(stdout);
}

static void mark(const char *what)
{
	printf("{\"mark\": \"%s\"}\n", what);
	fflush(stdout);
}

static int one(const struct load_opts *o)
{
	char err[256] = "";
	int rc = run_load(o, &res, err, sizeof(err));

	if (rc < 0)
		fprintf(stderr, "ixload: %s\n", err);
	if (rc < 0 && !res.requests)
		return 1;
	report(o, &res);
	return rc < 0 || res.errors || res.wrong;
}

/* Ends at the first load that fails, after a line that says why. */
static int steps(struct load_opts *o)
{
	struct load_opts step = *o;
	char line[512], err[256] = "";
	int rc, bad = 0;

	mark("ready");
	while (fgets(line, sizeof(line), stdin)) {
		step.connections = o->connections;
		rc = options_step(line, &step, err, sizeof(err));
		if (rc == 0)
			rc = run_load(&step, &res, err, sizeof(err));
		if (rc < 0) {
			printf("{\"error\": \"%s\"}\n", err);
			return 1;
		}
		report(&step, &res);
		bad |= res.errors || res.wrong;
	}
	return bad;
}

static int start(struct load_opts *o, struct ix_config *cfg)
{
	const struct backend *b = o->kernel ? &backend_kernel : &backend_ix;
	char err[256] = "";
	int rc;

	if (!o->kernel && config_check(cfg, err, sizeof(err)) < 0) {
		fprintf(stderr, "ixload: %s\n", err);
		return -EINVAL;
	}
	config_export(cfg);
	rc = b->start(o, err, sizeof(err));
	if (rc == 0)
		rc = workload_init(o);
	if (rc == 0)
		rc = run_init(o);
	if (rc < 0)
		fprintf(stderr, "ixload: %s\n", *err ? err : strerror(-rc));
	return rc;
}

int main(int argc, char **argv)
{
	static struct ix_config cfg;
	char err[256] = "";

	if (config_gather(&cfg, err, sizeof(err)) < 0) {
		fprintf(stderr, "ixload: %s\n", err);
		return 2;
	}
	options_parse(argc, argv, &opts, &cfg);
	if (opts.steps)
		opts.mark = mark;
	if (start(&opts, &cfg) < 0)
		return 1;
	return opts.steps ? steps(&opts) : one(&opts);
}
