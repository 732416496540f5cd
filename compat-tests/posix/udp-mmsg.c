// SPDX-License-Identifier: MIT
/* udp-mmsg - sendmmsg() and recvmmsg() move many datagrams in a call, in order. */
#include "dgram.h"

#define N 32

static void fill(struct mmsghdr *m, struct iovec *iov, uint32_t *data)
{
	memset(m, 0, N * sizeof(*m));
	for (uint32_t i = 0; i < N; i++) {
		data[i] = i;
		iov[i] = (struct iovec){ &data[i], sizeof(data[i]) };
		m[i].msg_hdr.msg_iov = &iov[i];
		m[i].msg_hdr.msg_iovlen = 1;
	}
}

static void subject(struct role *r, int fd)
{
	struct mmsghdr m[N];
	struct iovec iov[N];
	uint32_t data[N];
	int n = 0;

	fill(m, iov, data);
	memset(data, 0xff, sizeof(data));
	meet(r, 's');
	while (n < N) {
		int rc = recvmmsg(fd, m + n, (unsigned int)(N - n),
				  MSG_WAITFORONE, NULL);

		OK(rc);
		n += rc;
	}
	for (uint32_t i = 0; i < N; i++) {
		GIVES(m[i].msg_len, 4);
		GIVES(data[i], i);
	}
}

static void helper(struct role *r, int fd)
{
	union addr to = peer_addr(r, fd);
	struct mmsghdr m[N];
	struct iovec iov[N];
	uint32_t data[N];

	fill(m, iov, data);
	for (int i = 0; i < N; i++) {
		m[i].msg_hdr.msg_name = &to;
		m[i].msg_hdr.msg_namelen = addr_len(&to);
	}
	meet(r, 's');
	GIVES(sendmmsg(fd, m, N, 0), N);
	GIVES(m[N - 1].msg_len, 4);
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
