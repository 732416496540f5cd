// SPDX-License-Identifier: MIT
/*
 * quiet.c - what DPDK calls instead of some libc functions
 */
#include "drv/common/quiet/quiet.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#ifndef PACKET_FANOUT_FLAG_IGNORE_OUTGOING
#define PACKET_FANOUT_FLAG_IGNORE_OUTGOING 0x4000
#endif
#define FANOUT_SHIFT 16 /* flags of PACKET_FANOUT's argument */
#define FANOUT_ID 0x4958

/* Named by the copies of the archives only. */
extern FILE *quiet_stderr;
void quiet_openlog(const char *ident, int option, int facility);
void quiet_closelog(void);
void quiet_syslog_chk(int priority, int flag, const char *fmt, ...);
int quiet_poll(struct pollfd *fds, nfds_t n, int timeout);
int quiet_setsockopt(int fd, int level, int name, const void *value,
		     socklen_t len);
int quiet_ioctl(int fd, unsigned long req, ...);

FILE *quiet_stderr;

void quiet_stream(FILE *to)
{
	quiet_stderr = to;
}

/* Until someone says where to: as ever. */
__attribute__((constructor)) static void quiet_init(void)
{
	quiet_stderr = stderr;
}

void quiet_openlog(const char *ident, int option, int facility)
{
	(void)ident;
	(void)option;
	(void)facility;
}

void quiet_closelog(void)
{
}

void quiet_syslog_chk(int priority, int flag, const char *fmt, ...)
{
	(void)priority;
	(void)flag;
	(void)fmt;
}

int quiet_poll(struct pollfd *fds, nfds_t n, int timeout)
{
	(void)timeout;
	return poll(fds, n, 0);
}

/*
 * Spread flows by hash, and that only: no reassembly of fragments, no frames
 * moved to another queue, no echo of what the kernel sends. The group, one of
 * its network namespace, is named by the interface, which is ours alone: by
 * the PMD's name, PID ^ interface, two instances that start in a row may get
 * the same, and the second is refused.
 */
static int fanout(int fd)
{
	unsigned how = PACKET_FANOUT_HASH | PACKET_FANOUT_FLAG_IGNORE_OUTGOING;
	struct sockaddr_ll ll;
	socklen_t len = sizeof(ll);
	unsigned arg;

	if (getsockname(fd, (struct sockaddr *)&ll, &len) < 0)
		return -1;
	arg = how << FANOUT_SHIFT |
	      (((unsigned)ll.sll_ifindex + FANOUT_ID) & 0xffff);
	return setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &arg, sizeof(arg));
}

int quiet_setsockopt(int fd, int level, int name, const void *value,
		     socklen_t len)
{
	if (level == SOL_PACKET && name == PACKET_FANOUT)
		return fanout(fd);
	return setsockopt(fd, level, name, value, len);
}

/* veth counts rx and tx channels, af_xdp only looks at combined ones. */
int quiet_ioctl(int fd, unsigned long req, ...)
{
	struct ethtool_channels *ch;
	struct ifreq *ifr;
	va_list ap;
	int rc;

	va_start(ap, req);
	ifr = va_arg(ap, struct ifreq *);
	va_end(ap);
	rc = ioctl(fd, req, ifr);
	if (rc < 0 || req != SIOCETHTOOL)
		return rc;
	errno = 0; /* which the PMD reads after success */
	ch = (struct ethtool_channels *)ifr->ifr_data;
	if (ch->cmd == ETHTOOL_GCHANNELS && ch->max_combined == 0 &&
	    ch->rx_count == ch->tx_count) {
		ch->max_combined = ch->rx_count;
		ch->combined_count = ch->rx_count;
	}
	return rc;
}
