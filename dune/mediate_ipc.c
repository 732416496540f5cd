/* SPDX-License-Identifier: MIT */
/*
 * mediate_ipc.c - System V IPC calls whose argument depends on the command
 */
#include <errno.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "dune/aspace.h"
#include "dune/host.h"
#include "dune/mediate.h"

/* What a command of each kind does with the struct. */
enum ipc_arg { IPC_NOTHING, IPC_IN, IPC_OUT, IPC_INFO_OUT };
static const struct ipc_row {
	long nr;
	int cmd;
	enum ipc_arg arg;
} commands[] = {
	{ SYS_shmctl, IPC_RMID, IPC_NOTHING },
	{ SYS_shmctl, SHM_LOCK, IPC_NOTHING },
	{ SYS_shmctl, SHM_UNLOCK, IPC_NOTHING },
	{ SYS_shmctl, IPC_SET, IPC_IN },
	{ SYS_shmctl, IPC_STAT, IPC_OUT },
	{ SYS_shmctl, SHM_STAT, IPC_OUT },
	{ SYS_shmctl, SHM_STAT_ANY, IPC_OUT },
	{ SYS_shmctl, IPC_INFO, IPC_INFO_OUT },
	{ SYS_shmctl, SHM_INFO, IPC_INFO_OUT },
	{ SYS_msgctl, IPC_RMID, IPC_NOTHING },
	{ SYS_msgctl, IPC_SET, IPC_IN },
	{ SYS_msgctl, IPC_STAT, IPC_OUT },
	{ SYS_msgctl, MSG_STAT, IPC_OUT },
	{ SYS_msgctl, MSG_STAT_ANY, IPC_OUT },
	{ SYS_msgctl, IPC_INFO, IPC_INFO_OUT },
	{ SYS_msgctl, MSG_INFO, IPC_INFO_OUT },
	{ SYS_semctl, IPC_RMID, IPC_NOTHING },
	{ SYS_semctl, IPC_SET, IPC_IN },
	{ SYS_semctl, IPC_STAT, IPC_OUT },
	{ SYS_semctl, SEM_STAT, IPC_OUT },
	{ SYS_semctl, SEM_STAT_ANY, IPC_OUT },
	{ SYS_semctl, IPC_INFO, IPC_INFO_OUT },
	{ SYS_semctl, SEM_INFO, IPC_INFO_OUT },
};

/* The struct at `at` that cmd reads or writes: 0 or -errno. */
static int check_ds(long nr, int cmd, uint64_t at, uint64_t ds, uint64_t info)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (commands[i].nr != nr || commands[i].cmd != cmd)
			continue;
		switch (commands[i].arg) {
		case IPC_NOTHING:
			return 0;
		case IPC_IN:
			return check_in(at, ds);
		case IPC_OUT:
			return check_out(at, ds);
		case IPC_INFO_OUT:
			return check_out(at, info);
		}
	}
	return -EINVAL;
}

long sys_shmctl(struct dune_thread *t, const uint64_t a[6])
{
	int ret = check_ds(t->nr, (int)a[1], a[2], sizeof(struct shmid_ds),
			   sizeof(struct shm_info) > sizeof(struct shminfo) ?
				   sizeof(struct shm_info) :
				   sizeof(struct shminfo));

	return ret ? ret : host(SYS_shmctl, a[0], a[1], a[2]);
}

long sys_msgctl(struct dune_thread *t, const uint64_t a[6])
{
	int ret = check_ds(t->nr, (int)a[1], a[2], sizeof(struct msqid_ds),
			   sizeof(struct msginfo));

	return ret ? ret : host(SYS_msgctl, a[0], a[1], a[2]);
}

/* All values of a set: the number is asked of the kernel. It cannot change
 * while the set has this identifier. */
static int check_values(int id, uint64_t at, bool write)
{
	struct semid_ds ds;
	long ret = host(SYS_semctl, id, 0, IPC_STAT, &ds);
	uint64_t len;

	if (ret)
		return (int)ret;
	len = ds.sem_nsems * sizeof(uint16_t);
	return write ? check_out(at, len) : check_in(at, len);
}

long sys_semctl(struct dune_thread *t, const uint64_t a[6])
{
	int ret;

	switch ((int)a[2]) {
	case SETVAL:
	case GETVAL:
	case GETPID:
	case GETNCNT:
	case GETZCNT:
		ret = 0;
		break;
	case GETALL:
	case SETALL:
		ret = check_values((int)a[0], a[3], (int)a[2] == GETALL);
		break;
	default:
		ret = check_ds(t->nr, (int)a[2], a[3], sizeof(struct semid_ds),
			       sizeof(struct seminfo));
	}
	return ret ? ret : host(SYS_semctl, a[0], a[1], a[2], a[3]);
}

/* A message is a long and then its bytes. */
long sys_msgsnd(struct dune_thread *t, const uint64_t a[6])
{
	if (a[2] > COUNT_MAX)
		return -EINVAL;
	if (!user_range_ok(a[1], sizeof(long) + a[2]))
		return -EFAULT;
	return forward(a, t->nr);
}

long sys_msgrcv(struct dune_thread *t, const uint64_t a[6])
{
	if (a[2] > COUNT_MAX)
		return -EINVAL;
	if (!user_range_writable(a[1], sizeof(long) + a[2]))
		return -EFAULT;
	return forward(a, t->nr);
}
