// SPDX-License-Identifier: MIT
/*
 * stream - moves a known stream of bytes over TCP and checks every one.
 *
 *	stream serve IP PORT
 *	stream send|recv|both IP PORT BYTES [SEED]
 *
 * The client says what it wants in a header; each side that receives checks
 * each byte against the generator and the count at the end of the stream. The
 * server serves one client, then exits with the verdict.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CHUNK 65536 /* a multiple of 8 */
#define TO_SERVER 1u
#define TO_CLIENT 2u

struct header {
	uint32_t directions;
	uint32_t seed;
	uint64_t bytes;
};

/* One direction as one side sees it. */
struct lane {
	uint64_t left;
	uint64_t pos;
	uint32_t seed;
	bool open;
};

static int fail(const char *what)
{
	fprintf(stderr, "stream: %s: %s\n", what, strerror(errno));
	return 1;
}

/* The word at a position: any lost, doubled or moved byte shows. */
static uint64_t word_at(uint32_t seed, uint64_t pos)
{
	uint64_t z = (pos / 8 + 1) * 0x9e3779b97f4a7c15ull + seed;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	return z ^ (z >> 31);
}

/* Fills n bytes of the stream from pos on; buf has room for 16 more. */
static void generate(uint8_t *buf, uint32_t seed, uint64_t pos, size_t n)
{
	size_t skew = pos % 8;

	for (size_t i = 0; i < n + skew; i += 8) {
		uint64_t w = word_at(seed, pos - skew + i);

		memcpy(buf + i, &w, 8);
	}
	if (skew)
		memmove(buf, buf + skew, n);
}

static int send_some(int fd, struct lane *l)
{
	static uint8_t buf[CHUNK + 16];
	size_t n = l->left < CHUNK ? (size_t)l->left : CHUNK;
	ssize_t rc;

	generate(buf, l->seed, l->pos, n);
	rc = send(fd, buf, n, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (rc < 0)
		return errno == EAGAIN ? 0 : fail("send");
	l->pos += (uint64_t)rc;
	l->left -= (uint64_t)rc;
	if (l->left > 0)
		return 0;
	l->open = false;
	return shutdown(fd, SHUT_WR) ? fail("shutdown") : 0;
}

static int check(const uint8_t *got, const struct lane *l, size_t n)
{
	static uint8_t want[CHUNK + 16];

	generate(want, l->seed, l->pos, n);
	if (memcmp(got, want, n) == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (got[i] != want[i]) {
			fprintf(stderr,
				"stream: byte %" PRIu64 " is %02x, not "
				"%02x\n",
				l->pos + i, got[i], want[i]);
			break;
		}
	return 1;
}

static int recv_some(int fd, struct lane *l)
{
	static uint8_t buf[CHUNK];
	ssize_t n = recv(fd, buf, CHUNK, MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN ? 0 : fail("recv");
	if (n == 0 && l->left > 0) {
		fprintf(stderr,
			"stream: ended after %" PRIu64 " bytes, %" PRIu64
			" are missing\n",
			l->pos, l->left);
		return 1;
	}
	if ((uint64_t)n > l->left) {
		fprintf(stderr, "stream: more than was sent\n");
		return 1;
	}
	if (n == 0) {
		l->open = false;
		return 0;
	}
	if (check(buf, l, (size_t)n))
		return 1;
	l->pos += (uint64_t)n;
	l->left -= (uint64_t)n;
	return 0;
}

/* Both lanes end at the other side's EOF, so neither side resets the other. */
static int move(int fd, struct lane *out, struct lane *in)
{
	while (out->open || in->open) {
		struct pollfd p = { .fd = fd };
		int rc = 0;

		p.events = (short)((out->open ? POLLOUT : 0) |
				   (in->open ? POLLIN : 0));
		if (poll(&p, 1, 120000) <= 0) {
			fprintf(stderr, "stream: no progress for 120 s\n");
			return 1;
		}
		if (in->open && p.revents & (POLLIN | POLLHUP | POLLERR))
			rc = recv_some(fd, in);
		if (!rc && out->open && p.revents & (POLLOUT | POLLERR))
			rc = send_some(fd, out);
		if (rc)
			return rc;
	}
	return 0;
}

static struct lane lane_of(const struct header *h, uint32_t direction)
{
	bool used = h->directions & direction;

	return (struct lane){ .left = used ? h->bytes : 0,
			      .seed = h->seed + direction,
			      .open = true };
}

/* A lane that carries nothing is closed at once by its sender, and its
 * receiver still reads the EOF. */
static int transfer(int fd, const struct header *h, bool server)
{
	struct lane out = lane_of(h, server ? TO_CLIENT : TO_SERVER);
	struct lane in = lane_of(h, server ? TO_SERVER : TO_CLIENT);

	return move(fd, &out, &in);
}

static int read_header(int fd, struct header *h)
{
	ssize_t n = recv(fd, h, sizeof(*h), MSG_WAITALL);

	return n == sizeof(*h) ? 0 : fail("header");
}

static int serve(const struct sockaddr_in *addr)
{
	int ls = socket(AF_INET, SOCK_STREAM, 0), one = 1, fd, rc;
	struct header h;

	setsockopt(ls, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(ls, (const struct sockaddr *)addr, sizeof(*addr)) ||
	    listen(ls, 8))
		return fail("listen");
	fd = accept(ls, NULL, NULL);
	if (fd < 0)
		return fail("accept");
	rc = read_header(fd, &h) || transfer(fd, &h, true);
	close(fd);
	close(ls);
	return rc;
}

static int connect_patiently(const struct sockaddr_in *addr)
{
	const struct timespec nap = { .tv_nsec = 50000000 };

	for (int i = 0; i < 200; i++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		if (connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) ==
		    0)
			return fd;
		close(fd);
		nanosleep(&nap, NULL);
	}
	return -1;
}

static int client(const struct sockaddr_in *addr, const struct header *h)
{
	int fd = connect_patiently(addr), rc;

	if (fd < 0)
		return fail("connect");
	if (send(fd, h, sizeof(*h), MSG_NOSIGNAL) != sizeof(*h))
		return fail("header");
	rc = transfer(fd, h, false);
	close(fd);
	return rc;
}

static uint32_t directions_of(const char *verb)
{
	if (strcmp(verb, "send") == 0)
		return TO_SERVER;
	if (strcmp(verb, "recv") == 0)
		return TO_CLIENT;
	return strcmp(verb, "both") == 0 ? TO_SERVER | TO_CLIENT : 0;
}

int main(int argc, char **argv)
{
	struct sockaddr_in addr = { .sin_family = AF_INET };
	struct header h = { .seed = 1 };

	if (argc < 4 || inet_pton(AF_INET, argv[2], &addr.sin_addr) != 1)
		goto usage;
	addr.sin_port = htons((uint16_t)atoi(argv[3]));
	if (strcmp(argv[1], "serve") == 0)
		return serve(&addr);
	h.directions = directions_of(argv[1]);
	if (argc < 5 || h.directions == 0)
		goto usage;
	h.bytes = strtoull(argv[4], NULL, 10);
	if (argc > 5)
		h.seed = (uint32_t)strtoul(argv[5], NULL, 10);
	return client(&addr, &h);
usage:
	fprintf(stderr, "usage: stream serve IP PORT\n"
			"       stream send|recv|both IP PORT BYTES [SEED]\n");
	return 2;
}
