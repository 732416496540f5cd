// SPDX-License-Identifier: MIT
/*
 * control.c - the control socket: connections and their bounds
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control/host/owner/answers.h"
#include "control/host/owner/control.h"
#include "control/host/owner/json.h"
#include "control/host/owner/owner.h"

#define CLIENT_NS (5 * NSEC_PER_SEC)

void control_init(struct owner *o)
{
	struct epoll_event ev = { .events = EPOLLIN,
				  .data.u64 = owner_tag(EV_LISTEN, 0) };
	unsigned i;

	for (i = 0; i < CONTROL_CLIENTS; i++)
		o->control.client[i].fd = -1;
	epoll_ctl(o->epfd, EPOLL_CTL_ADD, o->in->control_fd, &ev);
}

static bool may_ask(const struct owner *o, int fd, struct ucred *peer_out)
{
	socklen_t len = sizeof(*peer_out);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, peer_out, &len) < 0)
		return false;
	return peer_out->uid == 0 || peer_out->uid == o->in->uid;
}

static void drop(struct client *c)
{
	close(c->fd);
	c->fd = -1;
	json_free(&c->answer);
}

static void refuse(int fd)
{
	static const char text[] = "{\"error\":\"only the owner of the "
				   "instance and root may ask\"}\n";

	if (send(fd, text, sizeof(text) - 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		errno = 0;
	close(fd);
}

/* The instance's user may keep all others busy, but those that are root's. */
static int free_client(const struct owner *o, uid_t uid)
{
	int n = CONTROL_CLIENTS - (uid == 0 ? 0 : CONTROL_ROOTS), i;

	for (i = 0; i < n; i++)
		if (o->control.client[i].fd < 0)
			return i;
	return -1;
}

void control_accept(struct owner *o)
{
	struct epoll_event ev = { .events = EPOLLIN };
	int fd = accept4(o->in->control_fd, NULL, NULL,
			 SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct ucred peer;
	struct client *c;
	int i;

	if (fd < 0)
		return;
	if (!may_ask(o, fd, &peer)) {
		refuse(fd);
		return;
	}
	i = free_client(o, peer.uid);
	ev.data.u64 = owner_tag(EV_CLIENT, (uint32_t)i);
	if (i < 0 || epoll_ctl(o->epfd, EPOLL_CTL_ADD, fd, &ev) < 0) {
		close(fd);
		return;
	}
	c = &o->control.client[i];
	memset(c, 0, sizeof(*c));
	c->fd = fd;
	c->deadline = clock_kernel_ns() + CLIENT_NS;
}

static void send_some(struct client *c)
{
	ssize_t n;

	while (c->sent < c->answer.len) {
		n = send(c->fd, c->answer.text + c->sent,
			 c->answer.len - c->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0)
			break;
		c->sent += (size_t)n;
	}
	drop(c);
}

static void answer(struct owner *o, struct client *c, unsigned i)
{
	struct epoll_event ev = { .events = EPOLLOUT,
				  .data.u64 = owner_tag(EV_CLIENT, i) };

	answer_line(o, c->line, &c->answer);
	epoll_ctl(o->epfd, EPOLL_CTL_MOD, c->fd, &ev);
	send_some(c);
}

/* One line, at most CONTROL_LINE - 1 bytes; the end of the stream ends it. */
static void receive(struct owner *o, struct client *c, unsigned i)
{
	ssize_t n = recv(c->fd, c->line + c->len, CONTROL_LINE - 1 - c->len,
			 MSG_DONTWAIT);
	char *end;

	if (n < 0 && errno == EAGAIN)
		return;
	if (n < 0 || (n == 0 && c->len == 0)) {
		drop(c);
		return;
	}
	c->len += (unsigned)n;
	c->line[c->len] = 0;
	end = memchr(c->line, '\n', c->len);
	if (end)
		*end = 0;
	if (end || n == 0)
		answer(o, c, i);
	else if (c->len == CONTROL_LINE - 1)
		drop(c);
}

void control_client(struct owner *o, unsigned i)
{
	struct client *c = &o->control.client[i];

	if (c->fd < 0)
		return;
	if (c->answer.len)
		send_some(c);
	else
		receive(o, c, i);
}

uint64_t control_expire(struct owner *o, uint64_t now)
{
	uint64_t next = UINT64_MAX;
	struct client *c;
	unsigned i;

	for (i = 0; i < CONTROL_CLIENTS; i++) {
		c = &o->control.client[i];
		if (c->fd < 0)
			continue;
		if (now >= c->deadline)
			drop(c);
		else if (c->deadline < next)
			next = c->deadline;
	}
	return next;
}
