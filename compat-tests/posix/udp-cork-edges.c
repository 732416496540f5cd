// SPDX-License-Identifier: MIT
/* udp-cork-edges - what is held: goes nowhere with close(), is one empty datagram if empty, is not cut unless asked, is dropped by a failure. */
#include <netinet/udp.h>

#include "dgram.h"

static void want(int fd, size_t len)
{
	static char got[70000];

	GIVES(recv(fd, got, sizeof(got), 0), len);
}

static void subject(struct role *r, int fd)
{
	static char data[60000];
	union addr to = peer_addr(r, fd);
	int other = dup(fd), gone = udp_socket(r);

	meet(r, 's');
	GIVES(sendto(gone, "lost", 4, MSG_MORE, &to.sa, addr_len(&to)), 4);
	OK(close(gone));
	/* of the description, not of the descriptor */
	GIVES(sendto(fd, "", 0, MSG_MORE, &to.sa, addr_len(&to)), 0);
	GIVES(send(other, "", 0, 0), 0);
	set_int(fd, IPPROTO_UDP, UDP_CORK, 1);
	send_to_peer(r, fd, data, 30000);
	GIVES(send(fd, data, 30000, 0), 30000);
	FAILS(send(fd, data, 66000, 0), EMSGSIZE); /* and drops nothing */
	set_int(other, IPPROTO_UDP, UDP_CORK, 0);
	/* cut when it goes */
	set_int(fd, IPPROTO_UDP, UDP_SEGMENT, 1000);
	GIVES(sendto(fd, data, 700, MSG_MORE, &to.sa, addr_len(&to)), 700);
	set_int(fd, IPPROTO_UDP, UDP_SEGMENT, 0);
	GIVES(send(fd, data, 700, 0), 700);
	GIVES(sendto(fd, data, 40000, MSG_MORE, &to.sa, addr_len(&to)), 40000);
	FAILS(send(fd, data, 40000, 0), EMSGSIZE); /* and drops it */
	FAILS(send(fd, data, 1, 0), EDESTADDRREQ);
	send_to_peer(r, fd, "end", 3);
	OK(close(other));
}

static void helper(struct role *r, int fd)
{
	meet(r, 's');
	want(fd, 0);
	want(fd, 60000);
	want(fd, 1000);
	want(fd, 400);
	want(fd, 3);
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
