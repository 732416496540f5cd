// SPDX-License-Identifier: MIT
/* wait-accept-wildcard - accept() on a wildcard listener is woken by connections to any address of this host. */
#include "kinds.h"
#include "waiter.h"

static void connect_and_close(struct role *r, const union addr *to)
{
	int fd = tcp_socket(r);

	OK(connect(fd, &to->sa, addr_len(to)));
	want_eof(fd);
	OK(close(fd));
}

static void *own_client(void *arg)
{
	struct role *r = ((void **)arg)[0];

	connect_and_close(r, ((void **)arg)[1]);
	return NULL;
}

static void subject(struct role *r)
{
	union addr any = with_port(&r->self, next_port(r)), to[2];
	struct waiter w;
	int ls = tcp_socket(r);

	to[0] = to[1] = any;
	to[1].in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	any.in.sin_addr.s_addr = htonl(INADDR_ANY);
	set_int(ls, SOL_SOCKET, SO_REUSEADDR, 1);
	OK(bind(ls, &any.sa, addr_len(&any)));
	OK(listen(ls, 4));
	for (int i = 0; i < 3; i++) {
		void *arg[2] = { r, &to[i % 2] };
		pthread_t t;
		long fd;

		about("way %d", i);
		start_waiting(&w, wait_accept, &ls);
		CHECK(still_waits(&w));
		if (i < 2)
			GIVES(pthread_create(&t, NULL, own_client, arg), 0);
		else
			tell(r, 1);
		fd = waited(&w);
		OK(fd);
		OK(close((int)fd));
		if (i < 2)
			GIVES(pthread_join(t, NULL), 0);
	}
	tell(r, 0);
	OK(close(ls));
}

static void helper(struct role *r)
{
	union addr to = with_port(&r->other, next_port(r));

	while (hear(r))
		connect_and_close(r, &to);
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
