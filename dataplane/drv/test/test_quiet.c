// SPDX-License-Identifier: MIT
/*
 * test_quiet.c - what the PMDs' calls become: groups of packet sockets
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>

#include "util.h"

/* As the PMD asks: PID ^ interface, of two processes that is the same number. */
#define SAME_ID 1234
#define PMD_HOW (PACKET_FANOUT_HASH | PACKET_FANOUT_FLAG_DEFRAG)

int quiet_setsockopt(int fd, int level, int name, const void *value,
		     socklen_t len);

typedef int (*set_fn)(int fd, int level, int name, const void *value,
		      socklen_t len);

static int packet_socket(const char *interface)
{
	struct sockaddr_ll ll = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(ETH_P_ALL),
				  .sll_ifindex =
					  (int)if_nametoindex(interface) };
	int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&ll, sizeof(ll)), 0);
	return fd;
}

static int join(set_fn set, int fd)
{
	unsigned arg = (unsigned)PMD_HOW << 16 | SAME_ID;

	return set(fd, SOL_PACKET, PACKET_FANOUT, &arg, sizeof(arg)) < 0 ?
		       -errno :
		       0;
}

/* Two devices, each with a group of its own; two queues of one share it. */
static void test_groups(void **state)
{
	int fd[3], i;

	(void)state;
	if (!test_netns())
		skip();
	assert_int_equal(system("ip link add q0 type veth peer name q1 && "
				"ip link set q0 up && ip link set q1 up"),
			 0);
	for (i = 0; i < 3; i++)
		fd[i] = packet_socket(i < 2 ? "q0" : "q1");
	assert_int_equal(join(setsockopt, fd[0]), 0);
	assert_int_equal(join(setsockopt, fd[2]), -EINVAL);
	close(fd[0]);
	fd[0] = packet_socket("q0");
	for (i = 0; i < 3; i++)
		assert_int_equal(join(quiet_setsockopt, fd[i]), 0);
	for (i = 0; i < 3; i++)
		close(fd[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_groups),
	};

	return cmocka_run_group_tests_name("quiet", tests, NULL, NULL);
}
