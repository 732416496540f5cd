// SPDX-License-Identifier: MIT
/*
 * kinds - sockets of every kind and state, on this host's own address.
 */
#include "kinds.h"

static const char *const kind_names[] = {
#define KIND_NAME(name, text) text,
	KINDS(KIND_NAME)
#undef KIND_NAME
};

union addr name_of(int fd)
{
	union addr a = { 0 };
	socklen_t len = sizeof(a);

	OK(getsockname(fd, &a.sa, &len));
	return a;
}

static int bound(int fd, const union addr *a)
{
	OK(bind(fd, &a->sa, addr_len(a)));
	return fd;
}

int bound_udp(struct role *r)
{
	return bound(udp_socket(r), &r->self);
}

int bound_tcp(struct role *r)
{
	return bound(tcp_socket(r), &r->self);
}

void own_pair(struct role *r, int fd[2])
{
	int low = listen_on(r, 0, 8), ls = fcntl(low, F_DUPFD, 300);
	union addr a = name_of(ls);

	/* the pair has the lowest free numbers */
	OK(close(low));
	fd[0] = tcp_socket(r);
	OK(connect(fd[0], &a.sa, addr_len(&a)));
	fd[1] = accept(ls, NULL, NULL);
	OK(fd[1]);
	OK(close(ls));
}

void own_udp(struct role *r, int fd[2])
{
	union addr a[2];

	for (int i = 0; i < 2; i++) {
		fd[i] = bound_udp(r);
		a[i] = name_of(fd[i]);
	}
	for (int i = 0; i < 2; i++)
		OK(connect(fd[i], &a[!i].sa, addr_len(&a[!i])));
}

static int listening(int fd)
{
	OK(listen(fd, 8));
	return fd;
}

static void make_connection(struct role *r, struct made *m)
{
	int fd[2];

	own_pair(r, fd);
	m->fd = fd[m->kind == TCP_ACCEPTED];
	m->other = fd[m->kind != TCP_ACCEPTED];
}

static void make_udp(struct role *r, struct made *m)
{
	union addr to, any = wildcard(&r->self);

	m->fd = udp_socket(r);
	if (is_of(m, OF(UDP_BOUND) | OF(UDP_BOUND_CONNECTED)))
		bound(m->fd, &r->self);
	if (m->kind == UDP_BOUND_ANY)
		bound(m->fd, &any);
	if (!is_of(m, OF_CONNECTED_UDP))
		return;
	m->other = bound_udp(r);
	to = name_of(m->other);
	OK(connect(m->fd, &to.sa, addr_len(&to)));
}

static void make_tcp(struct role *r, struct made *m)
{
	union addr any = wildcard(&r->self);

	m->fd = tcp_socket(r);
	if (is_of(m, OF(TCP_BOUND) | OF(TCP_LISTENING)))
		bound(m->fd, &r->self);
	if (is_of(m, OF(TCP_BOUND_ANY) | OF(TCP_LISTENING_ANY)))
		bound(m->fd, &any);
	if (is_of(m, OF_LISTENERS))
		listening(m->fd);
}

static void close_if_open(int fd)
{
	if (fd >= 0 && fcntl(fd, F_GETFD) != -1)
		OK(close(fd));
}

void each_kind(struct role *r, unsigned int set, kind_fn *fn)
{
	for (enum kind k = 0; k < N_KINDS; k++) {
		struct made m = { .kind = k, .fd = -1, .other = -1 };

		if (!(set & OF(k)))
			continue;
		about("%s", kind_names[k]);
		if (is_of(&m, OF_CONNECTIONS))
			make_connection(r, &m);
		else if (is_of(&m, OF_TCP))
			make_tcp(r, &m);
		else
			make_udp(r, &m);
		fn(r, &m);
		close_if_open(m.fd);
		close_if_open(m.other);
	}
	about("%s", "");
}

void try_int_options(const struct made *m, int level,
		     const struct int_option *options, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct int_option *o = &options[i];

		about("kind %d, option %d", m->kind, o->name);
		for (int k = 0; k < 2; k++) {
			set_int(m->fd, level, o->name, o->good[k]);
			GIVES(get_int(m->fd, level, o->name), o->good[k]);
		}
		if (o->bad)
			FAILS(setsockopt(m->fd, level, o->name, &o->bad, 4),
			      EINVAL);
	}
}
