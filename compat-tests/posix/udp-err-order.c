// SPDX-License-Identifier: MIT
/* udp-err-order - an error queue: each error by itself, in order, SO_ERROR follows its head; it goes with IP_RECVERR; AF_INET6 names mapped addresses. */
#include <time.h>
#include <linux/errqueue.h>

#include "cmsgs.h"
#include "kinds.h"

static union addr closed_port(struct role *r)
{
	int gone = bound_udp(r);
	union addr a = name_of(gone);

	OK(close(gone));
	return a;
}

/* Sends, and waits for so many errors; what SO_ERROR held is passed on. */
static void refused(int fd, const union addr *to, const char *text)
{
	socklen_t len = to->sa.sa_family == AF_INET ? sizeof(to->in) :
						      sizeof(to->in6);

	get_int(fd, SOL_SOCKET, SO_ERROR);
	GIVES(sendto(fd, text, strlen(text), 0, &to->sa, len), strlen(text));
	CHECK(wait_events(fd, POLLIN, 5000) & POLLERR);
}

static struct sock_extended_err take(int fd, const char *text, int level,
				     int type)
{
	struct received in;
	struct sock_extended_err e, *p;

	receive(fd, &in, MSG_ERRQUEUE);
	GIVES(in.n, strlen(text));
	CHECK(memcmp(in.data, text, strlen(text)) == 0);
	CHECK(in.m.msg_flags & MSG_ERRQUEUE);
	p = control_of(&in, level, type, sizeof(*p));
	CHECK(p);
	memcpy(&e, p, sizeof(e));
	return e;
}

static void in_order(struct role *r)
{
	union addr a = closed_port(r);
	int fd = bound_udp(r);

	set_int(fd, IPPROTO_IP, IP_RECVERR, 1);
	refused(fd, &a, "one");
	refused(fd, &a, "two");
	sleep_ms(50);
	GIVES(take(fd, "one", IPPROTO_IP, IP_RECVERR).ee_errno, ECONNREFUSED);
	/* the next one is told of again */
	GIVES(get_int(fd, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
	GIVES(get_int(fd, SOL_SOCKET, SO_ERROR), 0);
	CHECK(wait_events(fd, POLLIN, 0) & POLLERR);
	GIVES(take(fd, "two", IPPROTO_IP, IP_RECVERR).ee_errno, ECONNREFUSED);
	GIVES(get_int(fd, SOL_SOCKET, SO_ERROR), 0);
	GIVES(wait_events(fd, POLLIN, 0), 0);
	refused(fd, &a, "three");
	set_int(fd, IPPROTO_IP, IP_RECVERR, 0);
	FAILS(recv(fd, &a, 1, MSG_ERRQUEUE), EAGAIN);
	OK(close(fd));
}

static void mapped(struct role *r)
{
	union addr a = closed_port(r), to = { .in6 = { 0 } };
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);

	to.in6.sin6_family = AF_INET6;
	to.in6.sin6_port = a.in.sin_port;
	to.in6.sin6_addr.s6_addr[10] = to.in6.sin6_addr.s6_addr[11] = 0xff;
	memcpy(&to.in6.sin6_addr.s6_addr[12], &a.in.sin_addr, 4);
	set_int(fd, IPPROTO_IP, IP_RECVERR, 1);
	refused(fd, &to, "six");
	GIVES(take(fd, "six", IPPROTO_IPV6, IPV6_RECVERR).ee_origin,
	      SO_EE_ORIGIN_ICMP);
	OK(close(fd));
}

static void subject(struct role *r)
{
	in_order(r);
	mapped(r);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
