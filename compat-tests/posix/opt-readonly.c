// SPDX-License-Identifier: MIT
/* opt-readonly - what can only be read: type, domain, protocol, state, error, cookie, memory; setting is ENOPROTOOPT. */
#include "kinds.h"

static const int names[] = { SO_TYPE,	    SO_DOMAIN,		SO_PROTOCOL,
			     SO_ACCEPTCONN, SO_ERROR,		SO_SNDLOWAT,
			     SO_PEERNAME,   SO_PEERCRED,	SO_COOKIE,
			     SO_MEMINFO,    SO_INCOMING_NAPI_ID };

static void read_only(struct role *r, struct made *m)
{
	bool tcp = is_of(m, OF_TCP);
	uint64_t cookie[2] = { 0 };
	unsigned int memory[20];
	socklen_t len = sizeof(*cookie);
	int v = 1;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		about("option %d", names[i]);
		FAILS(setsockopt(m->fd, SOL_SOCKET, names[i], &v, sizeof(v)),
		      ENOPROTOOPT);
	}
	GIVES(get_int(m->fd, SOL_SOCKET, SO_TYPE),
	      tcp ? SOCK_STREAM : SOCK_DGRAM);
	GIVES(get_int(m->fd, SOL_SOCKET, SO_DOMAIN), r->self.sa.sa_family);
	GIVES(get_int(m->fd, SOL_SOCKET, SO_PROTOCOL),
	      tcp ? IPPROTO_TCP : IPPROTO_UDP);
	GIVES(get_int(m->fd, SOL_SOCKET, SO_ACCEPTCONN),
	      is_of(m, OF_LISTENERS));
	GIVES(get_int(m->fd, SOL_SOCKET, SO_ERROR), 0);
	OK(getsockopt(m->fd, SOL_SOCKET, SO_COOKIE, &cookie[0], &len));
	OK(getsockopt(m->fd, SOL_SOCKET, SO_COOKIE, &cookie[1], &len));
	CHECK(cookie[0] != 0 && cookie[0] == cookie[1]);
	len = 4;
	FAILS(getsockopt(m->fd, SOL_SOCKET, SO_COOKIE, &cookie[0], &len),
	      EINVAL);
	len = sizeof(memory);
	OK(getsockopt(m->fd, SOL_SOCKET, SO_MEMINFO, memory, &len));
	GIVES(len, 36);
	GIVES((int)memory[1], get_int(m->fd, SOL_SOCKET, SO_RCVBUF));
	GIVES((int)memory[3], get_int(m->fd, SOL_SOCKET, SO_SNDBUF));
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, read_only);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
