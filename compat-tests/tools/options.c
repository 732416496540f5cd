// SPDX-License-Identifier: MIT
/*
 * options - every socket option in every state, a line each.
 *
 *	options ADDRESS
 *
 * All numbers of each level that AF_INET has, and some of levels that are not,
 * are tried on a new socket of each kind: read, set to 1, read, set to 0, read.
 * On fresh sockets what was set is also read once the socket is bound and
 * listens, or is connected. ADDRESS is this host's. The lines
 *
 *	LEVEL NAME KIND STEP=RESULT...
 *
 * are the same on two systems that have the same options. RESULT of a set: ok
 * or an errno, of a get: LENGTH:VALUE or an errno. Values that are not the same
 * twice are shown as `*`.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_MS 10000
#define SHORT_MS 300
#define LONG_VALUE 16 /* where four bytes are EINVAL */

static const struct level {
	int level;
	const char *name;
	int last; /* number */
} levels[] = {
	{ SOL_SOCKET, "SOL_SOCKET", 96 },
	{ IPPROTO_IP, "IPPROTO_IP", 64 },
	{ IPPROTO_TCP, "IPPROTO_TCP", 64 },
	{ IPPROTO_UDP, "IPPROTO_UDP", 112 },
	{ IPPROTO_IPV6, "IPPROTO_IPV6", 3 },
	{ 200, "200", 3 },
	{ -1, "-1", 3 },
};

/* What is not the same twice, or says how a machine was set up. */
static const struct {
	int level, name;
} varying[] = {
	{ SOL_SOCKET, 7 },   /* SO_SNDBUF: its first value */
	{ SOL_SOCKET, 8 },   /* SO_RCVBUF */
	{ SOL_SOCKET, 49 },  /* SO_INCOMING_CPU */
	{ SOL_SOCKET, 55 },  /* SO_MEMINFO */
	{ SOL_SOCKET, 56 },  /* SO_INCOMING_NAPI_ID */
	{ SOL_SOCKET, 57 },  /* SO_COOKIE */
	{ SOL_SOCKET, 71 },  /* SO_NETNS_COOKIE */
	{ SOL_SOCKET, 77 },  /* SO_PEERPIDFD */
	{ IPPROTO_IP, 14 },  /* IP_MTU: that of the device */
	{ IPPROTO_TCP, 2 },  /* TCP_MAXSEG: the same */
	{ IPPROTO_TCP, 10 }, /* TCP_WINDOW_CLAMP: of a connection */
	{ IPPROTO_TCP, 11 }, /* TCP_INFO */
	{ IPPROTO_TCP, 13 }, /* TCP_CONGESTION: the default */
	{ IPPROTO_IP, 52 },  /* IP_PROTOCOL: the port */
	{ IPPROTO_TCP, 24 }, /* TCP_TIMESTAMP */
	{ IPPROTO_TCP, 26 }, /* TCP_CC_INFO: as 13 */
};

static struct sockaddr_in self = { .sin_family = AF_INET };

static void die(const char *what)
{
	fprintf(stderr, "options: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int need(int rc, const char *what)
{
	if (rc < 0)
		die(what);
	return rc;
}

/*
 * Sockets
 */
static int tcp(void)
{
	return need(socket(AF_INET, SOCK_STREAM, 0), "socket");
}

static int udp(void)
{
	return need(socket(AF_INET, SOCK_DGRAM, 0), "socket");
}

static int try_bind(int fd)
{
	struct sockaddr_in a = self;

	a.sin_port = 0;
	return bind(fd, (struct sockaddr *)&a, sizeof(a));
}

static int bound(int fd)
{
	need(try_bind(fd), "bind");
	return fd;
}

static struct sockaddr_in name_of(int fd)
{
	struct sockaddr_in a;
	socklen_t len = sizeof(a);

	need(getsockname(fd, (struct sockaddr *)&a, &len), "getsockname");
	return a;
}

/* A listener, and a port of UDP, that the connected ones are connected to. */
static int server, port;
static int last_accepted = -1;

static int try_connect(int fd, int to)
{
	struct sockaddr_in a = name_of(to);

	return connect(fd, (struct sockaddr *)&a, sizeof(a));
}

/* The other end; -1: there is none, as with TCP_REPAIR. */
static int other_end(int ms)
{
	struct pollfd p = { .fd = server, .events = POLLIN };

	return poll(&p, 1, ms) == 1 ? accept(server, NULL, NULL) : -1;
}

static int connected(int fd)
{
	need(try_connect(fd, server), "connect");
	if (last_accepted >= 0)
		close(last_accepted);
	last_accepted = need(other_end(PATIENCE_MS), "accept");
	return fd;
}

static int make_tcp_bound(void)
{
	return bound(tcp());
}

static int make_listening(void)
{
	int fd = bound(tcp());

	need(listen(fd, 4), "listen");
	return fd;
}

static int make_connected(void)
{
	return connected(tcp());
}

static int make_accepted(void)
{
	int fd, end;

	end = connected(tcp());
	fd = last_accepted;
	last_accepted = end;
	return fd;
}

static int make_udp_bound(void)
{
	return bound(udp());
}

static int make_udp_connected(void)
{
	int fd = udp();

	need(try_connect(fd, port), "connect");
	return fd;
}

static const struct kind {
	const char *name;
	int (*make)(void);
	bool stream, fresh;
} kinds[] = {
	{ "tcp-fresh", tcp, true, true },
	{ "tcp-bound", make_tcp_bound, true, false },
	{ "tcp-listening", make_listening, true, false },
	{ "tcp-connected", make_connected, true, false },
	{ "tcp-accepted", make_accepted, true, false },
	{ "udp-fresh", udp, false, true },
	{ "udp-bound", make_udp_bound, false, false },
	{ "udp-connected", make_udp_connected, false, false },
};

/*
 * Options
 */
static const char *error_name(int err)
{
	const char *name = strerrorname_np(err);

	return name ? name : "?";
}

static bool varies(int level, int name)
{
	for (size_t i = 0; i < sizeof(varying) / sizeof(*varying); i++)
		if (varying[i].level == level && varying[i].name == name)
			return true;
	return false;
}

static void show_get(const char *step, int fd, int level, int name)
{
	unsigned char v[512] = { 0 };
	socklen_t len = sizeof(v);
	int n;

	if (getsockopt(fd, level, name, v, &len) < 0) {
		printf(" %s=%s", step, error_name(errno));
		return;
	}
	memcpy(&n, v, sizeof(n));
	if (level == SOL_SOCKET && name == 77) /* SO_PEERPIDFD */
		close(n);
	if (varies(level, name))
		printf(" %s=*", step);
	else if (len > 8)
		printf(" %s=%u:...", step, len);
	else
		printf(" %s=%u:%d", step, len, n);
}

/* Whether it was taken. */
static bool show_set(const char *step, int fd, int level, int name, int value)
{
	int v[LONG_VALUE / sizeof(int)] = { value };

	if (setsockopt(fd, level, name, v, sizeof(int)) == 0) {
		printf(" %s=ok", step);
		return true;
	}
	printf(" %s=%s", step, error_name(errno));
	if (errno != EINVAL)
		return false;
	if (setsockopt(fd, level, name, v, sizeof(v)) == 0) {
		printf("/ok");
		return true;
	}
	printf("/%s", error_name(errno));
	return false;
}

static void try_option(const struct kind *k, int level, int name)
{
	int fd = k->make();

	show_get("get", fd, level, name);
	show_set("set1", fd, level, name, 1);
	show_get("get", fd, level, name);
	show_set("set0", fd, level, name, 0);
	show_get("get", fd, level, name);
	close(fd);
}

/* 0, an errno, or EINPROGRESS: it takes too long. */
static int join(int fd, bool stream)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	socklen_t len = sizeof(int);
	int err = 0;

	if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
		die("fcntl");
	if (try_connect(fd, stream ? server : port) < 0)
		err = errno;
	if (err == EINPROGRESS && poll(&p, 1, SHORT_MS) == 1)
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len);
	if (!err && stream)
		close(other_end(SHORT_MS));
	return err;
}

/* What was set early, when the socket has an address. */
static void try_survival(const struct kind *k, int level, int name)
{
	int fd = k->make();
	bool set = show_set("early", fd, level, name, 1);

	if (set && try_bind(fd) == 0) {
		if (k->stream)
			need(listen(fd, 4), "listen");
		show_get("named", fd, level, name);
	} else if (set) {
		printf(" named=%s", error_name(errno));
	}
	close(fd);
	fd = k->make();
	if (set && setsockopt(fd, level, name, &(int){ 1 }, 4) == 0) {
		int err = join(fd, k->stream);

		if (err)
			printf(" joined=%s", error_name(err));
		else
			show_get("joined", fd, level, name);
	}
	close(fd);
}

static void each_kind(const struct level *l, int name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		printf("%s %d %s", l->name, name, kinds[i].name);
		try_option(&kinds[i], l->level, name);
		if (kinds[i].fresh)
			try_survival(&kinds[i], l->level, name);
		printf("\n");
	}
	fflush(stdout);
}

int main(int argc, char **argv)
{
	if (argc != 2 || inet_pton(AF_INET, argv[1], &self.sin_addr) != 1) {
		fprintf(stderr, "usage: options ADDRESS\n");
		return 2;
	}
	server = make_listening();
	port = make_udp_bound();
	for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++)
		for (int name = 0; name <= levels[i].last; name++)
			each_kind(&levels[i], name);
	return 0;
}
