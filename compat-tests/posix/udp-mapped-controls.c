// SPDX-License-Identifier: MIT
/* udp-mapped-controls - an AF_INET6 socket has the control messages of its IPv4 peers: IPV6_PKTINFO, then those of IP, in both directions. */
#include "cmsgs.h"
#include "kinds.h"

static union addr mapped(const union addr *a)
{
	union addr m = { .in6 = { .sin6_family = AF_INET6,
				  .sin6_port = a->in.sin_port } };

	m.in6.sin6_addr.s6_addr[10] = m.in6.sin6_addr.s6_addr[11] = 0xff;
	memcpy(&m.in6.sin6_addr.s6_addr[12], &a->in.sin_addr, 4);
	return m;
}

static void want_order(struct received *in)
{
	static const int want[][2] = { { IPPROTO_IPV6, IPV6_PKTINFO },
				       { IPPROTO_IP, IP_PKTINFO },
				       { IPPROTO_IP, IP_TTL },
				       { IPPROTO_IP, IP_TOS },
				       { IPPROTO_IP, IP_ORIGDSTADDR } };
	struct cmsghdr *h = CMSG_FIRSTHDR(&in->m);

	for (int i = 0; i < 5; i++, h = CMSG_NXTHDR(&in->m, h)) {
		CHECK(h);
		GIVES(h->cmsg_level, want[i][0]);
		GIVES(h->cmsg_type, want[i][1]);
	}
	CHECK(!h);
}

static void received_by(struct role *r, int six, int four)
{
	static const int v4[] = { IP_PKTINFO, IP_RECVTTL, IP_RECVTOS,
				  IP_RECVORIGDSTADDR };
	/* these two are not of a datagram of IPv4 */
	static const int v6[] = { IPV6_RECVPKTINFO, IPV6_RECVHOPLIMIT,
				  IPV6_RECVTCLASS };
	union addr a = name_of(six), to = r->self, want;
	struct in6_pktinfo *info;
	struct received in;

	for (int i = 0; i < 4; i++)
		set_int(six, IPPROTO_IP, v4[i], 1);
	for (int i = 0; i < 3; i++)
		set_int(six, IPPROTO_IPV6, v6[i], 1);
	to.in.sin_port = a.in6.sin6_port;
	GIVES(sendto(four, "x", 1, 0, &to.sa, sizeof(to.in)), 1);
	receive(six, &in, 0);
	want_order(&in);
	info = control_of(&in, IPPROTO_IPV6, IPV6_PKTINFO, sizeof(*info));
	want = mapped(&r->self);
	CHECK(memcmp(&info->ipi6_addr, &want.in6.sin6_addr, 16) == 0);
	CHECK(info->ipi6_ifindex > 0);
	GIVES(control_int(&in, IPPROTO_IP, IP_TTL), 64);
}

static void sent_by(struct role *r, int six, int four)
{
	union addr a = name_of(four), to = mapped(&a), own = mapped(&r->self);
	struct in6_pktinfo info = { .ipi6_addr = own.in6.sin6_addr };
	struct in6_pktinfo any = { .ipi6_ifindex = 0 };
	int tos = 0x28, large = 300;
	struct received in;

	set_int(four, IPPROTO_IP, IP_RECVTOS, 1);
	GIVES(send_with(six, &to.sa, sizeof(to.in6), "1", 1, IPPROTO_IP, IP_TOS,
			&tos, sizeof(tos)),
	      1);
	receive(four, &in, 0);
	GIVES(*(unsigned char *)control_of(&in, IPPROTO_IP, IP_TOS, 1), 0x28);
	GIVES(send_with(six, &to.sa, sizeof(to.in6), "2", 1, IPPROTO_IPV6,
			IPV6_PKTINFO, &info, sizeof(info)),
	      1);
	/* others of IPv6 do not count here */
	GIVES(send_with(six, &to.sa, sizeof(to.in6), "3", 1, IPPROTO_IPV6,
			IPV6_HOPLIMIT, &large, sizeof(large)),
	      1);
	FAILS(send_with(six, &to.sa, sizeof(to.in6), "4", 1, IPPROTO_IPV6,
			IPV6_PKTINFO, &any, sizeof(any)),
	      EINVAL);
	FAILS(send_with(six, &to.sa, sizeof(to.in6), "5", 1, IPPROTO_IPV6,
			IPV6_PKTINFO, &info, 12),
	      EINVAL);
	receive(four, &in, 0);
	GIVES(in.data[0], '2');
	receive(four, &in, 0);
	GIVES(in.data[0], '3');
	FAILS(recv(four, in.data, 1, MSG_DONTWAIT), EAGAIN);
}

static void subject(struct role *r)
{
	union addr any = { .in6 = { .sin6_family = AF_INET6 } };
	int six = socket(AF_INET6, SOCK_DGRAM, 0), four = bound_udp(r);

	OK(bind(six, &any.sa, sizeof(any.in6)));
	received_by(r, six, four);
	sent_by(r, six, four);
	OK(close(six));
	OK(close(four));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
