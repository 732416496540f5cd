// SPDX-License-Identifier: MIT
/*
 * process.c - the calls that make and end processes, and lock their memory
 */
#include "shim/front/calls.h"
#include "shim/host/host.h"
#include "shim/process/boot.h"
#include "shim/process/fork.h"
#include "shim/process/lockall.h"

pid_t call_fork(void)
{
	boot_settle();
	return fork_told(host.fork());
}

/*
 * A vfork child would change our table in its parent's memory. Where there is
 * one, vfork is fork; where not, the real one has to be entered by a jump, for
 * it returns twice into its caller's frame.
 */
_Static_assert(BOOT_DONE == 2, "the number below");
_Static_assert(sizeof(boot_state) == 4, "cmpl");

__attribute__((used)) static void *vfork_behind(void)
{
	return (void *)host.vfork;
}

__attribute__((naked, used)) pid_t call_vfork(void)
{
	__asm__("cmpl $2, boot_state(%rip)\n\t"
		"je 1f\n\t"
		"subq $8, %rsp\n\t"
		"call vfork_behind\n\t"
		"addq $8, %rsp\n\t"
		"jmp *%rax\n"
		"1:\tjmp shim_fork\n");
}

/* call_fork() under a name that no other library can come before. */
__attribute__((used)) static pid_t shim_fork(void)
{
	return call_fork();
}

void call__exit(int status)
{
	fork_leave();
	host._exit(status);
}

void call__Exit(int status)
{
	call__exit(status);
}

int call_mlockall(int flags)
{
	return (int)ret_errno(lockall_set(flags));
}

int call_munlockall(void)
{
	return (int)ret_errno(lockall_clear());
}
