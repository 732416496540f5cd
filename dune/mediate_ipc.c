/* SPDX-License-Identifier: MIT */
/*
 * mediate_ipc.c - System V IPC calls whose argument depends on the command
 */
#include <errno.h>
#include <sys/mman.h>
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

/* Any of the structs, which the kernel reads and writes here. */
union ipc_struct {
	struct shmid_ds shm;
	struct shminfo shm_limits;
	struct shm_info shm_info;
	struct msqid_ds msg;
	struct msginfo msg_info;
	struct semid_ds sem;
	struct seminfo sem_info;
	char room[256];
};

static const struct ipc_row *command(long nr, int cmd)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].nr == nr && commands[i].cmd == cmd)
			return &commands[i];
	return NULL;
}

/* b[]: the arguments; b[at] is where the struct is: one of ds bytes, or one of
 * info bytes with limits or usage. */
static long on_struct(long nr, int cmd, uint64_t b[6], unsigned at, size_t ds,
		      size_t info)
{
	const struct ipc_row *row = command(nr, cmd);
	union ipc_struct copy = { .room = { 0 } };
	uint64_t user = b[at];
	size_t size;
	long ret;

	if (!row)
		return -EINVAL;
	size = row->arg == IPC_INFO_OUT ? info : ds;
	b[at] = row->arg == IPC_NOTHING ? 0 : (uint64_t)&copy;
	if (row->arg == IPC_IN && user_get(&copy, user, size))
		return -EFAULT;
	if (row->arg >= IPC_OUT && !user_range_writable(user, size))
		return -EFAULT;
	ret = host_call(nr, b[0], b[1], b[2], b[3], 0, 0);
	if (ret >= 0 && row->arg >= IPC_OUT && user_put(user, &copy, size))
		ret = -EFAULT;
	return ret;
}

long sys_shmctl(struct dune_thread *t, const uint64_t a[6])
{
	uint64_t b[6] = { a[0], a[1], a[2] };
	size_t info = (int)a[1] == SHM_INFO ? sizeof(struct shm_info) :
					      sizeof(struct shminfo);

	return on_struct(t->nr, (int)a[1], b, 2, sizeof(struct shmid_ds), info);
}

long sys_msgctl(struct dune_thread *t, const uint64_t a[6])
{
	uint64_t b[6] = { a[0], a[1], a[2] };

	return on_struct(t->nr, (int)a[1], b, 2, sizeof(struct msqid_ds),
			 sizeof(struct msginfo));
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
		return on_struct(t->nr, (int)a[2], b, 3,
				 sizeof(struct semid_ds),
				 sizeof(struct seminfo));
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
