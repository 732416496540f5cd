// SPDX-License-Identifier: MIT
/*
 * linux.c - what Linux does with the arguments of each system call
 *
 * Its pointers are those of linux.def, and what these lead to.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "fuzz/instead.h"
#include "fuzz/kernel.h"

#define COUNT_OF(list) (sizeof(list) / sizeof((list)[0]))
#define NAME_MAX_BYTES 128
#define STRING_MAX 4096
#define SEM_VALUES_MAX 32000
#define SOURCES_MAX 4096 /* net.ipv4.igmp_max_msf, generously */

#define CALL(name, arguments) [SYS_##name] = arguments,
static const char *const calls[] = {
#include "fuzz/linux.def"
};
#undef CALL

/* --- structures that name further memory --- */

static void vector(uint64_t at, uint64_t n, bool write)
{
	uint64_t pair[2], i;

	if (n > 1024)
		return;
	kernel_read(at, n * sizeof(pair), OURS);
	for (i = 0; i < n; i++) {
		kernel_get(pair, at + i * sizeof(pair), sizeof(pair));
		if (write)
			kernel_write(pair[0], pair[1], ANY);
		else
			kernel_read(pair[0], pair[1], ANY);
	}
}

/* What the kernel says that there was, whatever it had room for. */
static int length(int given)
{
	const int said[] = { given, 0, 2, 16, 28, 110, 128, given / 2 };

	return said[kernel_pick(COUNT_OF(said))];
}

static void message(uint64_t at, bool receive)
{
	struct msghdr m;
	uint64_t name;

	kernel_get(&m, at, sizeof(m));
	name = m.msg_namelen < NAME_MAX_BYTES ? m.msg_namelen : NAME_MAX_BYTES;
	vector((uint64_t)m.msg_iov, m.msg_iovlen, receive);
	if (!receive) {
		kernel_read((uint64_t)m.msg_name, name, OURS);
		kernel_read((uint64_t)m.msg_control, m.msg_controllen, OURS);
		return;
	}
	kernel_write((uint64_t)m.msg_name, name, OURS);
	kernel_write((uint64_t)m.msg_control, m.msg_controllen, OURS);
	m.msg_namelen = (socklen_t)length((int)m.msg_namelen);
	m.msg_controllen = (size_t)kernel_pick(2) * m.msg_controllen;
	kernel_put(at + offsetof(struct msghdr, msg_namelen), &m.msg_namelen,
		   sizeof(m.msg_namelen));
	kernel_put(at + offsetof(struct msghdr, msg_controllen),
		   &m.msg_controllen, sizeof(m.msg_controllen));
	kernel_put(at + offsetof(struct msghdr, msg_flags), &m.msg_flags,
		   sizeof(m.msg_flags));
}

static void name(uint64_t at, uint64_t len_at)
{
	int len;

	kernel_get(&len, len_at, sizeof(len));
	if (len > 0)
		kernel_write(at, (uint64_t)(len < 128 ? len : 128), OURS);
	len = length(len);
	kernel_put(len_at, &len, sizeof(len));
}

static void filter(uint64_t at)
{
	struct sock_fprog prog;

	kernel_get(&prog, at, sizeof(prog));
	kernel_read((uint64_t)prog.filter, prog.len * sizeof(*prog.filter),
		    OURS);
}

static void set_option(const uint64_t a[6])
{
	int level = (int)a[1], option = (int)a[2], len = (int)a[4];

	if (len > 0)
		kernel_read(a[3], (uint64_t)len, OURS);
	if (level == SOL_SOCKET &&
	    (option == SO_ATTACH_FILTER || option == SO_ATTACH_REUSEPORT_CBPF))
		filter(a[3]);
}

/* The lists of sources: how many, the list says. */
static uint64_t sources(const uint64_t a[6], uint64_t len)
{
	bool group = (int)a[2] == MCAST_MSFILTER;
	uint64_t head = group ? offsetof(struct group_filter, gf_slist) :
				offsetof(struct ip_msfilter, imsf_slist);
	uint32_t n;

	if (!a[3] || len < head)
		return len;
	kernel_get(&n, a[3] + head - sizeof(n), sizeof(n));
	if (n > SOURCES_MAX)
		n = SOURCES_MAX;
	return head + n * (group ? sizeof(struct sockaddr_storage) :
				   sizeof(struct in_addr));
}

static void get_option(const uint64_t a[6])
{
	int level = (int)a[1], option = (int)a[2], len;
	uint64_t most;

	kernel_get(&len, a[4], sizeof(len));
	most = len > 0 ? (uint64_t)len : 0;
	if ((level == IPPROTO_IP && option == IP_MSFILTER) ||
	    ((level == IPPROTO_IP || level == IPPROTO_IPV6) &&
	     option == MCAST_MSFILTER))
		most = sources(a, most);
	else if (level == SOL_SOCKET && option == SO_GET_FILTER)
		most *= sizeof(struct sock_filter);
	/* that one takes, besides, what it is to write into */
	MUST(level != IPPROTO_TCP || option != TCP_ZEROCOPY_RECEIVE);
	kernel_write(a[3], most, OURS);
	len = length(len);
	kernel_put(a[4], &len, sizeof(len));
}

static void interfaces(uint64_t at)
{
	struct ifconf conf;

	kernel_get(&conf, at, sizeof(conf));
	if (conf.ifc_len > 0)
		kernel_write((uint64_t)conf.ifc_buf, (uint64_t)conf.ifc_len,
			     OURS);
	conf.ifc_len -= kernel_pick(2) ? conf.ifc_len / 2 : 0;
	kernel_put(at, &conf, sizeof(conf));
}

/* Another device may take the number for a request of its own: a structure of
 * any size that a request can tell, or more than any has. */
static void request(const uint64_t a[6])
{
	static const unsigned numbers[] = {
		FIOCLEX,  FIONCLEX,  TCSBRK,	  TCSBRKP,  TCXONC,
		TCFLSH,	  TIOCSCTTY, TIOCNOTTY,	  TIOCEXCL, TIOCNXCL,
		TIOCSBRK, TIOCCBRK,  TIOCGPTPEER,
	};
	unsigned r = (unsigned)a[1], i;
	struct ifreq ifr;

	for (i = 0; i < COUNT_OF(numbers); i++)
		if (r == numbers[i])
			return;
	if (r == SIOCGIFCONF) {
		interfaces(a[2]);
		return;
	}
	kernel_read(a[2], 256, OURS);
	kernel_write(a[2], 256, OURS);
	if (r == SIOCETHTOOL || (r >= SIOCDEVPRIVATE && r < SIOCPROTOPRIVATE)) {
		kernel_get(&ifr, a[2], sizeof(ifr));
		kernel_write((uint64_t)ifr.ifr_data, 4096, ANY);
	}
}

static long control_fd(const uint64_t a[6])
{
	switch ((int)a[1]) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		return (long)(int)a[2] + kernel_pick(4);
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
	case F_OFD_GETLK:
	case F_OFD_SETLK:
	case F_OFD_SETLKW:
		kernel_read(a[2], sizeof(struct flock), OURS);
		kernel_write(a[2], sizeof(struct flock), OURS);
		break;
	case F_GETOWN_EX:
	case F_SETOWN_EX:
	case F_GET_RW_HINT:
	case F_SET_RW_HINT:
	case F_GET_FILE_RW_HINT:
	case F_SET_FILE_RW_HINT:
		kernel_read(a[2], 8, OURS);
		kernel_write(a[2], 8, OURS);
		break;
	}
	return 0;
}

static void process(const uint64_t a[6])
{
	switch ((int)a[0]) {
	case PR_SET_NAME:
		kernel_string(a[1], 15);
		break;
	case PR_GET_NAME:
		kernel_write(a[1], 16, OURS);
		break;
	case PR_GET_PDEATHSIG:
	case PR_GET_CHILD_SUBREAPER:
	case PR_GET_TSC:
	case PR_GET_FPEMU:
	case PR_GET_FPEXC:
	case PR_GET_ENDIAN:
	case PR_GET_UNALIGN:
		kernel_write(a[1], 4, OURS);
		break;
	case PR_GET_TID_ADDRESS:
		kernel_write(a[1], 8, OURS);
		break;
	case PR_SET_MM:
	case PR_SET_SECCOMP:
	case PR_SET_SYSCALL_USER_DISPATCH:
		/* what these keep is followed later */
		MUST(!a[2]);
		break;
	}
}

static void wait_word(const uint64_t a[6])
{
	switch ((int)a[1] & FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
	case FUTEX_WAIT_BITSET:
	case FUTEX_LOCK_PI:
	case FUTEX_LOCK_PI2:
		kernel_read(a[3], 16, OURS);
		break;
	case FUTEX_WAIT_REQUEUE_PI:
		kernel_read(a[3], 16, OURS);
		kernel_write(a[4], 4, ANY);
		break;
	case FUTEX_FD:
	case FUTEX_WAKE:
	case FUTEX_WAKE_BITSET:
	case FUTEX_UNLOCK_PI:
	case FUTEX_TRYLOCK_PI:
		break;
	default:
		kernel_write(a[4], 4, ANY);
	}
}

static void masked_wait(const uint64_t a[6])
{
	uint64_t pair[2];

	kernel_get(pair, a[5], sizeof(pair));
	kernel_read(pair[0], 8, OURS);
}

/* --- System V: what a command does with its argument --- */

static const struct ipc {
	int stat, usage, stat_any;
	uint64_t ds_size, info_size, usage_size;
} shm = { SHM_STAT, SHM_INFO, SHM_STAT_ANY, 112, 72, 48 },
  msg = { MSG_STAT, MSG_INFO, MSG_STAT_ANY, 120, 32, 32 },
  sem = { SEM_STAT, SEM_INFO, SEM_STAT_ANY, 104, 40, 40 };

static void control_ipc(const struct ipc *of, int cmd, uint64_t at)
{
	if (cmd == IPC_SET)
		kernel_read(at, of->ds_size, OURS);
	else if (cmd == IPC_STAT || cmd == of->stat || cmd == of->stat_any)
		kernel_write(at, of->ds_size, OURS);
	else if (cmd == IPC_INFO)
		kernel_write(at, of->info_size, OURS);
	else if (cmd == of->usage)
		kernel_write(at, of->usage_size, OURS);
}

/* The identifier may be of another set than when it was asked about. */
static uint16_t values(void)
{
	return (uint16_t)((kernel_pick(256) << 8 | kernel_pick(256)) %
			  (SEM_VALUES_MAX + 1));
}

static void control_sem(const uint64_t a[6])
{
	struct semid_ds ds = { .sem_nsems = values() };

	switch ((int)a[2]) {
	case GETALL:
		kernel_write(a[3], values() * sizeof(uint16_t), OURS);
		break;
	case SETALL:
		kernel_read(a[3], values() * sizeof(uint16_t), OURS);
		break;
	case IPC_STAT:
	case SEM_STAT:
	case SEM_STAT_ANY:
		kernel_put(a[3], &ds, sizeof(ds));
		break;
	default:
		control_ipc(&sem, (int)a[2], a[3]);
	}
}

/* --- mappings --- */

static uint64_t segment;

uint64_t linux_segment(void)
{
	return segment;
}

static long attach(const uint64_t a[6])
{
	if (!a[1]) {
		segment = (1 + kernel_pick(64)) * PAGE_SIZE;
		return (long)SEGMENT_AT;
	}
	MUST(segment);
	kernel_range(a[1], segment);
	return (long)a[1];
}

static long map(const uint64_t a[6])
{
	MUST((int)a[3] & (MAP_FIXED | MAP_FIXED_NOREPLACE));
	kernel_range(a[0], a[1]);
	return (long)a[0];
}

static long remap(const uint64_t a[6])
{
	kernel_range(a[0], a[1]);
	MUST((int)a[3] & MREMAP_FIXED || !((int)a[3] & MREMAP_MAYMOVE));
	if (!((int)a[3] & MREMAP_FIXED)) {
		kernel_range(a[0], a[2]);
		return (long)a[0];
	}
	kernel_range(a[4], a[2]);
	return (long)a[4];
}

/* Sets of nodes: maxnode counts one more than there are. */
static uint64_t nodes(uint64_t maxnode)
{
	uint64_t bytes = (maxnode - 1 + 63) / 64 * 8;

	return maxnode && bytes <= PAGE_SIZE ? bytes : 0;
}

/* --- the rest --- */

static void attributes(uint64_t at)
{
	uint32_t size;

	kernel_get(&size, at, sizeof(size));
	kernel_read(at, size, OURS);
	kernel_write(at, sizeof(size), OURS);
}

static void capabilities(const uint64_t a[6], bool set)
{
	uint32_t version;
	uint64_t len;

	kernel_get(&version, a[0], sizeof(version));
	len = version == _LINUX_CAPABILITY_VERSION_1 ? 12 : 24;
	if (set)
		kernel_read(a[1], len, OURS);
	else
		kernel_write(a[1], len, OURS);
}

/* Calls that have a "?". */
static long special(long nr, const uint64_t a[6])
{
	switch (nr) {
	case SYS_readv:
	case SYS_preadv:
	case SYS_preadv2:
		vector(a[1], a[2], true);
		break;
	case SYS_vmsplice:
		/* a pipe's other end */
		vector(a[1], a[2], true);
		break;
	case SYS_writev:
	case SYS_pwritev:
	case SYS_pwritev2:
		vector(a[1], a[2], false);
		break;
	case SYS_sendmsg:
	case SYS_recvmsg:
		if (!a[1]) /* asked for what it says of the descriptor */
			return -EFAULT;
		message(a[1], nr == SYS_recvmsg);
		break;
	case SYS_setsockopt:
		set_option(a);
		break;
	case SYS_getsockopt:
		get_option(a);
		break;
	case SYS_ioctl:
		request(a);
		break;
	case SYS_fcntl:
		return control_fd(a);
	case SYS_prctl:
		process(a);
		break;
	case SYS_futex:
		wait_word(a);
		break;
	case SYS_pselect6:
		masked_wait(a);
		break;
	case SYS_shmctl:
		control_ipc(&shm, (int)a[1], a[2]);
		break;
	case SYS_msgctl:
		control_ipc(&msg, (int)a[1], a[2]);
		break;
	case SYS_semctl:
		control_sem(a);
		break;
	case SYS_sched_setattr:
		attributes(a[1]);
		break;
	case SYS_capget:
	case SYS_capset:
		capabilities(a, nr == SYS_capset);
		break;
	}
	return 0;
}

/* Calls on mappings, of which the addresses are checked and nothing else. */
static long on_mapping(long nr, const uint64_t a[6])
{
	switch (nr) {
	case SYS_mmap:
		return map(a);
	case SYS_mremap:
		return remap(a);
	case SYS_shmat:
		return attach(a);
	case SYS_shmdt:
		kernel_range(a[0] == SEGMENT_AT ? PROGRAM : a[0], 1);
		break;
	case SYS_mbind:
		kernel_range(a[0], a[1]);
		kernel_read(a[3], nodes(a[4]), OURS);
		break;
	case SYS_set_mempolicy:
		kernel_read(a[1], nodes(a[2]), OURS);
		break;
	case SYS_get_mempolicy:
		kernel_write(a[1], nodes(a[2]), OURS);
		break;
	case SYS_mincore:
		kernel_range(a[0], a[1]);
		kernel_write(a[2], page_up(a[1]) / PAGE_SIZE, ANY);
		break;
	case SYS_munmap:
	case SYS_mprotect:
	case SYS_madvise:
	case SYS_msync:
	case SYS_mlock:
	case SYS_mlock2:
	case SYS_munlock:
		kernel_range(a[0], a[1]);
		break;
	default:
		return special(nr, a);
	}
	return 0;
}

/* --- the table's arguments --- */

/* How many bytes "C" or "C*M+K" are. */
static uint64_t bytes(const char *of, const uint64_t a[6])
{
	unsigned reg = 0, each = 1, more = 0;

	sscanf(of, "%u*%u+%u", &reg, &each, &more);
	return a[reg] * each + more;
}

static void argument(const char *is, uint64_t at, const uint64_t a[6])
{
	uint64_t len = strtoul(is + 1, NULL, 10);

	switch (*is) {
	case 's':
		kernel_string(at, STRING_MAX);
		break;
	case 'r':
		kernel_read(at, len, OURS);
		break;
	case 'w':
		kernel_write(at, len, OURS);
		break;
	case 'x':
		kernel_read(at, len, OURS);
		kernel_write(at, len, OURS);
		break;
	case 'R':
		kernel_read(at, bytes(is + 1, a), ANY);
		break;
	case 'W':
		kernel_write(at, bytes(is + 1, a), ANY);
		break;
	case 'p':
		len = (uint32_t)a[len] * sizeof(struct pollfd);
		kernel_read(at, len, OURS);
		kernel_write(at, len, OURS);
		break;
	case 'F':
		if ((int)a[len] <= 0)
			break;
		len = ((uint32_t)a[len] + UINT64_C(63)) / 64 * 8;
		kernel_read(at, len, OURS);
		kernel_write(at, len, OURS);
		break;
	case 'N':
		name(at, a[len]);
		break;
	case 'f':
		kernel_write(at, 4, ANY);
		break;
	}
}

/* The pointers of a call, as its line says; how many bytes its first buffer
 * has room for. */
static uint64_t arguments(const char *is, const uint64_t a[6])
{
	uint64_t most = 0;
	int i;

	for (i = 0; i < 6 && *is; i++) {
		argument(is, a[i], a);
		if (!most && (*is == 'R' || *is == 'W'))
			most = bytes(is + 1, a);
		is += strcspn(is, " ");
		is += *is == ' ';
	}
	return most;
}

long linux_call(long nr, const uint64_t a[6])
{
	const char *is = nr >= 0 && nr < (long)COUNT_OF(calls) ? calls[nr] :
								 NULL;
	uint64_t most;
	char success;
	long ret;

	if (!is) {
		fprintf(stderr, "call %ld reaches the kernel\n", nr);
		abort();
	}
	success = *is;
	if (success == 'n' || success == 'i')
		is += is[1] ? 2 : 1;
	most = arguments(is, a);
	ret = on_mapping(nr, a);
	if (success == 'n')
		return (long)(most / (1 + kernel_pick(4)));
	if (success == 'i')
		return (long)kernel_pick(64);
	return ret;
}
