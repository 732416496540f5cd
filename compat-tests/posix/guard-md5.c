// SPDX-License-Identifier: MIT
/* guard-md5 - TCP_MD5SIG: who has not the key is not let in; where the kernel has no such option it says so. */
#include <netinet/tcp.h>

#include "roles.h"

static int set_key(int fd, const union addr *of, const char *key)
{
	struct tcp_md5sig sig = { 0 };

	memcpy(&sig.tcpm_addr, of, addr_len(of));
	sig.tcpm_keylen = (uint16_t)strlen(key);
	memcpy(sig.tcpm_key, key, sig.tcpm_keylen);
	return setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG, &sig, sizeof(sig));
}

static void subject(struct role *r)
{
	union addr a = with_port(&r->self, next_port(r));
	int ls = tcp_socket(r);

	if (set_key(ls, &r->other, "secret") < 0) {
		GIVES(errno, ENOPROTOOPT); /* nobody is fooled */
		tell(r, 0);
		OK(close(ls));
		return;
	}
	OK(bind(ls, &a.sa, addr_len(&a)));
	OK(listen(ls, 4));
	tell(r, 1);
	GIVES(wait_events(ls, POLLIN, 150), 0);
	meet(r, 'n');
	OK(close(ls));
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);
	union addr a = with_port(&r->other, port);
	int fd = tcp_socket(r);

	if (hear(r)) {
		set_nonblock(fd, true);
		FAILS(connect(fd, &a.sa, addr_len(&a)), EINPROGRESS);
		GIVES(wait_events(fd, POLLOUT, 150), 0);
		meet(r, 'n');
	}
	OK(close(fd));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
