/* SPDX-License-Identifier: MIT */
/*
 * mediate_ipc.c - System V IPC calls whose argument depends on the command
 */
#include <errno.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "dune/host/host.h"
#include "dune/host/layout.h"
#include "dune/host/self.h"
#include "dune/mem/user.h"
#include "dune/sys/args.h"
#include "dune/sys/mediate.h"
#include "dune/sys/table.h"

static const struct ipc_row {
	long nr;
	int cmd;
	struct arg arg; /* VAL: there is none */
} commands[] = {
	{ SYS_shmctl, IPC_RMID, VAL },
	{ SYS_shmctl, SHM_LOCK, VAL },
	{ SYS_shmctl, SHM_UNLOCK, VAL },
	{ SYS_shmctl, IPC_SET, IN(struct shmid_ds) },
	{ SYS_shmctl, IPC_STAT, OUT(struct shmid_ds) },
	{ SYS_shmctl, SHM_STAT, OUT(struct shmid_ds) },
	{ SYS_shmctl, SHM_STAT_ANY, OUT(struct shmid_ds) },
	{ SYS_shmctl, IPC_INFO, OUT(struct shminfo) },
	{ SYS_shmctl, SHM_INFO, OUT(struct shm_info) },
	{ SYS_msgctl, IPC_RMID, VAL },
	{ SYS_msgctl, IPC_SET, IN(struct msqid_ds) },
	{ SYS_msgctl, IPC_STAT, OUT(struct msqid_ds) },
	{ SYS_msgctl, MSG_STAT, OUT(struct msqid_ds) },
	{ SYS_msgctl, MSG_STAT_ANY, OUT(struct msqid_ds) },
	{ SYS_msgctl, IPC_INFO, OUT(struct msginfo) },
	{ SYS_msgctl, MSG_INFO, OUT(struct msginfo) },
	{ SYS_semctl, IPC_RMID, VAL },
	{ SYS_semctl, IPC_SET, IN(struct semid_ds) },
	{ SYS_semctl, IPC_STAT, OUT(struct semid_ds) },
	{ SYS_semctl, SEM_STAT, OUT(struct semid_ds) },
	{ SYS_semctl, SEM_STAT_ANY, OUT(struct semid_ds) },
	{ SYS_semctl, IPC_INFO, OUT(struct seminfo) },
	{ SYS_semctl, SEM_INFO, OUT(struct seminfo) },
};

static const struct arg *command(long nr, int cmd)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].nr == nr && commands[i].cmd == cmd)
			return &commands[i].arg;
	return NULL;
}

/* b[]: the arguments; b[at] is where the struct is. */
static long on_struct(long nr, int cmd, uint64_t b[6], unsigned at)
{
	const struct arg *arg = command(nr, cmd);
	struct copied copy = { 0 };

	if (!arg)
		return -EINVAL;
	if (arg->type != T_VAL && copied_take(&copy, b[at], arg))
		return -EFAULT;
	b[at] = arg->type == T_VAL ? 0 : (uint64_t)copy.bytes;
	return copied_give(&copy, host_call(nr, b[0], b[1], b[2], b[3], 0, 0));
}

long sys_shmctl(struct dune_thread *t, const uint64_t a[6])
{
	uint64_t b[6] = { a[0], a[1], a[2] };

	return on_struct(t->nr, (int)a[1], b, 2);
}

long sys_msgctl(struct dune_thread *t, const uint64_t a[6])
{
	uint64_t b[6] = { a[0], a[1], a[2] };

	return on_struct(t->nr, (int)a[1], b, 2);
}

/*
 * All values of a set. Their number is asked of the kernel, but by the time of
 * the call the identifier may be that of a larger set: behind the room for the
 * values is a page where the kernel stops.
 */
static long on_values(const uint64_t a[6], bool write)
{
	struct semid_ds ds;
	long ret = host(SYS_semctl, a[0], 0, IPC_STAT, &ds);
	size_t len, room;
	char *values;

	if (ret)
		return ret;
	len = ds.sem_nsems * sizeof(uint16_t);
	room = page_up(len);
	values = mmap(NULL, room + PAGE_SIZE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (values == MAP_FAILED)
		return -ENOMEM;
	if (mprotect(values + room, PAGE_SIZE, PROT_NONE))
		ret = -ENOMEM;
	else if (!write)
		ret = user_get(values, a[3], len);
	if (!ret)
		ret = host(SYS_semctl, a[0], a[1], a[2], values);
	if (!ret && write)
		ret = user_put(a[3], values, len);
	munmap(values, room + PAGE_SIZE);
	return ret;
}

long sys_semctl(struct dune_thread *t, const uint64_t a[6])
{
	uint64_t b[6] = { a[0], a[1], a[2], a[3] };

	switch ((int)a[2]) {
	case SETVAL:
	case GETVAL:
	case GETPID:
	case GETNCNT:
	case GETZCNT:
		return host(SYS_semctl, a[0], a[1], a[2], a[3]);
	case GETALL:
	case SETALL:
		return on_values(a, (int)a[2] == GETALL);
	default:
		return on_struct(t->nr, (int)a[2], b, 3);
	}
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
