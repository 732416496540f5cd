// SPDX-License-Identifier: MIT
/*
 * boot.c - how far the start of the instance is
 */
#include <linux/futex.h>
#include <stdint.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/raw.h"
#include "shim/process/boot.h"

int boot_state;
size_t boot_bytes;
static pid_t boot_tid, boot_pid;

bool boot_begin(void)
{
	int state = BOOT_NOT;

	if (!__atomic_compare_exchange_n(&boot_state, &state, BOOT_RUNNING,
					 false, __ATOMIC_ACQ_REL,
					 __ATOMIC_ACQUIRE))
		return false;
	boot_tid = (pid_t)raw_call(SYS_gettid);
	__atomic_store_n(&boot_pid, getpid(), __ATOMIC_RELAXED);
	return true;
}

void boot_end(bool started, size_t bytes)
{
	boot_bytes = bytes;
	__atomic_store_n(&boot_state, started ? BOOT_DONE : BOOT_FAILED,
			 __ATOMIC_RELEASE);
	raw_call(SYS_futex, &boot_state, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL,
		 NULL, 0);
}

int boot_await(void)
{
	int state;

	while ((state = __atomic_load_n(&boot_state, __ATOMIC_ACQUIRE)) ==
	       BOOT_RUNNING)
		raw_call(SYS_futex, &boot_state, FUTEX_WAIT_PRIVATE,
			 BOOT_RUNNING, NULL, NULL, 0);
	return state;
}

bool boot_is_inside(void)
{
	pid_t pid = __atomic_load_n(&boot_pid, __ATOMIC_RELAXED);

	return boot_tid == (pid_t)raw_call(SYS_gettid) ||
	       (pid && pid != getpid());
}

void boot_settle(void)
{
	if (__atomic_load_n(&boot_state, __ATOMIC_ACQUIRE) == BOOT_RUNNING &&
	    !boot_is_inside())
		boot_await();
}
