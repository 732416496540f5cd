// SPDX-License-Identifier: MIT
/*
 * rows - syscalls.def as a table of hostile cases
 */
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/kd.h>
#include <linux/random.h>
#include <linux/sockios.h>
#include <linux/stat.h>
#include <linux/time_types.h>
#include <mqueue.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <utime.h>

#include "table.h"

#define NATIVE(name, ...) { #name, SYS_##name, { __VA_ARGS__ } },
#define BLOCK(name, ...) { #name, SYS_##name, { __VA_ARGS__ } },
#define OWN(name, fn, ...) { #name, SYS_##name, { __VA_ARGS__ } },
#define DENY(name, err)
const struct row rows[] = {
#include "dune/sys/syscalls.def"
};
const unsigned nrows = sizeof(rows) / sizeof(rows[0]);

struct variant variants[VARIANTS_MAX];
unsigned nvariants;

/* What a PTR is in every variant of its row, if it is flat. */
static const struct {
	const char *row;
	int arg;
	struct arg is;
} flat[] = {
	{ "ppoll", 3, IN(char[8]) },
	{ "epoll_ctl", 3, IN(struct epoll_event) },
	{ "epoll_pwait", 4, IN(char[8]) },
	{ "epoll_pwait2", 4, IN(char[8]) },
	{ "openat2", 2, IN(char[24]) },
	{ "mincore", 2, OUT(char[2]) },
	{ "mbind", 3, IN(char[8]) },
	{ "set_mempolicy", 1, IN(char[8]) },
	{ "get_mempolicy", 1, OUT(char[128]) },
	{ "msgsnd", 1, IN(char[8 + 64]) },
	{ "msgrcv", 1, OUT(char[8 + 64]) },
	{ "clone", 2, OUT(int) },
	{ "clone", 3, OUT(int) },
	{ "execve", 0, PATH },
	{ "execveat", 1, PATH },
	{ "get_robust_list", 1, OUT(uint64_t) },
	{ "get_robust_list", 2, OUT(uint64_t) },
	{ "sched_setattr", 1, IN(char[48]) },
	{ "rt_sigaction", 1, IN(char[32]) },
	{ "rt_sigaction", 2, OUT(char[32]) },
	{ "rt_sigprocmask", 1, IN(char[8]) },
	{ "rt_sigprocmask", 2, OUT(char[8]) },
	{ "rt_sigsuspend", 0, IN(char[8]) },
	{ "rt_sigtimedwait", 0, IN(char[8]) },
	{ "rt_sigtimedwait", 1, OUT(siginfo_t) },
	{ "rt_sigtimedwait", 2, IN(struct timespec) },
	{ "rt_sigpending", 0, OUT(char[8]) },
	{ "sigaltstack", 0, IN(stack_t) },
	{ "sigaltstack", 1, OUT(stack_t) },
	{ "rt_sigqueueinfo", 2, IN(siginfo_t) },
	{ "rt_tgsigqueueinfo", 3, IN(siginfo_t) },
	{ "pidfd_send_signal", 2, IN(siginfo_t) },
	{ "capget", 0, INOUT(char[8]) },
	{ "capget", 1, OUT(char[24]) },
	{ "capset", 0, INOUT(char[8]) },
	{ "capset", 1, IN(char[24]) },
};

/* Rows whose pointers depend on a number: `select` with the value. */
#define TIMESPEC IN(struct timespec)
#define WORD_AT INOUT(uint32_t)
static const struct special {
	const char *row, *name;
	int select;
	uint64_t value;
	int arg;
	struct arg is;
} specials[] = {
#define IOCTL(request, is) { "ioctl", #request, 1, (unsigned)(request), 2, is },
#include "dune/sys/ioctls.def"
	{ "ioctl", "SIOCGIFCONF", 1, SIOCGIFCONF, 2, PTR },
#define FCNTL(cmd, is)                       \
	{                                    \
		"fcntl", #cmd, 1, cmd, 2, is \
	}
	FCNTL(F_GETLK, INOUT(struct flock)),
	FCNTL(F_SETLK, IN(struct flock)),
	FCNTL(F_SETLKW, IN(struct flock)),
	FCNTL(F_OFD_GETLK, INOUT(struct flock)),
	FCNTL(F_OFD_SETLK, IN(struct flock)),
	FCNTL(F_OFD_SETLKW, IN(struct flock)),
	FCNTL(F_GETOWN_EX, OUT(struct f_owner_ex)),
	FCNTL(F_SETOWN_EX, IN(struct f_owner_ex)),
	FCNTL(F_GET_RW_HINT, OUT(uint64_t)),
	FCNTL(F_SET_RW_HINT, IN(uint64_t)),
	FCNTL(F_GET_FILE_RW_HINT, OUT(uint64_t)),
	FCNTL(F_SET_FILE_RW_HINT, IN(uint64_t)),
#define PRCTL(option, is)                          \
	{                                          \
		"prctl", #option, 0, option, 1, is \
	}
	PRCTL(PR_SET_NAME, STRING(15)),
	PRCTL(PR_GET_NAME, OUT(char[16])),
	PRCTL(PR_GET_PDEATHSIG, OUT(int)),
	PRCTL(PR_GET_CHILD_SUBREAPER, OUT(int)),
	{ "arch_prctl", "ARCH_GET_FS", 0, 0x1003, 1, OUT(uint64_t) },
	{ "arch_prctl", "ARCH_GET_GS", 0, 0x1004, 1, OUT(uint64_t) },
#define FUTEX(op, third, fourth)               \
	{ "futex", #op, 1, op, 3, third },     \
	{                                      \
		"futex", #op, 1, op, 4, fourth \
	}
	FUTEX(FUTEX_WAIT, TIMESPEC, VAL),
	FUTEX(FUTEX_WAIT_BITSET, TIMESPEC, VAL),
	FUTEX(FUTEX_LOCK_PI, TIMESPEC, VAL),
	FUTEX(FUTEX_WAIT_REQUEUE_PI, TIMESPEC, WORD_AT),
	FUTEX(FUTEX_REQUEUE, VAL, WORD_AT),
	FUTEX(FUTEX_CMP_REQUEUE, VAL, WORD_AT),
	FUTEX(FUTEX_CMP_REQUEUE_PI, VAL, WORD_AT),
	FUTEX(FUTEX_WAKE_OP, VAL, WORD_AT),
	FUTEX(FUTEX_WAKE, VAL, VAL),
	FUTEX(FUTEX_WAKE_BITSET, VAL, VAL),
	FUTEX(FUTEX_TRYLOCK_PI, VAL, VAL),
	FUTEX(FUTEX_UNLOCK_PI, VAL, VAL),
#define SEM(cmd, is)                          \
	{                                     \
		"semctl", #cmd, 2, cmd, 3, is \
	}
	SEM(IPC_STAT, OUT(struct semid_ds)),
	SEM(IPC_SET, IN(struct semid_ds)),
	SEM(SEM_STAT, OUT(struct semid_ds)),
	SEM(SEM_STAT_ANY, OUT(struct semid_ds)),
	SEM(IPC_INFO, OUT(struct seminfo)),
	SEM(SEM_INFO, OUT(struct seminfo)),
	SEM(GETALL, OUT(uint16_t[32])),
	SEM(SETALL, IN(uint16_t[32])),
#define SHM(cmd, is)                          \
	{                                     \
		"shmctl", #cmd, 1, cmd, 2, is \
	}
	SHM(IPC_STAT, OUT(struct shmid_ds)),
	SHM(IPC_SET, IN(struct shmid_ds)),
	SHM(SHM_STAT, OUT(struct shmid_ds)),
	SHM(SHM_STAT_ANY, OUT(struct shmid_ds)),
	SHM(IPC_INFO, OUT(struct shminfo)),
	SHM(SHM_INFO, OUT(struct shm_info)),
#define MSG(cmd, is)                          \
	{                                     \
		"msgctl", #cmd, 1, cmd, 2, is \
	}
	MSG(IPC_STAT, OUT(struct msqid_ds)),
	MSG(IPC_SET, IN(struct msqid_ds)),
	MSG(MSG_STAT, OUT(struct msqid_ds)),
	MSG(MSG_STAT_ANY, OUT(struct msqid_ds)),
	MSG(IPC_INFO, OUT(struct msginfo)),
	MSG(MSG_INFO, OUT(struct msginfo)),
	/* a pipe has no offset */
	{ "splice", "from a file", -1, 0, 3, VAL },
	{ "splice", "to a file", -1, 0, 1, VAL },
	/* pointers within what it points to: shapes.c */
	{ "setsockopt", "SO_ATTACH_FILTER", 2, SO_ATTACH_FILTER, 3, PTR },
	{ "setsockopt", "SO_ATTACH_REUSEPORT_CBPF", 2, SO_ATTACH_REUSEPORT_CBPF,
	  3, PTR },
	{ "setsockopt", "SO_RCVBUF", 2, SO_RCVBUF, 3, IN_N(4, char) },
	{ "getsockopt", "SO_RCVBUF", 2, SO_RCVBUF, 3, OUT_LEN(4) },
};
#define NSPECIALS (sizeof(specials) / sizeof(specials[0]))

bool is_pointer(const struct arg *arg)
{
	switch ((enum arg_type)arg->type) {
	case T_NONE:
	case T_VAL:
	case T_FD:
	case T_DIRFD:
	case T_COUNT:
	case T_U32:
		return false;
	case T_IN:
	case T_OUT:
	case T_INOUT:
	case T_TIMEOUT:
	case T_WORD:
	case T_IN_N:
	case T_OUT_N:
	case T_PATH:
	case T_STRING:
	case T_LEN:
	case T_OUT_LEN:
	case T_FDSET:
	case T_PTR:
		break;
	}
	return true;
}

/* As a pointer: it is a number then. */
static bool is_excluded(const struct row *r, int arg)
{
	const struct variant v = { .row = r, .name = "" };

	return is_pointer(&r->arg[arg]) && excluded(&v, arg, KIND_HOST);
}

static struct variant *add(const struct row *r)
{
	struct variant *v = &variants[nvariants++];
	size_t i;
	int arg;

	if (nvariants == VARIANTS_MAX)
		abort();
	*v = (struct variant){ .row = r, .name = "", .select = -1 };
	for (arg = 0; arg < 6; arg++)
		if (!is_excluded(r, arg))
			v->arg[arg] = r->arg[arg];
	for (i = 0; i < sizeof(flat) / sizeof(flat[0]); i++)
		if (!strcmp(flat[i].row, r->name) &&
		    r->arg[flat[i].arg].type == T_PTR)
			v->arg[flat[i].arg] = flat[i].is;
	return v;
}

/* The specials of a row, those of one name being one variant. */
static unsigned add_specials(const struct row *r)
{
	struct variant *v = NULL;
	unsigned n = 0;
	size_t i;

	for (i = 0; i < NSPECIALS; i++) {
		const struct special *s = &specials[i];

		if (strcmp(s->row, r->name))
			continue;
		if (!v || strcmp(v->name, s->name))
			v = add(r);
		v->name = s->name;
		v->select = s->select;
		v->selected = s->value;
		v->arg[s->arg] = s->is;
		n++;
	}
	return n;
}

void rows_start(void)
{
	size_t i;

	for (i = 0; i < nrows; i++)
		if (!add_specials(&rows[i]))
			add(&rows[i]);
}
