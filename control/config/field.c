// SPDX-License-Identifier: MIT
/*
 * field.c - settings are read into their fields, and written from them
 *
 * Those that are one field of a kind that others are of too; the rest bring
 * functions of their own.
 */
#include <stdio.h>
#include <string.h>

#include "control/config/parse.h"
#include "control/config/settings.h"

/* All numbers and enums among the fields are of this size. */
static void put_int(const struct setting *s, struct ix_config *c, int32_t v)
{
	memcpy((char *)c + s->offset, &v, sizeof(v));
}

static int32_t get_int(const struct setting *s, const struct ix_config *c)
{
	int32_t v;

	memcpy(&v, (const char *)c + s->offset, sizeof(v));
	return v;
}

/* Word number n of "one|two|three"; its length, 0: there are not so many. */
static int word_at(const char *words, int n, const char **at)
{
	while (n-- > 0) {
		words += strcspn(words, "|");
		words += *words == '|';
	}
	*at = words;
	return (int)strcspn(words, "|");
}

static const char *parse_field_word(const struct setting *s,
				    struct ix_config *c, const char *text)
{
	const char *word;
	int i, n;

	for (i = 0; (n = word_at(s->about.value, i, &word)) > 0; i++) {
		if (strlen(text) != (size_t)n || memcmp(word, text, (size_t)n))
			continue;
		put_int(s, c, i);
		return NULL;
	}
	return s->why;
}

static const char *parse_field_number(const struct setting *s,
				      struct ix_config *c, const char *text)
{
	int64_t v = 0;
	const char *bad = parse_number(text, s->least, s->most, s->why, &v);

	if (!bad)
		put_int(s, c, (int32_t)v);
	return bad;
}

const char *config_parse(struct ix_config *c, enum config_id id,
			 const char *text)
{
	const struct setting *s = &config_settings[id];
	char *field = (char *)c + s->offset;

	switch (s->kind) {
	case KIND_NUMBER:
		return parse_field_number(s, c, text);
	case KIND_WORD:
		return parse_field_word(s, c, text);
	case KIND_FLAG:
		return parse_flag(text, (uint8_t *)field);
	case KIND_TEXT:
		if (!*text || strlen(text) >= s->size)
			return s->why;
		snprintf(field, s->size, "%s", text);
		return NULL;
	case KIND_OWN:
		break;
	}
	return s->parse(c, text);
}

int config_entry(const struct ix_config *c, enum config_id id, uint32_t i,
		 char *buf, size_t size)
{
	const struct setting *s = &config_settings[id];
	const char *field = (const char *)c + s->offset, *word;
	int n;

	if (s->kind == KIND_OWN)
		return s->format(c, i, buf, size);
	if (i || (s->kind == KIND_TEXT && !*field))
		return -1;
	switch (s->kind) {
	case KIND_NUMBER:
		snprintf(buf, size, "%d", get_int(s, c));
		break;
	case KIND_WORD:
		n = word_at(s->about.value, get_int(s, c), &word);
		snprintf(buf, size, "%.*s", n, word);
		break;
	case KIND_FLAG:
		snprintf(buf, size, "%u", (uint8_t)*field);
		break;
	default:
		snprintf(buf, size, "%s", field);
		break;
	}
	return 0;
}

void config_defaults(struct ix_config *c)
{
	int i;

	memset(c, 0, sizeof(*c));
	for (i = 0; i < CONFIG_NSETTINGS; i++)
		if (config_settings[i].kind == KIND_NUMBER)
			put_int(&config_settings[i], c,
				config_settings[i].init);
}

const char *config_default(enum config_id id, char *buf, size_t size)
{
	const char *def = config_settings[id].about.def;
	struct ix_config c;

	if (*def)
		return def;
	config_defaults(&c);
	return config_entry(&c, id, 0, buf, size) < 0 ? "none" : buf;
}
