// SPDX-License-Identifier: MIT
/* raw-calls - syscall() for what sockets have, and for a fork. */
#include <sys/syscall.h>
#include <sys/wait.h>

#include "roles.h"

static void send_raw(int fd, const char *text)
{
	struct iovec iov = { (void *)(uintptr_t)text, strlen(text) };
	struct mmsghdr m = { .msg_hdr = { .msg_iov = &iov, .msg_iovlen = 1 } };

	GIVES(syscall(SYS_sendmmsg, fd, &m, 1, MSG_NOSIGNAL), 1);
	GIVES(m.msg_len, iov.iov_len);
}

static void want_raw(int fd, const char *text)
{
	char got[64];
	size_t n = strlen(text);

	GIVES(syscall(SYS_recvfrom, fd, got, n, MSG_WAITALL, NULL, NULL), n);
	CHECK(memcmp(got, text, n) == 0);
}

static void subject(struct role *r)
{
	union addr peer;
	socklen_t len = sizeof(peer);
	int ls = listen_on(r, next_port(r), 8), fd, status;
	pid_t pid;

	meet(r, 'l');
	fd = (int)syscall(SYS_accept4, ls, &peer, &len, SOCK_CLOEXEC);
	OK(fd);
	GIVES(peer.sa.sa_family, r->other.sa.sa_family);
	GIVES(fcntl(fd, F_GETFD), FD_CLOEXEC);
	want_raw(fd, "to all");
	pid = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0);
	OK(pid);
	if (pid == 0) {
		OK(close(ls));
		want_raw(fd, "to child");
		send_raw(fd, "from child");
		OK(close(fd));
		syscall(SYS_exit_group, 7);
	}
	GIVES(waitpid(pid, &status, 0), pid);
	CHECK(WIFEXITED(status));
	GIVES(WEXITSTATUS(status), 7);
	send_raw(fd, "from parent");
	OK(close(fd));
	/* what the child closed is the parent's still */
	meet(r, 'a');
	fd = accept(ls, NULL, NULL);
	OK(fd);
	want_raw(fd, "again");
	close(fd);
	close(ls);
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);
	int fd;

	meet(r, 'l');
	fd = connect_to(r, port);
	send_text(fd, "to all");
	send_text(fd, "to child");
	want_text(fd, "from child");
	want_text(fd, "from parent");
	want_eof(fd);
	close(fd);
	meet(r, 'a');
	fd = connect_to(r, port);
	send_text(fd, "again");
	want_eof(fd);
	close(fd);
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
