// SPDX-License-Identifier: MIT
/* recvfrom-length - the length of the source: none on a stream, the true one of a datagram however little room there is; negative is EINVAL. */
#include "kinds.h"

static void subject(struct role *r)
{
	int t[2], u[2];
	union addr a = { 0 }, from;
	socklen_t len = sizeof(a);
	char c;

	own_pair(r, t);
	own_udp(r, u);
	from = name_of(u[1]);
	send_text(t[1], "ab");
	GIVES(recvfrom(t[0], &c, 1, 0, &a.sa, &len), 1);
	GIVES(len, 0);
	GIVES(a.sa.sa_family, 0);
	len = 77;
	GIVES(recvfrom(t[0], &c, 1, 0, NULL, &len), 1);
	GIVES(len, 77);
	for (len = 0; len < 30; len += 3) {
		socklen_t got = len;

		send_text(u[1], "x");
		memset(&a, 0xee, sizeof(a));
		GIVES(recvfrom(u[0], &c, 1, 0, &a.sa, &got), 1);
		GIVES(got, addr_len(&from));
		CHECK(memcmp(&a, &from, len < got ? len : got) == 0);
		if (len < sizeof(a))
			GIVES(((unsigned char *)&a)[len], 0xee);
		if (len >= sizeof(a) - 3)
			break;
	}
	send_text(u[1], "x");
	len = (socklen_t)-1;
	FAILS(recvfrom(u[0], &c, 1, 0, &a.sa, &len), EINVAL);
	for (int i = 0; i < 2; i++) {
		OK(close(t[i]));
		OK(close(u[i]));
	}
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
