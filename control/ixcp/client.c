// SPDX-License-Identifier: MIT
/*
 * client.c - one question to one instance
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "control/ixcp/ixcp.h"

#define TIMEOUT_S 5
#define MAX_ANSWER (64u << 20)

static int fail(int rc, char *err, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static int fail(int rc, char *err, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err, size, fmt, ap);
	va_end(ap);
	return rc;
}

static int open_socket(const char *path)
{
	struct timeval limit = { .tv_sec = TIMEOUT_S };
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd, rc;

	snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(fd, (struct sockaddr *)&un, sizeof(un)) == 0)
		return fd;
	rc = -errno;
	close(fd);
	return rc;
}

static int send_all(int fd, const char *text)
{
	size_t left = strlen(text);

	while (left) {
		ssize_t n = send(fd, text, left, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		left -= (size_t)n;
	}
	return 0;
}

/* All bytes up to the end of the stream, as a string. */
static int read_all(int fd, char **text_out)
{
	size_t len = 0, cap = 0;
	char *text = NULL;
	ssize_t n = 0;
	int rc = 0;

	while (len < MAX_ANSWER) {
		if (cap - len < 4096) {
			char *more = realloc(text, cap * 2 + 8192);

			if (!more) {
				rc = -ENOMEM;
				break;
			}
			text = more;
			cap = cap * 2 + 8192;
		}
		n = read(fd, text + len, cap - len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			rc = n < 0 ? -errno : 0;
			break;
		}
		len += (size_t)n;
	}
	if (rc || len >= MAX_ANSWER) {
		free(text);
		return rc ? rc : -EFBIG;
	}
	text[len] = 0;
	*text_out = text;
	return 0;
}

static int parse(const char *text, json_t **answer_out, char *err, size_t size)
{
	json_error_t e;
	json_t *doc = json_loads(text, 0, &e);
	const char *refused = json_string_value(json_object_get(doc, "error"));
	int rc = 0;

	if (!doc)
		return fail(-EPROTO, err, size,
			    "the instance's answer is not JSON: %s", e.text);
	if (refused)
		rc = fail(-EIO, err, size, "%s", refused);
	else
		*answer_out = json_incref(doc);
	json_decref(doc);
	return rc;
}

static const char *reason(int rc)
{
	switch (rc) {
	case -EACCES:
	case -EPERM:
		return "only its owner and root may ask it";
	case -ECONNREFUSED:
	case -ENOENT:
		return "it does not run any more";
	case -EAGAIN:
		return "it does not answer";
	default:
		return strerror(-rc);
	}
}

int client_ask(const char *path, const char *request, json_t **answer_out,
	       char *err, size_t err_size)
{
	char *text = NULL;
	int fd = open_socket(path);
	int rc = fd < 0 ? fd : 0;

	if (!rc)
		rc = send_all(fd, request);
	if (!rc)
		rc = read_all(fd, &text);
	if (fd >= 0)
		close(fd);
	if (rc)
		return fail(rc, err, err_size, "%s: %s", path, reason(rc));
	rc = parse(text, answer_out, err, err_size);
	free(text);
	return rc;
}
