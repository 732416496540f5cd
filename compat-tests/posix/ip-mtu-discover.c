// SPDX-License-Identifier: MIT
/* ip-mtu-discover - IP_MTU_DISCOVER: what must not be cut is EMSGSIZE where it is too large, else it comes in fragments. */
#include "dgram.h"

static void subject(struct role *r, int fd)
{
	static uint8_t data[5000];
	union addr to = peer_addr(r, fd);
	static const int whole[] = { IP_PMTUDISC_DO, IP_PMTUDISC_PROBE,
				     IP_PMTUDISC_INTERFACE };
	static const int cut[] = { IP_PMTUDISC_DONT, IP_PMTUDISC_WANT,
				   IP_PMTUDISC_OMIT };

	pattern(data, sizeof(data), 0);
	meet(r, 's');
	for (int i = 0; i < 3; i++) {
		about("IP_MTU_DISCOVER %d", whole[i]);
		set_int(fd, IPPROTO_IP, IP_MTU_DISCOVER, whole[i]);
		FAILS(sendto(fd, data, sizeof(data), 0, &to.sa, addr_len(&to)),
		      EMSGSIZE);
		FAILS(sendto(fd, data, 1473, 0, &to.sa, addr_len(&to)),
		      EMSGSIZE);
		send_to_peer(r, fd, data, 1472);
	}
	for (int i = 0; i < 3; i++) {
		about("IP_MTU_DISCOVER %d", cut[i]);
		set_int(fd, IPPROTO_IP, IP_MTU_DISCOVER, cut[i]);
		send_to_peer(r, fd, data, sizeof(data));
	}
}

static void helper(struct role *r, int fd)
{
	static uint8_t got[6000], want[5000];

	pattern(want, sizeof(want), 0);
	meet(r, 's');
	for (int i = 0; i < 6; i++) {
		long n = i < 3 ? 1472 : 5000;

		GIVES(recv(fd, got, sizeof(got), 0), n);
		CHECK(memcmp(got, want, (size_t)n) == 0);
	}
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
