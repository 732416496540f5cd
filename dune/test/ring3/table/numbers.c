// SPDX-License-Identifier: MIT
/*
 * numbers - what the numbers and the strings of a good call are
 */
#include <fcntl.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "../hole.h"
#include "table.h"

/* Numbers for arguments, where 0 (or for a descriptor, the file) would not do.
 * `from` is for what is known when it runs only. */
static const struct number {
	const char *who; /* see matches() */
	int arg;
	uint64_t value;
	const uint64_t *from;
} numbers[] = {
	{ "ppoll", 1, 2, NULL },
	{ "poll", 1, 2, NULL },
	{ "ppoll", 4, 8, NULL },
	{ "select", 0, 8, NULL },
	{ "pselect6", 0, 8, NULL },
	{ "epoll_wait", 2, 2, NULL },
	{ "epoll_pwait", 2, 2, NULL },
	{ "epoll_pwait2", 2, 2, NULL },
	{ "epoll_pwait", 5, 8, NULL },
	{ "epoll_pwait2", 5, 8, NULL },
	{ "epoll_ctl", 1, EPOLL_CTL_MOD, NULL },
	{ "epoll_ctl", 2, 0, &made.fd_sock },
	{ "signalfd", 0, UINT64_MAX, NULL },
	{ "signalfd", 2, 8, NULL },
	{ "signalfd4", 0, UINT64_MAX, NULL },
	{ "signalfd4", 2, 8, NULL },
	{ "readv", 2, 2, NULL },
	{ "writev", 2, 2, NULL },
	{ "preadv", 2, 2, NULL },
	{ "pwritev", 2, 2, NULL },
	{ "preadv2", 2, 2, NULL },
	{ "pwritev2", 2, 2, NULL },
	{ "vmsplice", 2, 2, NULL },
	{ "vmsplice", 3, 2, NULL }, /* SPLICE_F_NONBLOCK */
	{ "bind", 2, 16, NULL },
	{ "connect", 2, 16, NULL },
	{ "sendto", 5, 16, NULL },
	{ "sendmmsg", 2, 2, NULL },
	{ "recvmmsg", 2, 2, NULL },
	{ "setsockopt", 1, SOL_SOCKET, NULL },
	{ "setsockopt SO_ATTACH", 4, sizeof(struct sock_fprog), NULL },
	{ "setsockopt", 4, 4, NULL },
	{ "getsockopt", 1, SOL_SOCKET, NULL },
	{ "socketpair", 0, AF_UNIX, NULL },
	{ "socketpair", 1, SOCK_STREAM, NULL },
	{ "semop", 0, 0, &made.id_sem },
	{ "semtimedop", 0, 0, &made.id_sem },
	{ "semop", 1, 1, NULL },
	{ "semop", 2, 1, NULL },
	{ "semtimedop", 2, 1, NULL },
	{ "semctl", 0, 0, &made.id_sem },
	{ "shmctl", 0, 0, &made.id_shm },
	{ "msgctl", 0, 0, &made.id_msg_set },
	{ "msgsnd", 0, 0, &made.id_msg },
	{ "msgrcv", 0, 0, &made.id_msg },
	{ "msgsnd", 3, IPC_NOWAIT, NULL },
	{ "msgrcv", 4, IPC_NOWAIT, NULL },
	{ "sched_setaffinity", 1, 8, NULL },
	{ "sched_getaffinity", 1, 128, NULL },
	{ "sched_getattr", 2, 48, NULL },
	{ "sethostname", 1, 8, NULL },
	{ "setdomainname", 1, 8, NULL },
	{ "getgroups", 0, 64, NULL },
	{ "setgroups", 0, 2, NULL },
	{ "rt_sigaction", 0, SIGUSR1, NULL },
	{ "rt_sigaction", 3, 8, NULL },
	{ "rt_sigprocmask", 3, 8, NULL },
	{ "rt_sigsuspend", 1, 8, NULL },
	{ "rt_sigtimedwait", 3, 8, NULL },
	{ "rt_sigpending", 1, 8, NULL },
	{ "rt_sigqueueinfo", 0, 0, &made.pid },
	{ "rt_tgsigqueueinfo", 0, 0, &made.pid },
	{ "rt_tgsigqueueinfo", 1, 0, &made.tid },
	{ "clone3", 1, 88, NULL },
	{ "openat2", 3, 24, NULL },
	{ "waitid", 3, WEXITED | WNOHANG | WNOWAIT, NULL },
	{ "wait4", 0, UINT64_MAX, NULL },
	{ "wait4", 2, WNOHANG, NULL },
	{ "mincore", 0, 0, &made.memory },
	{ "mincore", 1, 8192, NULL },
	{ "mbind", 0, 0, &made.memory },
	{ "mbind", 1, 4096, NULL },
	{ "mbind", 2, 2, NULL }, /* MPOL_BIND */
	{ "mbind", 4, 64, NULL },
	{ "set_mempolicy", 0, 2, NULL },
	{ "set_mempolicy", 2, 64, NULL },
	{ "get_mempolicy", 2, 1024, NULL },
	{ "statx", 3, 0x7ff, NULL },
	{ "clone", 0,
	  CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID |
		  SIGCHLD,
	  NULL },
	{ "getitimer", 0, ITIMER_PROF, NULL },
	{ "setitimer", 0, ITIMER_PROF, NULL },
	{ "setrlimit", 0, RLIMIT_CORE, NULL },
	{ "prlimit64", 1, RLIMIT_CORE, NULL },
	{ "getdents", 0, 0, &made.fd_dir },
	{ "getdents64", 0, 0, &made.fd_dir },
	{ "getdents", 2, 512, NULL },
	{ "getdents64", 2, 512, NULL },
	{ "accept", 0, 0, &made.fd_listen },
	{ "accept4", 0, 0, &made.fd_listen },
	{ "recvfrom", 0, 0, &made.fd_udp },
	{ "sendto", 0, 0, &made.fd_udp },
	{ "recvmsg", 0, 0, &made.fd_udp },
	{ "sendmsg", 0, 0, &made.fd_udp },
	{ "recvmmsg", 0, 0, &made.fd_udp },
	{ "sendmmsg", 0, 0, &made.fd_udp },
	{ "recvfrom", 3, MSG_DONTWAIT, NULL },
	{ "recvmsg", 2, MSG_DONTWAIT, NULL },
	{ "recvmmsg", 3, MSG_DONTWAIT, NULL },
	{ "getsockname", 0, 0, &made.fd_sock },
	{ "getpeername", 0, 0, &made.fd_sock },
	{ "bind", 0, 0, &made.fd_tcp },
	{ "connect", 0, 0, &made.fd_tcp },
	{ "getsockopt", 0, 0, &made.fd_sock },
	{ "setsockopt", 0, 0, &made.fd_udp },
	{ "timerfd_settime", 0, 0, &made.fd_timer },
	{ "timerfd_gettime", 0, 0, &made.fd_timer },
	{ "epoll_wait", 0, 0, &made.fd_epoll },
	{ "epoll_pwait", 0, 0, &made.fd_epoll },
	{ "epoll_pwait2", 0, 0, &made.fd_epoll },
	{ "epoll_ctl", 0, 0, &made.fd_epoll },
	{ "inotify_add_watch", 0, 0, &made.fd_inotify },
	{ "vmsplice", 0, 0, &made.fd_pipe },
	{ "sendfile", 0, 0, &made.fd_sock },
	{ "sendfile", 1, 0, &made.fd_file },
	{ "sendfile", 3, 64, NULL },
	{ "copy_file_range", 2, 0, &made.fd_other },
	{ "copy_file_range", 4, 64, NULL },
	{ "splice to", 0, 0, &made.fd_pipe_out },
	{ "splice to", 2, 0, &made.fd_file },
	{ "splice", 2, 0, &made.fd_pipe },
	{ "splice", 4, 64, NULL },
	{ "splice", 5, 2, NULL }, /* SPLICE_F_NONBLOCK */
	{ "mq_getsetattr", 0, 0, &made.fd_mq },
	{ "mq_timedsend", 0, 0, &made.fd_mq },
	{ "mq_timedreceive", 0, 0, &made.fd_mq },
	{ "pidfd_send_signal", 0, 0, &made.fd_pidfd },
	{ "ioctl SIOCATMARK", 0, 0, &made.fd_tcp },
	{ "ioctl SIOCOUTQNSD", 0, 0, &made.fd_client },
	{ "ioctl SIOC", 0, 0, &made.fd_udp },
	{ "ioctl FIOGETOWN", 0, 0, &made.fd_udp },
	{ "ioctl FIOSETOWN", 0, 0, &made.fd_udp },
	{ "ioctl TC", 0, 0, &made.fd_pty },
	{ "ioctl TIOC", 0, 0, &made.fd_pty },
	{ "ioctl RND", 0, 0, &made.fd_random },
	{ "futex", 5, 1, NULL },
	{ "inotify_add_watch", 2, IN_CLOSE_WRITE, NULL },
	{ "timer_settime", 0, 0, &made.id_timer },
	{ "timer_gettime", 0, 0, &made.id_timer },
	{ "ustat", 0, 0, &made.device },
	{ "mq_open", 1, O_CREAT | O_RDWR, NULL },
	{ "mq_open", 2, 0600, NULL },
};

bool matches(const char *who, const struct variant *v)
{
	size_t len = strlen(v->row->name);

	if (strncmp(who, v->row->name, len))
		return false;
	who += len;
	return !*who ||
	       (*who == ' ' && !strncmp(who + 1, v->name, strlen(who + 1)));
}

uint64_t number_for(const struct variant *v, int arg)
{
	size_t i;

	if (arg == v->select)
		return v->selected;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (numbers[i].arg == arg && matches(numbers[i].who, v))
			return numbers[i].from ? *numbers[i].from :
						 numbers[i].value;
	switch (v->arg[arg].type) {
	case T_FD:
		return made.fd_file;
	case T_DIRFD:
		return (uint64_t)AT_FDCWD;
	case T_COUNT:
		return 64;
	}
	return 0;
}

const char *string_for(const struct variant *v, int arg)
{
	if (v->arg[arg].type == T_STRING)
		return "user.hole";
	switch (v->row->nr) {
	case SYS_execve:
	case SYS_execveat:
		return made.program;
	case SYS_unlink:
	case SYS_unlinkat:
	case SYS_rename:
	case SYS_renameat:
	case SYS_renameat2:
		return "/tmp/hole-none/x";
	case SYS_readlink:
	case SYS_readlinkat:
		return "/proc/self/exe";
	}
	return made.path;
}
