// SPDX-License-Identifier: MIT
/*
 * choose.c - numbers that Linux knows, for the fuzzer to choose from
 */
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "fuzz/instead.h"
#include "fuzz/kernel.h"

#define COUNT_OF(list) (sizeof(list) / sizeof((list)[0]))

struct choice {
	int level, name;
};

static const struct choice options[] = {
	{ SOL_SOCKET, SO_TYPE },
	{ SOL_SOCKET, SO_ERROR },
	{ SOL_SOCKET, SO_LINGER },
	{ SOL_SOCKET, SO_PEERCRED },
	{ SOL_SOCKET, SO_PEERGROUPS },
	{ SOL_SOCKET, SO_PEERSEC },
	{ SOL_SOCKET, SO_BINDTODEVICE },
	{ SOL_SOCKET, SO_GET_FILTER },
	{ SOL_SOCKET, SO_ATTACH_FILTER },
	{ SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF },
	{ IPPROTO_IP, IP_OPTIONS },
	{ IPPROTO_IP, IP_PKTOPTIONS },
	{ IPPROTO_IP, IP_MSFILTER },
	{ IPPROTO_IP, MCAST_MSFILTER },
	{ IPPROTO_IP, MCAST_JOIN_GROUP },
	{ IPPROTO_IPV6, MCAST_MSFILTER },
	{ IPPROTO_IPV6, IPV6_2292PKTOPTIONS },
	{ IPPROTO_IPV6, IPV6_HOPOPTS },
	{ IPPROTO_TCP, TCP_INFO },
	{ IPPROTO_TCP, TCP_CONGESTION },
	{ IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE },
	{ SOL_PACKET, PACKET_RX_RING },
	{ SOL_PACKET, PACKET_FANOUT_DATA },
	{ SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS },
};

static const unsigned requests[] = {
	TCGETS,	     TCSETS,	     TIOCGWINSZ,  FIONREAD,    FIOQSIZE,
	FIOCLEX,     SIOCGIFCONF,    SIOCGIFNAME, SIOCETHTOOL, SIOCGSTAMP_OLD,
	TIOCGPTPEER, SIOCDEVPRIVATE, TIOCSTI,	  TIOCGSERIAL,
};

static const int fd_commands[] = {
	F_DUPFD,       F_GETFD,	      F_SETLK,	       F_GETLK,
	F_OFD_GETLK,   F_OFD_SETLKW,  F_SETOWN_EX,     F_GETOWN_EX,
	F_GET_RW_HINT, F_SET_RW_HINT, F_DUPFD_CLOEXEC,
};

static const int sem_commands[] = {
	GETALL, SETALL, IPC_STAT, IPC_SET, SEM_STAT, SEM_INFO, SETVAL, GETVAL,
};

static const int ipc_commands[] = {
	IPC_STAT, IPC_SET,  IPC_INFO, IPC_RMID,
	SHM_STAT, SHM_INFO, MSG_STAT, MSG_INFO,
};

static const int process_options[] = {
	PR_GET_NAME,	    PR_SET_NAME, PR_GET_PDEATHSIG,
	PR_GET_TID_ADDRESS, PR_SET_MM,	 PR_GET_CHILD_SUBREAPER,
	PR_SET_SECCOMP,
};

#define ONE_OF(list, in) ((uint64_t)(list)[in_pick(in, COUNT_OF(list))])

void linux_choose(long nr, uint64_t a[6], struct input *in)
{
	struct choice c;

	switch (nr) {
	case SYS_setsockopt:
	case SYS_getsockopt:
		c = options[in_pick(in, COUNT_OF(options))];
		a[1] = (uint64_t)c.level;
		a[2] = (uint64_t)c.name;
		break;
	case SYS_ioctl:
		a[1] = ONE_OF(requests, in);
		break;
	case SYS_fcntl:
		a[1] = ONE_OF(fd_commands, in);
		break;
	case SYS_semctl:
		a[2] = ONE_OF(sem_commands, in);
		break;
	case SYS_shmctl:
	case SYS_msgctl:
		a[1] = ONE_OF(ipc_commands, in);
		break;
	case SYS_prctl:
		a[0] = ONE_OF(process_options, in);
		break;
	case SYS_futex:
		a[1] = in_pick(in, FUTEX_LOCK_PI2 + 2);
		break;
	}
}
