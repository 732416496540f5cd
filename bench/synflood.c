// SPDX-License-Identifier: MIT
/*
 * synflood.c - ix-synflood: SYNs from sources that never answer
 *
 * For bench/run synflood. Raw frames on a veth device and on nothing else, so
 * that none can leave the machine; bounded in rate and time. The sources are
 * those of RFC 2544 (198.18.0.0/15), the options those of a Linux client.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 32
#define RATE_MAX 1000000
#define SECONDS_MAX 120
#define NS 1000000000ull
#define SOURCES 0xc6120000u /* 198.18.0.0/15 */
#define SOURCE_BITS 0x1ffffu

static const uint8_t options[] = { 2, 4, 5, 180, 4, 2, 8, 10, 0, 0,
				   1, 0, 0, 0,	 0, 0, 1, 3,  3, 7 };

struct frame {
	struct ether_header eth;
	struct iphdr ip;
	struct tcphdr tcp;
	uint8_t options[sizeof(options)];
} __attribute__((packed));

static uint64_t random_state = 88172645463325252ull;

static uint32_t random_word(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)(random_state >> 32);
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS + (uint64_t)t.tv_nsec;
}

static uint16_t sum(const void *data, size_t len, uint32_t s)
{
	const uint8_t *b = data;

	for (; len > 1; len -= 2, b += 2)
		s += (uint32_t)(b[0] << 8 | b[1]);
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return (uint16_t)s;
}

static void finish(struct frame *f)
{
	const uint32_t len = sizeof(f->tcp) + sizeof(f->options);

	f->ip.check = 0;
	f->ip.check = htons((uint16_t)~sum(&f->ip, sizeof(f->ip), 0));
	f->tcp.check = 0;
	f->tcp.check = htons((uint16_t)~sum(
		&f->tcp, len, sum(&f->ip.saddr, 8, IPPROTO_TCP + len)));
}

/* A SYN to addr:port, complete but for what each has of its own. */
static void prepare(struct frame *f, in_addr_t addr, uint16_t port)
{
	memset(f, 0, sizeof(*f));
	f->eth.ether_type = htons(ETHERTYPE_IP);
	f->ip.version = 4;
	f->ip.ihl = 5;
	f->ip.tot_len = htons(sizeof(*f) - sizeof(f->eth));
	f->ip.ttl = 64;
	f->ip.frag_off = htons(IP_DF);
	f->ip.protocol = IPPROTO_TCP;
	f->ip.daddr = addr;
	f->tcp.dest = htons(port);
	f->tcp.doff = (sizeof(f->tcp) + sizeof(options)) / 4;
	f->tcp.syn = 1;
	f->tcp.window = htons(64240);
	memcpy(f->options, options, sizeof(options));
}

static void vary(struct frame *f)
{
	uint32_t r = random_word();

	f->ip.saddr = htonl(SOURCES | (r & SOURCE_BITS));
	f->tcp.source = htons((uint16_t)(1024 + (r >> 17)));
	f->tcp.seq = random_word();
	finish(f);
}

static int is_veth(int fd, const char *name)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
	struct ifreq req = { 0 };

	snprintf(req.ifr_name, sizeof(req.ifr_name), "%s", name);
	req.ifr_data = (void *)&info;
	return ioctl(fd, SIOCETHTOOL, &req) == 0 &&
	       strcmp(info.driver, "veth") == 0;
}

/* A socket that sends on device name, or -1 with errno. */
static int open_device(const char *name)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_ifindex = (int)if_nametoindex(name) };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0)
		return -1;
	if (!is_veth(fd, name)) {
		errno = EMEDIUMTYPE;
		return -1;
	}
	return bind(fd, (struct sockaddr *)&to, sizeof(to)) < 0 ? -1 : fd;
}

static unsigned send_some(int fd, struct frame *f, unsigned count)
{
	struct mmsghdr msg[BATCH] = { 0 };
	struct iovec iov[BATCH];
	unsigned i;
	int sent;

	for (i = 0; i < count; i++) {
		vary(&f[i]);
		iov[i] = (struct iovec){ &f[i], sizeof(f[i]) };
		msg[i].msg_hdr.msg_iov = &iov[i];
		msg[i].msg_hdr.msg_iovlen = 1;
	}
	sent = sendmmsg(fd, msg, count, 0);
	return sent > 0 ? (unsigned)sent : 0;
}

/* As many as are due each millisecond; what is late by more is left out. */
static uint64_t flood(int fd, struct frame *f, unsigned rate, unsigned seconds)
{
	uint64_t begin = now_ns(), end = begin + seconds * NS, now;
	uint64_t due = 0, done = 0, sent = 0;
	struct timespec pause = { .tv_nsec = 200000 };

	while ((now = now_ns()) < end) {
		due = (now - begin) / 1000 * rate / 1000000;
		if (due - done > rate / 100)
			done = due - rate / 100;
		while (done < due) {
			unsigned count = (unsigned)(due - done);

			count = count < BATCH ? count : BATCH;
			sent += send_some(fd, f, count);
			done += count;
		}
		nanosleep(&pause, NULL);
	}
	return sent;
}

static int usage(void)
{
	fprintf(stderr,
		"usage: ix-synflood VETH MAC ADDRESS PORT RATE SECONDS\n"
		"SYNs to ADDRESS:PORT at MAC, RATE in a second (at most %d),\n"
		"for at most %d seconds. Says how many it sent.\n",
		RATE_MAX, SECONDS_MAX);
	return 2;
}

int main(int argc, char **argv)
{
	static struct frame f[BATCH];
	unsigned mac[6], rate, seconds, port, i;
	struct in_addr addr;
	int fd;

	if (argc != 7 || inet_pton(AF_INET, argv[3], &addr) != 1 ||
	    sscanf(argv[2], "%x:%x:%x:%x:%x:%x", &mac[0], &mac[1], &mac[2],
		   &mac[3], &mac[4], &mac[5]) != 6)
		return usage();
	port = (unsigned)atoi(argv[4]);
	rate = (unsigned)atoi(argv[5]);
	seconds = (unsigned)atoi(argv[6]);
	if (port < 1 || port > 65535 || rate < 100 || rate > RATE_MAX ||
	    seconds < 1 || seconds > SECONDS_MAX)
		return usage();
	fd = open_device(argv[1]);
	if (fd < 0) {
		fprintf(stderr, "ix-synflood: %s: %s\n", argv[1],
			errno == EMEDIUMTYPE ? "not a veth device" :
					       strerror(errno));
		return 1;
	}
	prepare(&f[0], addr.s_addr, (uint16_t)port);
	for (i = 0; i < 6; i++)
		f[0].eth.ether_dhost[i] = (uint8_t)mac[i];
	for (i = 1; i < BATCH; i++)
		f[i] = f[0];
	printf("{\"sent\": %llu, \"seconds\": %u}\n",
	       (unsigned long long)flood(fd, f, rate, seconds), seconds);
	return 0;
}
