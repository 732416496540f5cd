// SPDX-License-Identifier: MIT
/*
 * file.c - settings from a libconfig file (ix.conf(5))
 */
#include <errno.h>
#include <libconfig.h>
#include <stdio.h>
#include <string.h>

#include "control/config/settings.h"

/* The text that the environment would have for a scalar; NULL: no scalar. */
static const char *scalar_text(const config_setting_t *s, char *buf,
			       size_t size)
{
	switch (config_setting_type(s)) {
	case CONFIG_TYPE_STRING:
		return config_setting_get_string(s);
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		snprintf(buf, size, "%lld", config_setting_get_int64(s));
		return buf;
	case CONFIG_TYPE_BOOL:
		return config_setting_get_bool(s) ? "1" : "0";
	default:
		return NULL;
	}
}

static int apply_scalar(struct ix_config *c, enum config_id id,
			const config_setting_t *s, const char *label, char *err,
			size_t err_size)
{
	char buf[32];
	const char *text = scalar_text(s, buf, sizeof(buf));

	if (!text)
		return config_fail(-EINVAL, err, err_size,
				   "%s is neither text, a number nor true or "
				   "false",
				   label);
	return config_apply(c, id, text, FROM_FILE, label, err, err_size);
}

static int apply_setting(struct ix_config *c, const config_setting_t *s,
			 const char *path, char *err, size_t err_size)
{
	const char *name = config_setting_name(s);
	int id = config_find(name);
	int i, n, rc = 0;
	char label[512];

	snprintf(label, sizeof(label), "%s:%u: %s", path,
		 config_setting_source_line(s), name);
	if (id < 0)
		return config_fail(-EINVAL, err, err_size,
				   "%s is not a setting; see ix.conf(5)",
				   label);
	if (!config_setting_is_aggregate(s))
		return apply_scalar(c, (enum config_id)id, s, label, err,
				    err_size);
	if (!config_count(c, (enum config_id)id) || config_setting_is_group(s))
		return config_fail(-EINVAL, err, err_size, "%s takes one value",
				   label);
	n = config_setting_length(s);
	for (i = 0; i < n && !rc; i++)
		rc = apply_scalar(c, (enum config_id)id,
				  config_setting_get_elem(s, (unsigned)i),
				  label, err, err_size);
	return rc;
}

static int parse_text(config_t *file, const char *path, char *err,
		      size_t err_size)
{
	FILE *f = fopen(path, "re");
	int rc = 0;

	if (!f)
		return config_fail(-errno, err, err_size,
				   "configuration file %s: %s", path,
				   strerror(errno));
	if (config_read(file, f) != CONFIG_TRUE)
		rc = config_fail(-EINVAL, err, err_size, "%s:%d: %s", path,
				 config_error_line(file),
				 config_error_text(file));
	fclose(f);
	return rc;
}

int config_from_file(struct ix_config *c, const char *path, char *err,
		     size_t err_size)
{
	config_setting_t *root;
	config_t file;
	int i, rc;

	config_init(&file);
	rc = parse_text(&file, path, err, err_size);
	root = config_root_setting(&file);
	for (i = 0; !rc && i < config_setting_length(root); i++)
		rc = apply_setting(c,
				   config_setting_get_elem(root, (unsigned)i),
				   path, err, err_size);
	config_destroy(&file);
	return rc;
}
