/* SPDX-License-Identifier: MIT */
/*
 * settings.h - the table of settings, inside control/config
 */
#ifndef IX_CONFIG_SETTINGS_H
#define IX_CONFIG_SETTINGS_H

#include "control/config/config.h"

/* See CONFIG_LIST. */
enum setting_kind { KIND_OWN, KIND_NUMBER, KIND_WORD, KIND_FLAG, KIND_TEXT };

struct setting {
	struct config_about about;
	enum setting_kind kind;
	/* OWN: take a value: NULL, or a sentence that says what is wrong */
	const char *(*parse)(struct ix_config *c, const char *value);
	/* OWN: the text of entry i; 0, or -1 past the last */
	int (*format)(const struct ix_config *c, uint32_t i, char *buf,
		      size_t size);
	size_t offset, size; /* all others: the field in struct ix_config */
	int32_t least, most, init;
	const char *why; /* what is wrong with any other value */
};

extern const struct setting config_settings[CONFIG_NSETTINGS];

/* What is set when nothing is said. */
void config_defaults(struct ix_config *c);

/* Take one value: NULL, or a sentence that says what is wrong. */
const char *config_parse(struct ix_config *c, enum config_id id,
			 const char *text);

/* The text of entry i of a setting; 0, or -1 past the last. */
int config_entry(const struct ix_config *c, enum config_id id, uint32_t i,
		 char *buf, size_t size);

/* How many entries a repeatable setting has; NULL: it is not one. */
uint32_t *config_count(struct ix_config *c, enum config_id id);

/* Take value for setting id from a source; label names it in the error. */
int config_apply(struct ix_config *c, enum config_id id, const char *value,
		 enum config_source from, const char *label, char *err,
		 size_t err_size);

/* Read a libconfig file. */
int config_from_file(struct ix_config *c, const char *path, char *err,
		     size_t err_size);

#endif
