// SPDX-License-Identifier: MIT
/*
 * config.c - settings from their sources, in order of strength
 */
#include "control/config/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/addr.h"
#include "base/text.h"
#include "control/config/parse.h"
#include "control/config/settings.h"

/* Variables that begin with IX_ and are not settings; a prefix each. */
static const char *const not_settings[] = {
	"IX_CONFIG=", "IX_RUN",	  "IX_LIBDIR=", "IX_DP",  "IX_SHIM",
	"IX_TEST",    "IX_BENCH", "IX_BUILD",	"IX_CI=", "IX_ROOT=",
	"IX_WIRE",    "IX_GATE=", NULL
};

/* A variable of a repeatable setting: entries separated by blanks. */
static int read_entries(struct ix_config *c, enum config_id id,
			const char *value, char *err, size_t err_size)
{
	char *copy = strdup(value);
	char *next = copy, *entry;
	int rc = 0;

	if (!copy)
		return config_fail(-ENOMEM, err, err_size, "out of memory");
	while (!rc && (entry = strsep(&next, " \t\n")))
		if (*entry)
			rc = config_apply(c, id, entry, FROM_ENV,
					  config_settings[id].about.env, err,
					  err_size);
	free(copy);
	return rc;
}

static int known_variable(const char *entry)
{
	size_t i, n;

	for (i = 0; not_settings[i]; i++)
		if (strncmp(entry, not_settings[i], strlen(not_settings[i])) ==
		    0)
			return 1;
	for (i = 0; i < CONFIG_NSETTINGS; i++) {
		n = strlen(config_settings[i].about.env);
		if (strncmp(entry, config_settings[i].about.env, n) == 0 &&
		    entry[n] == '=')
			return 1;
	}
	return 0;
}

static int read_env(struct ix_config *c, char *err, size_t err_size)
{
	char **e;
	int i, rc = 0;

	for (e = environ; e && *e; e++)
		if (strncmp(*e, "IX_", 3) == 0 && !known_variable(*e))
			return config_fail(-EINVAL, err, err_size,
					   "the variable %.*s is not a setting "
					   "of IX; unset it",
					   (int)strcspn(*e, "="), *e);
	for (i = 0; i < CONFIG_NSETTINGS && !rc; i++) {
		const char *env = config_settings[i].about.env;
		enum config_id id = (enum config_id)i;
		const char *value = getenv(env);

		if (!value || !*value)
			continue;
		rc = config_count(c, id) ?
			     read_entries(c, id, value, err, err_size) :
			     config_apply(c, id, value, FROM_ENV, env, err,
					  err_size);
	}
	return rc;
}

static int read_file(struct ix_config *c, char *err, size_t err_size)
{
	const char *path = getenv("IX_CONFIG");

	if (path && strcmp(path, "none") == 0)
		return 0;
	if (path && *path)
		return config_from_file(c, path, err, err_size);
	if (access(CONFIG_FILE, F_OK) != 0)
		return 0;
	return config_from_file(c, CONFIG_FILE, err, err_size);
}

int config_gather(struct ix_config *c, char *err, size_t err_size)
{
	struct ix_config next;
	int rc;

	config_defaults(&next);
	rc = read_file(&next, err, err_size);
	if (!rc)
		rc = read_env(&next, err, err_size);
	if (!rc)
		*c = next;
	return rc;
}

static int gateway_on_link(const struct ix_config *c)
{
	uint32_t i;

	for (i = 0; i < c->nips; i++)
		if (addr_same_prefix(&c->gateway, &c->ip[i].ip,
				     c->ip[i].prefix))
			return 1;
	return 0;
}

int config_check(struct ix_config *c, char *err, size_t err_size)
{
	char text[ADDR_TEXT_LEN];
	uint32_t i;

	if (c->ncpus && c->from[CONFIG_THREADS] == FROM_DEFAULT)
		c->threads = c->ncpus;
	if (c->ncpus && c->ncpus < c->threads)
		return config_fail(-EINVAL, err, err_size,
				   "%u threads need as many CPUs, and --cpus "
				   "names %u",
				   c->threads, c->ncpus);
	addr_text(&c->gateway, text);
	if (c->has_gateway && c->nips && !gateway_on_link(c))
		return config_fail(-EINVAL, err, err_size,
				   "the gateway %s is in the prefix of no --ip",
				   text);
	for (i = 0; c->has_gateway && i < c->nips; i++)
		if (memcmp(&c->gateway, &c->ip[i].ip, sizeof(c->gateway)) == 0)
			return config_fail(-EINVAL, err, err_size,
					   "the gateway %s is the stack's own "
					   "address",
					   text);
	return 0;
}

int config_load(struct ix_config *c, char *err, size_t err_size)
{
	struct ix_config next;
	int rc = config_gather(&next, err, err_size);

	if (!rc)
		rc = config_check(&next, err, err_size);
	if (!rc)
		*c = next;
	return rc;
}

int config_format(const struct ix_config *c, enum config_id id, char *buf,
		  size_t size)
{
	char entry[256];
	size_t n = 0;
	uint32_t i;

	buf[0] = 0;
	for (i = 0; config_entry(c, id, i, entry, sizeof(entry)) == 0; i++) {
		int len = snprintf(buf + n, size - n, "%s%s", i ? " " : "",
				   entry);

		if (len < 0 || (size_t)len >= size - n)
			return -ENOSPC;
		n += (size_t)len;
	}
	return (int)n;
}

int config_export(const struct ix_config *c)
{
	char text[8192];
	int i, rc;

	for (i = 0; i < CONFIG_NSETTINGS; i++) {
		const char *env = config_settings[i].about.env;

		if (c->from[i] == FROM_DEFAULT) {
			unsetenv(env);
			continue;
		}
		rc = config_format(c, (enum config_id)i, text, sizeof(text));
		if (rc < 0)
			return rc;
		if (setenv(env, text, 1))
			return -errno;
	}
	return setenv("IX_CONFIG", "none", 1) ? -errno : 0;
}
