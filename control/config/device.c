// SPDX-License-Identifier: MIT
/*
 * device.c - device specifications: KIND[:ARGUMENT[,option=value...]]
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "control/config/config.h"
#include "control/config/parse.h"

typedef const char *(*arg_parser)(const char *arg, struct config_dev *d);

static void set_name(struct config_dev *d, const char *name)
{
	snprintf(d->name, sizeof(d->name), "%s", name);
}

/* veth, tap: the name may be left out */
static const char *new_if(const char *arg, struct config_dev *d)
{
	const char *why = arg ? parse_ifname(arg) : NULL;

	if (!why && arg)
		set_name(d, arg);
	return why;
}

static const char *old_if(const char *arg, struct config_dev *d)
{
	const char *why = parse_ifname(arg ? arg : "");

	if (!why)
		set_name(d, arg);
	return why;
}

static const char *memif_option(const char *opt, struct config_dev *d)
{
	int64_t n;

	if (strcmp(opt, "role=server") == 0) {
		d->server = 1;
	} else if (strcmp(opt, "role=client") == 0) {
		d->server = 0;
	} else if (strncmp(opt, "role=", 5) == 0) {
		return "has a role that is neither server nor client";
	} else if (strncmp(opt, "queues=", 7) == 0) {
		if (parse_number(opt + 7, 1, CONFIG_MAX_QUEUES, "", &n))
			return "has a number of queues that is not 1 to 16";
		d->queues = (uint32_t)n;
	} else {
		return "has an option that is neither role= nor queues=";
	}
	return NULL;
}

static const char *memif(const char *arg, struct config_dev *d)
{
	struct sockaddr_un un;
	char text[192], *opt, *next;
	const char *why;

	if (!arg || !*arg || *arg == ',')
		return "names no socket; write memif:PATH";
	snprintf(text, sizeof(text), "%s", arg);
	next = text;
	opt = strsep(&next, ",");
	if (strlen(opt) >= sizeof(un.sun_path))
		return "has a socket path of more than 107 characters";
	set_name(d, opt);
	while ((opt = strsep(&next, ","))) {
		why = memif_option(opt, d);
		if (why)
			return why;
	}
	return NULL;
}

/* Does s have the form of pattern, where h stands for a hexadecimal digit? */
static int looks_like(const char *s, const char *pattern)
{
	for (; *s && *pattern; s++, pattern++)
		if (*pattern == 'h' ? !isxdigit((unsigned char)*s) :
				      *s != *pattern)
			return 0;
	return !*s && !*pattern;
}

static const char *pci(const char *arg, struct config_dev *d)
{
	int full = arg && looks_like(arg, "hhhh:hh:hh.h");

	if (!full && !(arg && looks_like(arg, "hh:hh.h")))
		return "is not a PCI address, as pci:0000:03:00.0";
	if (arg[strlen(arg) - 1] > '7')
		return "has a PCI function that is not 0 to 7";
	snprintf(d->name, sizeof(d->name), "%s%s", full ? "" : "0000:", arg);
	return NULL;
}

static const char *vdev(const char *arg, struct config_dev *d)
{
	if (!arg || !*arg)
		return "names no DPDK device; write vdev:STRING";
	if (strlen(arg) >= sizeof(d->name))
		return "is too long";
	set_name(d, arg);
	return NULL;
}

static const struct {
	const char *prefix;
	arg_parser parse;
} kinds[CONFIG_DEV_MAX] = {
#define X(id, text, parser, arg, help) { text, parser },
	CONFIG_DEV_LIST(X)
#undef X
};

int config_parse_dev(const char *spec, struct config_dev *out,
		     const char **why_out)
{
	struct config_dev d = { .queues = 1 };
	size_t kind_len = strcspn(spec, ":");
	const char *arg = spec[kind_len] ? spec + kind_len + 1 : NULL;
	const char *why = "is not a kind of device: veth, tap, af_packet, "
			  "af_xdp, memif, pci or vdev";
	unsigned i;

	if (strlen(spec) >= sizeof(((struct ix_config *)0)->dev[0]))
		why = "is too long";
	else if (strpbrk(spec, " \t\n"))
		why = "has a blank in it";
	else
		for (i = 0; i < CONFIG_DEV_MAX; i++) {
			if (strlen(kinds[i].prefix) != kind_len ||
			    strncmp(kinds[i].prefix, spec, kind_len) != 0)
				continue;
			d.kind = (enum config_dev_kind)i;
			why = kinds[i].parse(arg, &d);
			break;
		}
	if (why) {
		*why_out = why;
		return -EINVAL;
	}
	*out = d;
	return 0;
}
