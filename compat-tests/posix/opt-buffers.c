// SPDX-License-Identifier: MIT
/* opt-buffers - SO_RCVBUF and SO_SNDBUF: doubled, at least, at most, and by force. */
#include "kinds.h"

/* What is told of a namespace in newer kernels only is tried in older ones. */
static int most(int fd, const char *name, int option)
{
	char path[64];
	int n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/sys/net/core/%s", name);
	f = fopen(path, "r");
	if (!f) {
		set_int(fd, SOL_SOCKET, option, INT32_MAX);
		return get_int(fd, SOL_SOCKET, option) / 2;
	}
	CHECK(fscanf(f, "%d", &n) == 1);
	fclose(f);
	return n;
}

static void sizes(struct role *r, struct made *m)
{
	int fd = m->fd, rmax = most(fd, "rmem_max", SO_RCVBUF);
	int wmax = most(fd, "wmem_max", SO_SNDBUF);

	(void)r;
	set_int(fd, SOL_SOCKET, SO_RCVBUF, 20000);
	GIVES(get_int(fd, SOL_SOCKET, SO_RCVBUF), 40000);
	set_int(fd, SOL_SOCKET, SO_SNDBUF, 30000);
	GIVES(get_int(fd, SOL_SOCKET, SO_SNDBUF), 60000);
	set_int(fd, SOL_SOCKET, SO_RCVBUF, 1);
	GIVES(get_int(fd, SOL_SOCKET, SO_RCVBUF), 2304);
	set_int(fd, SOL_SOCKET, SO_SNDBUF, 0);
	GIVES(get_int(fd, SOL_SOCKET, SO_SNDBUF), 4608);
	set_int(fd, SOL_SOCKET, SO_RCVBUF, rmax + 1);
	GIVES(get_int(fd, SOL_SOCKET, SO_RCVBUF), 2 * rmax);
	set_int(fd, SOL_SOCKET, SO_SNDBUF, INT32_MAX);
	GIVES(get_int(fd, SOL_SOCKET, SO_SNDBUF), 2 * wmax);
	set_int(fd, SOL_SOCKET, SO_RCVBUF, -1);
	GIVES(get_int(fd, SOL_SOCKET, SO_RCVBUF), 2 * rmax);
	set_int(fd, SOL_SOCKET, SO_RCVBUFFORCE, rmax + 1000);
	GIVES(get_int(fd, SOL_SOCKET, SO_RCVBUF), 2 * (rmax + 1000));
	set_int(fd, SOL_SOCKET, SO_SNDBUFFORCE, wmax + 1000);
	GIVES(get_int(fd, SOL_SOCKET, SO_SNDBUF), 2 * (wmax + 1000));
	set_int(fd, SOL_SOCKET, SO_RCVBUFFORCE, -1);
	GIVES(get_int(fd, SOL_SOCKET, SO_RCVBUF), 2304);
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, sizes);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
