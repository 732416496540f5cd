// SPDX-License-Identifier: MIT
/*
 * check.c - ix-run --check: what would be used, and why
 */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "control/ix-run/address.h"
#include "control/ix-run/check.h"
#include "control/ix-run/device.h"
#include "control/ix-run/resources.h"
#include "control/ix-run/preload.h"
#include "control/ix-run/program.h"
#include "control/ix-run/protect.h"

static const char *const source_text[] = {
	[FROM_DEFAULT] = "default",
	[FROM_FILE] = "file",
	[FROM_ENV] = "environment",
	[FROM_OPTION] = "option",
};

static void line(const char *name, const char *text)
{
	printf("%-16s %s\n", name, text);
}

/* Print what is wrong. Returns 1, to be added up. */
static int problem(const char *text)
{
	line("problem", text);
	return 1;
}

/* The first N for which ix<N> is free. */
static unsigned free_number(void)
{
	char path[64];
	unsigned n;

	for (n = 0; n < 255; n++) {
		snprintf(path, sizeof(path), "/sys/class/net/ix%u", n);
		if (access(path, F_OK) != 0)
			break;
	}
	return n;
}

static int check_program(struct run *r)
{
	char err[4352], text[4200];

	if (!r->argv[0]) {
		line("program", "none is named");
		return 0;
	}
	if (program_find(r, err, sizeof(err)))
		return problem(err);
	snprintf(text, sizeof(text), "%s: the shim can be loaded into it",
		 r->program);
	line("program", text);
	return 0;
}

static int check_libraries(struct run *r)
{
	char err[4352];

	if (preload_find(r, err, sizeof(err)))
		return problem(err);
	line("shim", r->shim);
	line("dataplane", r->dp);
	return 0;
}

static int check_protection(struct run *r)
{
	enum config_protect mode;
	char verdict[256];
	int rc = protect_choose(&r->config, &mode, verdict, sizeof(verdict));

	r->hosted = mode == PROTECT_KVM;
	if (rc)
		return problem(verdict);
	line("protection", verdict);
	return 0;
}

static int check_device(const char *spec, enum config_source from)
{
	struct device_view v;
	char text[512];

	device_look(spec, &v);
	snprintf(text, sizeof(text), "%s (%s): %s", spec, source_text[from],
		 v.what);
	line("device", text);
	return v.why[0] ? problem(v.why) : 0;
}

static int check_devices(const struct ix_config *c, unsigned n)
{
	char spec[32];
	uint32_t i;
	int bad = 0;

	snprintf(spec, sizeof(spec), "veth:ix%u", n);
	if (!c->ndevs)
		bad += check_device(spec, FROM_DEFAULT);
	for (i = 0; i < c->ndevs; i++)
		bad += check_device(c->dev[i], c->from[CONFIG_DEV]);
	return bad;
}

static int check_addresses(const struct ix_config *c, unsigned n)
{
	char text[128], err[256];

	if (!c->nips) {
		snprintf(text, sizeof(text),
			 "10.86.%u.2/24 (default), gateway 10.86.%u.1", n, n);
		line("ip", text);
	} else if (!c->has_gateway) {
		line("gateway", "none; only hosts in the networks of --ip are "
				"reached");
	}
	return address_check(c, err, sizeof(err)) ? problem(err) : 0;
}

static int check_cpus(const struct ix_config *c)
{
	char err[256];

	return cpus_check(c, err, sizeof(err)) ? problem(err) : 0;
}

/* All other settings, with where they come from. */
static void check_settings(const struct ix_config *c)
{
	char text[8192 + 32];
	int i, n;

	for (i = 0; i < CONFIG_NSETTINGS; i++) {
		if (i == CONFIG_DEV || i == CONFIG_PROTECT ||
		    (i == CONFIG_MTU && !c->mtu))
			continue;
		n = config_format(c, (enum config_id)i, text, 8192);
		if (n <= 0)
			continue;
		snprintf(text + n, sizeof(text) - (size_t)n, " (%s)",
			 source_text[c->from[i]]);
		line(config_about((enum config_id)i)->name, text);
	}
}

static void check_hugepages(void)
{
	FILE *f = fopen("/proc/meminfo", "re");
	unsigned long nfree = 0, size = 0;
	char text[128];

	while (f && fgets(text, sizeof(text), f)) {
		sscanf(text, "HugePages_Free: %lu", &nfree);
		sscanf(text, "Hugepagesize: %lu", &size);
	}
	if (f)
		fclose(f);
	snprintf(text, sizeof(text), "%lu free of %lu kB: %s", nfree, size,
		 nfree ? "used" : "ordinary pages are used");
	line("hugepages", text);
}

static const char *limit_text(rlim_t v, char *buf, size_t size)
{
	if (v == RLIM_INFINITY)
		return "unlimited";
	snprintf(buf, size, "%llu", (unsigned long long)v);
	return buf;
}

static void check_limits(void)
{
	struct rlimit before, after, files;
	char text[256], a[32], b[32], c[32], d[32];

	if (getrlimit(RLIMIT_NOFILE, &files) ||
	    getrlimit(RLIMIT_MEMLOCK, &before))
		return;
	limits_raise();
	if (getrlimit(RLIMIT_MEMLOCK, &after))
		return;
	snprintf(text, sizeof(text), "locked memory %s bytes, raised to %s",
		 limit_text(before.rlim_cur, a, sizeof(a)),
		 limit_text(after.rlim_cur, b, sizeof(b)));
	line("limits", text);
	snprintf(text, sizeof(text),
		 "open files %s of at most %s: as they are; ulimit -n raises "
		 "them",
		 limit_text(files.rlim_cur, c, sizeof(c)),
		 limit_text(files.rlim_max, d, sizeof(d)));
	line("limits", text);
}

int check_report(struct run *r)
{
	unsigned n = free_number();
	int bad = 0;

	bad += check_protection(r);
	bad += check_program(r);
	bad += check_libraries(r);
	bad += check_devices(&r->config, n);
	bad += check_addresses(&r->config, n);
	bad += check_cpus(&r->config);
	check_settings(&r->config);
	check_hugepages();
	check_limits();
	line("result", bad ? "it would not start" : "it would start");
	return bad ? EXIT_CHECK : 0;
}
