/* SPDX-License-Identifier: MIT */
/*
 * settings.h - the table of settings, inside control/config
 */
#ifndef IX_CONFIG_SETTINGS_H
#define IX_CONFIG_SETTINGS_H

#include "control/config/config.h"

struct setting {
	const char *name;  /* option and name in the file */
	const char *env;   /* variable */
	const char *value; /* what the value looks like; "": a flag */
	/* take a value: NULL, or a sentence that says what is wrong */
	const char *(*parse)(struct ix_config *c, const char *value);
	/* the text of entry i; 0, or -1 past the last */
	int (*format)(const struct ix_config *c, uint32_t i, char *buf,
		      size_t size);
};

extern const struct setting config_settings[CONFIG_NSETTINGS];

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
