// SPDX-License-Identifier: MIT
/* udp-pktinfo-send - IP_PKTINFO with a message chooses the source address; addresses of others and other devices are refused. */
#include "cmsgs.h"
#include "dgram.h"

static ssize_t from_address(struct role *r, int fd, in_addr_t source, int index)
{
	union addr to = with_port(&r->other, r->port);
	struct in_pktinfo info = { .ipi_ifindex = index,
				   .ipi_spec_dst.s_addr = source };

	return send_with(fd, &to.sa, addr_len(&to), "x", 1, IPPROTO_IP,
			 IP_PKTINFO, &info, sizeof(info));
}

static void subject(struct role *r)
{
	int fd = udp_socket(r);

	next_port(r);
	meet(r, 'b');
	r->port--;
	GIVES(from_address(r, fd, r->self.in.sin_addr.s_addr, 0), 1);
	GIVES(from_address(r, fd, 0, 0), 1);
	FAILS(from_address(r, fd, htonl(0xc0000201), 0), ENETUNREACH);
	FAILS(from_address(r, fd, 0, 99999), ENODEV);
	r->port++;
	meet(r, 'd');
	OK(close(fd));
}

static void helper(struct role *r)
{
	union addr a = with_port(&r->self, next_port(r)), from;
	socklen_t len = sizeof(from);
	int fd = udp_socket(r);
	char c;

	OK(bind(fd, &a.sa, addr_len(&a)));
	meet(r, 'b');
	for (int i = 0; i < 2; i++) {
		GIVES(recvfrom(fd, &c, 1, 0, &from.sa, &len), 1);
		GIVES(from.in.sin_addr.s_addr, r->other.in.sin_addr.s_addr);
	}
	meet(r, 'd');
	FAILS(recv(fd, &c, 1, MSG_DONTWAIT), EAGAIN);
	OK(close(fd));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
