// SPDX-License-Identifier: MIT
/*
 * spec.c - the text of --dev taken apart
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "drv/common/dev.h"
#include "drv/common/spec.h"

static int copy(char *to, size_t size, const char *from, size_t len)
{
	if (len >= size)
		return -ENAMETOOLONG;
	memcpy(to, from, len);
	to[len] = '\0';
	return 0;
}

int spec_parse(const char *text, struct drv_args *out, char *err,
	       size_t err_size)
{
	size_t klen = strcspn(text, ":,");
	const char *name = text + klen, *opts;
	struct drv_args a = { 0 };

	if (*name == ':')
		name++;
	opts = strncmp(text, "vdev:", 5) == 0 ? name + strlen(name) :
						name + strcspn(name, ",");
	if (copy(a.kind, sizeof(a.kind), text, klen) < 0) {
		snprintf(err, err_size, "unknown device \"%.32s\"", text);
		return -EINVAL;
	}
	if (copy(a.name, sizeof(a.name), name, (size_t)(opts - name)) < 0 ||
	    copy(a.opts, sizeof(a.opts), *opts ? opts + 1 : opts,
		 strlen(*opts ? opts + 1 : opts)) < 0) {
		snprintf(err, err_size, "\"%.32s...\" is too long", text);
		return -ENAMETOOLONG;
	}
	*out = a;
	return 0;
}

int spec_opt(const char *opts, const char *key, char *out, size_t size)
{
	size_t len = strlen(key), n;

	while (*opts) {
		n = strcspn(opts, ",");
		if (n > len && opts[len] == '=' && !strncmp(opts, key, len)) {
			opts += len + 1;
			if (copy(out, size, opts, n - len - 1) < 0)
				return -EINVAL;
			return 1;
		}
		opts += n + (opts[n] == ',');
	}
	return 0;
}

static int known(const char *opt, size_t len, const char *const *keys)
{
	for (; *keys; keys++)
		if (strlen(*keys) == len && !strncmp(opt, *keys, len))
			return 1;
	return 0;
}

int spec_only(const char *opts, const char *const *keys, char *bad, size_t size)
{
	size_t n;

	while (*opts) {
		n = strcspn(opts, ",");
		if (!known(opts, strcspn(opts, "=,"), keys)) {
			snprintf(bad, size, "%.*s", (int)n, opts);
			return -EINVAL;
		}
		opts += n + (opts[n] == ',');
	}
	return 0;
}

/* dddd:bb:dd.f */
int spec_bdf(const char *text)
{
	static const char shape[] = "xxxx:xx:xx.o";
	size_t i;

	for (i = 0; i < sizeof(shape) - 1; i++) {
		unsigned char c = (unsigned char)text[i];

		if (shape[i] == 'x' ? !isxdigit(c) :
		    shape[i] == 'o' ? c < '0' || c > '7' :
				      c != (unsigned char)shape[i])
			return 0;
	}
	return text[i] == '\0';
}
