/* SPDX-License-Identifier: MIT */
/*
 * settings.h - the table of settings, for the files of control/config alone
 */
#ifndef IX_CONFIG_SETTINGS_H
#define IX_CONFIG_SETTINGS_H

#include "control/config/config.h"

/* The kinds of settings that CONFIG_LIST explains. */
enum setting_kind { KIND_OWN, KIND_NUMBER, KIND_WORD, KIND_FLAG, KIND_TEXT };

struct setting {
	struct config_about about;
	enum setting_kind kind;
	/* OWN: take a value; NULL, or a sentence that says what is wrong */
	const char *(*parse)(struct ix_config *c, const char *value);
	/* OWN: write the text of the i-th value; 0, or -1 past the last */
	int (*format)(const struct ix_config *c, uint32_t i, char *buf,
		      size_t size);
	size_t offset, size; /* all others: the field in struct ix_config */
	int32_t least, most, init; /* NUMBER: bounds and default */
	const char *why;	   /* sentence that says what a value must be */
};

extern const struct setting config_settings[CONFIG_NSETTINGS];

/* Set all settings to their defaults. */
void config_defaults(struct ix_config *c);

/* Take one value. Returns NULL, or a sentence that says what is wrong. */
const char *config_parse(struct ix_config *c, enum config_id id,
			 const char *text);

/* Write the text of the i-th value of a setting (one that is not repeatable has
 * one). Returns 0, or -1 past the last. */
int config_entry(const struct ix_config *c, enum config_id id, uint32_t i,
		 char *buf, size_t size);

/* The field of c that counts a repeatable setting's values; NULL if the setting
 * is not repeatable. */
uint32_t *config_count(struct ix_config *c, enum config_id id);

/* Take `value` for setting id from a source; `label` is what the error calls
 * it. Returns 0, or -errno with one line in err. */
int config_apply(struct ix_config *c, enum config_id id, const char *value,
		 enum config_source from, const char *label, char *err,
		 size_t err_size);

/* Read a libconfig file. Returns 0, or -errno with one line in err. */
int config_from_file(struct ix_config *c, const char *path, char *err,
		     size_t err_size);

#endif
