// SPDX-License-Identifier: MIT
/*
 * echo_server.c - ix-echo-server: sends back what it receives
 *
 * One thread, epoll, non-blocking sockets: nothing but POSIX and epoll, so the
 * same binary runs on Linux and under ix-run.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS 256
#define PIECE 16384

/* Bytes that the peer does not take yet; without any, data is NULL. */
struct peer {
	int fd;
	char *data;
	size_t len;
};

static int epfd;

static void drop(struct peer *p)
{
	close(p->fd);
	free(p->data);
	free(p);
}

static int watch(struct peer *p, int op, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = p };

	return epoll_ctl(epfd, op, p->fd, &ev);
}

static void welcome(int listener)
{
	int one = 1, fd;
	struct peer *p;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
		p = calloc(1, sizeof(*p));
		if (!p) {
			close(fd);
			continue;
		}
		p->fd = fd;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		if (watch(p, EPOLL_CTL_ADD, EPOLLIN) < 0)
			drop(p);
	}
}

/* Bytes sent, 0 if none can be now, -1: the connection is gone. */
static ssize_t give(struct peer *p, const char *data, size_t len)
{
	ssize_t n = send(p->fd, data, len, MSG_NOSIGNAL);

	return n < 0 && errno == EAGAIN ? 0 : n;
}

/* Keep the rest, and read no more until it is gone. */
static int keep(struct peer *p, const char *data, size_t len)
{
	p->data = malloc(len);
	if (!p->data)
		return -1;
	memcpy(p->data, data, len);
	p->len = len;
	return watch(p, EPOLL_CTL_MOD, EPOLLOUT);
}

static int echo(struct peer *p)
{
	static char buf[PIECE];
	ssize_t n = recv(p->fd, buf, sizeof(buf), 0), sent;

	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n <= 0)
		return -1;
	sent = give(p, buf, (size_t)n);
	if (sent < 0)
		return -1;
	return sent < n ? keep(p, buf + sent, (size_t)(n - sent)) : 0;
}

static int resume(struct peer *p)
{
	ssize_t n = give(p, p->data, p->len);

	if (n < 0)
		return -1;
	p->len -= (size_t)n;
	memmove(p->data, p->data + n, p->len);
	if (p->len)
		return 0;
	free(p->data);
	p->data = NULL;
	return watch(p, EPOLL_CTL_MOD, EPOLLIN);
}

static int listen_on(uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 ||
	    listen(fd, 1024) < 0)
		return -1;
	return fd;
}

static void serve(int listener, int timeout)
{
	struct epoll_event ev[EVENTS];
	int n, i;

	for (;;) {
		n = epoll_wait(epfd, ev, EVENTS, timeout);
		for (i = 0; i < n; i++) {
			struct peer *p = ev[i].data.ptr;

			if (!p)
				welcome(listener);
			else if ((p->data ? resume(p) : echo(p)) < 0)
				drop(p);
		}
	}
}

static void all_fds(void)
{
	struct rlimit lim;

	if (getrlimit(RLIMIT_NOFILE, &lim) < 0)
		return;
	lim.rlim_cur = lim.rlim_max;
	setrlimit(RLIMIT_NOFILE, &lim);
}

int main(int argc, char **argv)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = NULL };
	int opt, port = 7, timeout = -1, listener;

	while ((opt = getopt(argc, argv, "p:s")) != -1) {
		if (opt == 'p') {
			port = atoi(optarg);
		} else if (opt == 's') {
			timeout = 0;
		} else {
			fprintf(stderr,
				"usage: %s [-p PORT] [-s]\n"
				"  -s  spin: never sleep in epoll_wait\n",
				argv[0]);
			return 2;
		}
	}
	if (port < 1 || port > 65535 || optind < argc) {
		fprintf(stderr, "%s: a port is 1 to 65535\n", argv[0]);
		return 2;
	}
	all_fds();
	epfd = epoll_create1(0);
	listener = listen_on((uint16_t)port);
	if (epfd < 0 || listener < 0 ||
	    epoll_ctl(epfd, EPOLL_CTL_ADD, listener, &ev) < 0) {
		fprintf(stderr, "%s: port %d: %s\n", argv[0], port,
			strerror(errno));
		return 1;
	}
	serve(listener, timeout);
}
