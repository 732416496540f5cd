// SPDX-License-Identifier: MIT
/*
 * stdio.c - streams on sockets of the stack
 *
 * The C library's own streams read and write without passing us.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shim/front/calls.h"
#include "shim/host/host.h"
#include "shim/object/fd.h"

static ssize_t stream_read(void *cookie, char *buf, size_t n)
{
	return call_read((int)(long)cookie, buf, n);
}

static ssize_t stream_write(void *cookie, const char *buf, size_t n)
{
	int fd = (int)(long)cookie;
	size_t done = 0;

	while (done < n) {
		ssize_t rc = call_write(fd, buf + done, n - done);

		if (rc < 0)
			break;
		done += (size_t)rc;
	}
	/* fopencookie(3): 0 is the error */
	return (ssize_t)done;
}

static int stream_close(void *cookie)
{
	return call_close((int)(long)cookie);
}

FILE *call_fdopen(int fd, const char *mode)
{
	static const cookie_io_functions_t io = {
		.read = stream_read,
		.write = stream_write,
		.close = stream_close,
	};
	struct sock *s = fd_sock_fast(fd);
	FILE *f;

	if (!s || s->world == WORLD_KERNEL)
		return host.fdopen(fd, mode);
	f = fopencookie((void *)(long)fd, mode, io);
	if (!f)
		return NULL;
	/* for fileno(); a cookie's stream never uses it */
	f->_fileno = fd;
	if (strchr(mode, 'e'))
		host.fcntl(fd, F_SETFD, (void *)FD_CLOEXEC);
	return f;
}

static int print_to(int fd, const char *fmt, va_list ap)
{
	char *text;
	int n = vasprintf(&text, fmt, ap), done = 0;

	while (n > 0 && done < n) {
		ssize_t rc = call_write(fd, text + done, (size_t)(n - done));

		if (rc < 0)
			break;
		done += (int)rc;
	}
	if (n < 0)
		return -1;
	free(text);
	return done == n ? n : -1;
}

int call_vdprintf(int fd, const char *fmt, va_list ap)
{
	return fd_sock_fast(fd) ? print_to(fd, fmt, ap) :
				  host.vdprintf(fd, fmt, ap);
}

int call___vdprintf_chk(int fd, int flag, const char *fmt, va_list ap)
{
	return fd_sock_fast(fd) ? print_to(fd, fmt, ap) :
				  host.__vdprintf_chk(fd, flag, fmt, ap);
}

int call_dprintf(int fd, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = call_vdprintf(fd, fmt, ap);
	va_end(ap);
	return n;
}

int call___dprintf_chk(int fd, int flag, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = call___vdprintf_chk(fd, flag, fmt, ap);
	va_end(ap);
	return n;
}
