// SPDX-License-Identifier: MIT
/*
 * apply.c - one value into its setting, whatever its source
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "control/config/settings.h"

int config_fail(int rc, char *err, size_t err_size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err, err_size, fmt, ap);
	va_end(ap);
	return rc;
}

int config_find(const char *name)
{
	int i;

	for (i = 0; i < CONFIG_NSETTINGS; i++)
		if (strcmp(config_settings[i].about.name, name) == 0)
			return i;
	return -ENOENT;
}

int config_is_flag(enum config_id id)
{
	return !config_settings[id].about.value[0];
}

const struct config_about *config_about(enum config_id id)
{
	return &config_settings[id].about;
}

int config_apply(struct ix_config *c, enum config_id id, const char *value,
		 enum config_source from, const char *label, char *err,
		 size_t err_size)
{
	struct ix_config next = *c;
	uint32_t *count = config_count(&next, id);
	const char *why;

	if (count && next.from[id] < from)
		*count = 0;
	why = config_parse(&next, id, value);
	if (why)
		return config_fail(-EINVAL, err, err_size, "%s: '%s' %s", label,
				   value, why);
	next.from[id] = (uint8_t)from;
	*c = next;
	return 0;
}

int config_set(struct ix_config *c, const char *name, const char *value,
	       char *err, size_t err_size)
{
	int id = config_find(name);
	char label[64];

	if (id < 0)
		return config_fail(-EINVAL, err, err_size,
				   "--%s is not an option; see --help", name);
	snprintf(label, sizeof(label), "--%s", name);
	if (!value && !config_is_flag((enum config_id)id))
		return config_fail(-EINVAL, err, err_size,
				   "%s needs a value: %s", label,
				   config_settings[id].about.value);
	return config_apply(c, (enum config_id)id, value ? value : "1",
			    FROM_OPTION, label, err, err_size);
}
