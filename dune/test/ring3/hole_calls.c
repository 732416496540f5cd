// SPDX-License-Identifier: MIT
/*
 * hole_calls - calls that there are not, and those that are not permitted
 *
 * Under dune_run only: Linux itself would permit some to root.
 */
#include <linux/filter.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "hole.h"

#define NATIVE(name, ...) { #name, SYS_##name, 0 },
#define BLOCK(name, ...) { #name, SYS_##name, 0 },
#define OWN(name, fn, ...) { #name, SYS_##name, 0 },
#define DENY(name, err) { #name, SYS_##name, err },
static const struct {
	const char *name;
	long nr;
	int err;
} rows[] = {
#include "../../sys/syscalls.def"
};

static unsigned cases, wrong;

static void expect(const char *name, long nr, long ret, int err)
{
	cases++;
	if (ret == -err)
		return;
	wrong++;
	fprintf(stderr, "%s (%ld): %ld instead of %d\n", name, nr, ret, -err);
}

/* Options and requests whose values point further, at the host's memory. */
static void nested(void)
{
	static const struct {
		const char *name;
		int family, level, option, err;
	} options[] = {
		{ "filter", AF_INET, SOL_SOCKET, SO_ATTACH_FILTER, EFAULT },
		{ "reuseport filter", AF_INET, SOL_SOCKET,
		  SO_ATTACH_REUSEPORT_CBPF, EFAULT },
		{ "bpf", AF_INET, SOL_SOCKET, SO_ATTACH_BPF, EINVAL },
		{ "iptables", AF_INET, IPPROTO_IP, 64, ENOPROTOOPT },
		{ "ip6tables", AF_INET6, IPPROTO_IPV6, 64, ENOPROTOOPT },
		{ "ip6tables counters", AF_INET6, IPPROTO_IPV6, 65,
		  ENOPROTOOPT },
		{ "arptables", AF_INET, IPPROTO_IP, 96, ENOPROTOOPT },
		{ "ebtables", AF_INET, IPPROTO_IP, 128, ENOPROTOOPT },
		{ "packet ring", AF_PACKET, 263, 5, ENOPROTOOPT },
		{ "packet fanout", AF_PACKET, 263, 18, ENOPROTOOPT },
	};
	struct ifconf conf = { .ifc_len = 4096 };
	struct sock_fprog prog = { 4, (void *)hole_secret };
	uint64_t zerocopy[8] = { hole_secret, 4096 };
	socklen_t len = sizeof(zerocopy);
	size_t i;
	int fd;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		fd = socket(options[i].family, SOCK_DGRAM, 0);
		expect(options[i].name, fd,
		       setsockopt(fd, options[i].level, options[i].option,
				  &prog, sizeof(prog)) ?
			       -errno :
			       0,
		       options[i].err);
		close(fd);
	}
	fd = socket(AF_INET, SOCK_STREAM, 0);
	expect("TCP_ZEROCOPY_RECEIVE", fd,
	       getsockopt(fd, IPPROTO_TCP, 35, zerocopy, &len) ? -errno : 0,
	       ENOPROTOOPT);
	conf.ifc_buf = (void *)hole_secret;
	expect("SIOCGIFCONF", fd, ioctl(fd, SIOCGIFCONF, &conf) ? -errno : 0,
	       EFAULT);
	close(fd);
	expect("AF_XDP", 0, socket(44, SOCK_RAW, 0) < 0 ? -errno : 0,
	       EAFNOSUPPORT);
	expect("AF_ALG", 0, socket(38, SOCK_SEQPACKET, 0) < 0 ? -errno : 0,
	       EAFNOSUPPORT);
	expect("TIOCSTI", 0, ioctl(0, 0x5412, "x") ? -errno : 0, ENOTTY);
	wrong += !hole_intact();
	hole_verdict("pointers within options", &cases, &wrong);
}

int main(void)
{
	static const uint64_t none[6];
	const size_t n = sizeof(rows) / sizeof(rows[0]);
	char known[1024] = { 0 };
	size_t i;
	long nr;

	hole_targets();
	if (!hole_hosted)
		return 0;
	for (i = 0; i < n; i++) {
		known[rows[i].nr] = 1;
		if (rows[i].err)
			expect(rows[i].name, rows[i].nr,
			       hole_call(rows[i].nr, none), rows[i].err);
	}
	hole_verdict("calls that are not permitted", &cases, &wrong);
	for (nr = 0; nr < 1024; nr++)
		if (!known[nr])
			expect("no such call", nr, hole_call(nr, none), ENOSYS);
	/* of the x32 ABI, negative, and behind the gate's */
	for (nr = 0; nr < 1024; nr++)
		expect("x32", nr, hole_call(nr | 0x40000000, none), ENOSYS);
	expect("-1", -1, hole_call(-1, none), ENOSYS);
	expect("behind the gate", 0, gate1(64, 0), ENOSYS);
	expect("within the gate", 0, gate1(63, 0), ENOSYS);
	hole_verdict("calls that there are not", &cases, &wrong);
	nested();
	return hole_failed;
}
