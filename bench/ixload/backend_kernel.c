// SPDX-License-Identifier: MIT
/*
 * backend_kernel.c - load through kernel sockets and epoll
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

static struct sockaddr_in server;
static int epfd;
static bool spin;

struct link {
	int fd;
	bool connected;
};

static uint64_t kernel_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static int kernel_start(const struct load_opts *o, char *err, size_t err_size)
{
	struct rlimit lim;

	spin = o->spin;

	server.sin_family = AF_INET;
	server.sin_port = htons(o->port);
	if (inet_pton(AF_INET, o->host, &server.sin_addr) != 1) {
		snprintf(err, err_size, "%s is not an IPv4 address", o->host);
		return -EINVAL;
	}
	if (getrlimit(RLIMIT_NOFILE, &lim) == 0) {
		lim.rlim_cur = lim.rlim_max;
		setrlimit(RLIMIT_NOFILE, &lim);
	}
	epfd = epoll_create1(EPOLL_CLOEXEC);
	return epfd < 0 ? -errno : 0;
}

static int kernel_open(struct conn *c)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT | EPOLLET,
				  .data.ptr = c };
	struct link *l = calloc(1, sizeof(*l));
	int one = 1;

	if (!l)
		return -ENOMEM;
	c->link = l;
	l->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (l->fd < 0)
		return -errno;
	setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(l->fd, (struct sockaddr *)&server, sizeof(server)) < 0 &&
	    errno != EINPROGRESS)
		return -errno;
	return epoll_ctl(epfd, EPOLL_CTL_ADD, l->fd, &ev) < 0 ? -errno : 0;
}

static ssize_t kernel_send(struct conn *c, const char *buf, size_t len)
{
	struct link *l = c->link;
	ssize_t n = send(l->fd, buf, len, MSG_NOSIGNAL);

	return n < 0 ? -errno : n;
}

static ssize_t kernel_recv(struct conn *c, char *buf, size_t len)
{
	struct link *l = c->link;
	ssize_t n = recv(l->fd, buf, len, 0);

	return n < 0 ? -errno : n;
}

static void kernel_close(struct conn *c)
{
	struct link *l = c->link;

	if (!l)
		return;
	if (l->fd >= 0)
		close(l->fd);
	free(l);
	c->link = NULL;
}

static void event(struct conn *c, uint32_t events)
{
	struct link *l = c->link;
	int err = 0;
	socklen_t len = sizeof(err);

	if (c->failed || !l)
		return;
	if (!l->connected) {
		getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &err, &len);
		l->connected = true;
		run_connected(c, err);
		return;
	}
	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		run_readable(c);
	if (events & EPOLLOUT && !c->failed)
		run_writable(c);
}

static int kernel_poll(int64_t wait_ns)
{
	struct epoll_event ev[256];
	/* below a millisecond: look again rather than oversleep */
	int timeout = spin ? 0 : (int)(wait_ns / 1000000);
	int n = epoll_wait(epfd, ev, 256, timeout), i;

	for (i = 0; i < n; i++)
		event(ev[i].data.ptr, ev[i].events);
	return n;
}

const struct backend backend_kernel = {
	.name = "kernel",
	.start = kernel_start,
	.open = kernel_open,
	.send = kernel_send,
	.recv = kernel_recv,
	.close = kernel_close,
	.poll = kernel_poll,
	.now_ns = kernel_now,
};
