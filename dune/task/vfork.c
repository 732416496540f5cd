// SPDX-License-Identifier: MIT
/*
 * vfork.c - what a vfork's parent and child have in common
 *
 * The parent waits until the child has its own image or has ended. What the
 * child wrote into the frames of the parent's stack until then is carried over,
 * byte by byte: posix_spawn() reports its errors there.
 */
#include <linux/futex.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "dune/host/host.h"
#include "dune/host/self.h"
#include "dune/mem/user.h"
#include "dune/task/vfork.h"

#define FRAMES 8192 /* of the parent's stack, from rsp upwards */
#define LOOK_NS 20000000

/* Between a vfork's parent and child, in shared memory. */
struct vfork {
	uint32_t released; /* futex; 1: after[] is valid */
	uint64_t at;
	size_t len;
	uint8_t before[FRAMES], after[FRAMES];
};
static struct vfork *own_vfork; /* of the child, until it releases */

struct vfork *vfork_begin(const struct dune_thread *t)
{
	struct vfork *v = mmap(NULL, sizeof(*v), PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (v == MAP_FAILED)
		return NULL;
	v->at = t->regs.rsp;
	v->len = FRAMES;
	while (v->len && user_get(v->before, v->at, v->len))
		v->len /= 2; /* the stack ends before */
	return v;
}

void vfork_child(struct vfork *v)
{
	own_vfork = v;
}

void vfork_release(void)
{
	struct vfork *v = own_vfork;

	if (!v)
		return;
	own_vfork = NULL;
	if (user_get(v->after, v->at, v->len))
		memcpy(v->after, v->before, v->len);
	__atomic_store_n(&v->released, 1, __ATOMIC_RELEASE);
	host(SYS_futex, &v->released, FUTEX_WAKE, 1);
	munmap(v, sizeof(*v));
}

static bool child_gone(pid_t pid)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) ||
	       info.si_pid == pid;
}

/* The child's writes into the frames of the thread that waits. */
static void carry_over(const struct vfork *v)
{
	size_t i = 0, end;

	while (i < v->len) {
		end = i;
		while (end < v->len && v->after[end] != v->before[end])
			end++;
		if (end > i)
			user_put(v->at + i, v->after + i, end - i);
		i = end + 1;
	}
}

static void vfork_wait(struct vfork *v, pid_t pid)
{
	const struct timespec look = { .tv_nsec = LOOK_NS };

	while (!__atomic_load_n(&v->released, __ATOMIC_ACQUIRE)) {
		host(SYS_futex, &v->released, FUTEX_WAIT, 0, &look);
		if (!__atomic_load_n(&v->released, __ATOMIC_ACQUIRE) &&
		    child_gone(pid))
			return; /* killed */
	}
	carry_over(v);
}

void vfork_end(struct vfork *v, pid_t pid)
{
	if (pid > 0)
		vfork_wait(v, pid);
	munmap(v, sizeof(*v));
}
