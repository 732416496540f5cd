// SPDX-License-Identifier: MIT
/*
 * roles - two processes that test one POSIX behaviour over the network.
 */
#include "roles.h"

#include <arpa/inet.h>

#define PATIENCE_S 20

socklen_t addr_len(const union addr *a)
{
	return a->sa.sa_family == AF_INET6 ? sizeof(a->in6) : sizeof(a->in);
}

union addr with_port(const union addr *a, uint16_t port)
{
	union addr b = *a;

	if (a->sa.sa_family == AF_INET6)
		b.in6.sin6_port = htons(port);
	else
		b.in.sin_port = htons(port);
	return b;
}

uint16_t port_of(const union addr *a)
{
	return ntohs(a->sa.sa_family == AF_INET6 ? a->in6.sin6_port :
						   a->in.sin_port);
}

bool same_addr(const union addr *a, const union addr *b)
{
	if (a->sa.sa_family != b->sa.sa_family || port_of(a) != port_of(b))
		return false;
	if (a->sa.sa_family == AF_INET6)
		return memcmp(&a->in6.sin6_addr, &b->in6.sin6_addr, 16) == 0;
	return a->in.sin_addr.s_addr == b->in.sin_addr.s_addr;
}

union addr wildcard(const union addr *like)
{
	union addr a = { .sa.sa_family = like->sa.sa_family };

	return a;
}

union addr nobody(const struct role *r, uint16_t port)
{
	union addr a = with_port(&r->self, port);
	/* The kernel remembers for a while that nobody answered: let the test
	 * before have asked for another one. */
	uint8_t host = (uint8_t)(200 + r->port / 20 % 50);

	if (a.sa.sa_family == AF_INET6)
		a.in6.sin6_addr.s6_addr[15] = host;
	else
		((uint8_t *)&a.in.sin_addr)[3] = host;
	return a;
}

static union addr parse_addr(const char *s)
{
	union addr a;

	memset(&a, 0, sizeof(a));
	if (inet_pton(AF_INET, s, &a.in.sin_addr) == 1)
		a.sa.sa_family = AF_INET;
	else if (inet_pton(AF_INET6, s, &a.in6.sin6_addr) == 1)
		a.sa.sa_family = AF_INET6;
	else
		WRONG("not an address: %s", s);
	return a;
}

int tcp_socket(const struct role *r)
{
	int fd = socket(r->self.sa.sa_family, SOCK_STREAM, 0);

	OK(fd);
	return fd;
}

int udp_socket(const struct role *r)
{
	int fd = socket(r->self.sa.sa_family, SOCK_DGRAM, 0);

	OK(fd);
	return fd;
}

uint16_t next_port(struct role *r)
{
	return r->port++;
}

int listen_on(struct role *r, uint16_t port, int backlog)
{
	union addr a = with_port(&r->self, port);
	int fd = tcp_socket(r);

	set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	OK(bind(fd, &a.sa, addr_len(&a)));
	OK(listen(fd, backlog));
	return fd;
}

int connect_to(struct role *r, uint16_t port)
{
	union addr a = with_port(&r->other, port);
	int fd = tcp_socket(r);

	OK(connect(fd, &a.sa, addr_len(&a)));
	return fd;
}

void fetch_text(struct role *r, uint16_t port, const char *text)
{
	int fd = connect_to(r, port);

	want_text(fd, text);
	want_eof(fd);
	close(fd);
}

void kept_out_then_in(struct role *r)
{
	uint16_t port = next_port(r);
	union addr a = with_port(&r->other, port);
	int fd = tcp_socket(r);

	meet(r, 'l');
	set_nonblock(fd, true);
	FAILS(connect(fd, &a.sa, addr_len(&a)), EINPROGRESS);
	GIVES(wait_events(fd, POLLOUT, 150), 0);
	OK(close(fd));
	meet(r, 'n');
	meet(r, 'o');
	fd = connect_to(r, port);
	want_eof(fd);
	OK(close(fd));
}

int pair_active(struct role *r, uint16_t port)
{
	meet(r, 'l');
	return connect_to(r, port);
}

int pair_passive(struct role *r, uint16_t port)
{
	int ls = listen_on(r, port, 8), fd;

	meet(r, 'l');
	fd = accept(ls, NULL, NULL);
	OK(fd);
	OK(close(ls));
	return fd;
}

int pair(struct role *r)
{
	uint16_t port = next_port(r);

	return r->server ? pair_passive(r, port) : pair_active(r, port);
}

/* The control connection is the test's own: errors there are fatal. */
static void ctl_put(struct role *r, const void *p, size_t n)
{
	if (send(r->ctl, p, n, MSG_NOSIGNAL) != (ssize_t)n)
		WRONG("control connection: %s", strerror(errno));
}

static void ctl_get(struct role *r, void *p, size_t n)
{
	size_t got = 0;

	while (got < n) {
		ssize_t rc = recv(r->ctl, (char *)p + got, n - got, 0);

		if (rc < 0 && errno == EINTR)
			continue;
		if (rc < 0)
			WRONG("control connection: %s", strerror(errno));
		if (rc == 0)
			WRONG("the other process gave up");
		got += (size_t)rc;
	}
}

void meet(struct role *r, char step)
{
	char other = 0;

	ctl_put(r, &step, 1);
	ctl_get(r, &other, 1);
	if (other != step)
		WRONG("out of step: '%c' here, '%c' there", step, other);
}

void tell(struct role *r, uint32_t number)
{
	number = htonl(number);
	ctl_put(r, &number, sizeof(number));
}

uint32_t hear(struct role *r)
{
	uint32_t number = 0;

	ctl_get(r, &number, sizeof(number));
	return ntohl(number);
}

static int accept_control(struct role *r, uint16_t port)
{
	int ls = listen_on(r, port, 1), fd = accept(ls, NULL, NULL);

	OK(fd);
	close(ls);
	return fd;
}

static int connect_control(struct role *r, uint16_t port)
{
	union addr a = with_port(&r->other, port);

	for (int i = 0; i < PATIENCE_S * 20 * (int)slow(); i++) {
		int fd = tcp_socket(r);

		if (connect(fd, &a.sa, addr_len(&a)) == 0)
			return fd;
		close(fd);
		sleep_ms(50);
	}
	WRONG("no control connection: %s", strerror(errno));
}

/* The control fd is moved up, so that low numbers are the test's. */
static void open_control(struct role *r, uint16_t port)
{
	int fd = r->server ? accept_control(r, port) : connect_control(r, port);

	r->ctl = fcntl(fd, F_DUPFD_CLOEXEC, 100);
	OK(r->ctl);
	close(fd);
	r->port = (uint16_t)(port + 1);
}

static void init_role(struct role *r, int argc, char **argv)
{
	union addr server, client;

	if (argc != 5 ||
	    (strcmp(argv[1], "server") && strcmp(argv[1], "client")))
		WRONG("usage: %s server|client IP PORT CLIENT_IP", argv[0]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	/* Whatever hangs ends by itself; the runner's limit is longer. */
	alarm(PATIENCE_S * slow());
	r->server = strcmp(argv[1], "server") == 0;
	server = parse_addr(argv[2]);
	client = parse_addr(argv[4]);
	r->self = r->server ? server : client;
	r->other = r->server ? client : server;
	open_control(r, (uint16_t)atoi(argv[3]));
}

int roles_main(int argc, char **argv, role_fn *subject, role_fn *helper)
{
	struct role r;

	init_role(&r, argc, argv);
	meet(&r, '1');
	(r.server ? helper : subject)(&r);
	meet(&r, '2');
	(r.server ? subject : helper)(&r);
	meet(&r, '3');
	return 0;
}

static conn_fn *conn_subject, *conn_helper;

static void with_conn(struct role *r, conn_fn *fn)
{
	int fd = pair(r);

	fn(r, fd);
	meet(r, 'e');
	if (fcntl(fd, F_GETFD) != -1)
		OK(close(fd));
}

static void with_udp(struct role *r, conn_fn *fn)
{
	uint16_t port = next_port(r);
	union addr a = with_port(&r->self, port);
	int fd = udp_socket(r);

	OK(bind(fd, &a.sa, addr_len(&a)));
	meet(r, 'u');
	fn(r, fd);
	meet(r, 'e');
	if (fcntl(fd, F_GETFD) != -1)
		OK(close(fd));
}

static void subject_conn(struct role *r)
{
	with_conn(r, conn_subject);
}

static void helper_conn(struct role *r)
{
	with_conn(r, conn_helper);
}

static void subject_udp(struct role *r)
{
	with_udp(r, conn_subject);
}

static void helper_udp(struct role *r)
{
	with_udp(r, conn_helper);
}

int conn_main(int argc, char **argv, conn_fn *subject, conn_fn *helper)
{
	conn_subject = subject;
	conn_helper = helper;
	return roles_main(argc, argv, subject_conn, helper_conn);
}

int udp_main(int argc, char **argv, conn_fn *subject, conn_fn *helper)
{
	conn_subject = subject;
	conn_helper = helper;
	return roles_main(argc, argv, subject_udp, helper_udp);
}

static role_fn *lone_subject;

static void subject_alone(struct role *r)
{
	lone_subject(r);
	tell(r, r->port);
}

static void helper_alone(struct role *r)
{
	r->port = (uint16_t)hear(r);
}

int alone_main(int argc, char **argv, role_fn *subject)
{
	lone_subject = subject;
	return roles_main(argc, argv, subject_alone, helper_alone);
}
