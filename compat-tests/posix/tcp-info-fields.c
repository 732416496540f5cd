// SPDX-License-Identifier: MIT
/* tcp-info-fields - what TCP_INFO counts and measures of a connection that has moved data. */
#include <linux/tcp.h>

#include "roles.h"

#define LEN 100000

static void subject(struct role *r, int fd)
{
	struct tcp_info i = { 0 };
	socklen_t len = sizeof(i);
	uint64_t start = now_ms();

	send_pattern(fd, LEN);
	recv_pattern(fd, LEN / 2);
	meet(r, 'd');
	do {
		OK(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &i, &len));
	} while (i.tcpi_unacked && now_ms() - start < 3000 * slow());
	CHECK(len >= 104);
	GIVES(i.tcpi_ca_state, 0);
	GIVES(i.tcpi_retransmits, 0);
	GIVES(i.tcpi_unacked, 0);
	CHECK(i.tcpi_options & TCPI_OPT_SACK);
	CHECK(i.tcpi_options & TCPI_OPT_WSCALE);
	CHECK(i.tcpi_snd_mss > 1000 && i.tcpi_rcv_mss >= 536);
	CHECK(i.tcpi_pmtu >= 1500 && i.tcpi_advmss >= 1400);
	CHECK(i.tcpi_rtt > 0 && i.tcpi_rtt < 1000000 * slow());
	CHECK(i.tcpi_rto >= 200000 && i.tcpi_rto < 3000000 * slow());
	CHECK(i.tcpi_snd_cwnd >= 2);
	CHECK(i.tcpi_rcv_space > 0);
	/* the SYN counts as one */
	CHECK(i.tcpi_bytes_acked == LEN || i.tcpi_bytes_acked == LEN + 1);
	GIVES(i.tcpi_bytes_received, LEN / 2);
	CHECK(i.tcpi_segs_out >= 2 && i.tcpi_segs_in >= 2);
	CHECK(i.tcpi_data_segs_out >= 1 && i.tcpi_data_segs_in >= 1);
	GIVES(i.tcpi_notsent_bytes, 0);
	CHECK(i.tcpi_last_data_sent < 20000 * slow());
}

static void helper(struct role *r, int fd)
{
	recv_pattern(fd, LEN);
	send_pattern(fd, LEN / 2);
	meet(r, 'd');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
