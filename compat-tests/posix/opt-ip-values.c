// SPDX-License-Identifier: MIT
/* opt-ip-values - IP_TTL, IP_TOS, IP_MTU_DISCOVER and their defaults: -1 restores the TTL, a TOS brings its priority, a byte will do. */
#include "kinds.h"

static void set_byte(int fd, int name, unsigned char value)
{
	OK(setsockopt(fd, IPPROTO_IP, name, &value, 1));
}

static void values(struct role *r, struct made *m)
{
	unsigned char byte = 0;
	socklen_t len = 1;
	int fd = m->fd, bad = 0;

	(void)r;
	GIVES(get_int(fd, IPPROTO_IP, IP_TTL), 64);
	FAILS(setsockopt(fd, IPPROTO_IP, IP_TTL, &bad, 4), EINVAL);
	set_byte(fd, IP_TTL, 33);
	GIVES(get_int(fd, IPPROTO_IP, IP_TTL), 33);
	OK(getsockopt(fd, IPPROTO_IP, IP_TTL, &byte, &len));
	GIVES(byte, 33);
	GIVES(len, 1);
	set_int(fd, IPPROTO_IP, IP_TTL, -1);
	GIVES(get_int(fd, IPPROTO_IP, IP_TTL), 64);
	GIVES(get_int(fd, IPPROTO_IP, IP_TOS), 0);
	set_int(fd, IPPROTO_IP, IP_TOS, 0x10);
	GIVES(get_int(fd, SOL_SOCKET, SO_PRIORITY), 6);
	set_byte(fd, IP_TOS, 0x08);
	GIVES(get_int(fd, IPPROTO_IP, IP_TOS), 0x08);
	GIVES(get_int(fd, SOL_SOCKET, SO_PRIORITY), 2);
	set_int(fd, IPPROTO_IP, IP_TOS, 0xff);
	/* the ECN bits of a stream are TCP's own */
	GIVES(get_int(fd, IPPROTO_IP, IP_TOS), is_of(m, OF_TCP) ? 0xfc : 0xff);
	GIVES(get_int(fd, IPPROTO_IP, IP_MTU_DISCOVER), IP_PMTUDISC_WANT);
	bad = -1;
	FAILS(setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &bad, 4), EINVAL);
	FAILS(setsockopt(fd, IPPROTO_IP, IP_MINTTL, &bad, 4), EINVAL);
	FAILS(setsockopt(fd, IPPROTO_IP, 999, &bad, 4), ENOPROTOOPT);
	FAILS(getsockopt(fd, IPPROTO_IP, 999, &bad, &len), ENOPROTOOPT);
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, values);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
