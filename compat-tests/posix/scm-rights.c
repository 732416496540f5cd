// SPDX-License-Identifier: MIT
/* scm-rights - a connection that is sent over a unix socket works in the process that gets it. */
#include <sys/wait.h>

#include "roles.h"

union control {
	char buf[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

static void init_msg(struct msghdr *m, struct iovec *iov, char *c,
		     union control *u)
{
	*iov = (struct iovec){ .iov_base = c, .iov_len = 1 };
	*m = (struct msghdr){ .msg_iov = iov,
			      .msg_iovlen = 1,
			      .msg_control = u->buf,
			      .msg_controllen = sizeof(u->buf) };
}

static void send_fd(int to, int fd)
{
	union control u = { 0 };
	struct msghdr m;
	struct iovec iov;
	struct cmsghdr *h;
	char c = 'f';

	init_msg(&m, &iov, &c, &u);
	h = CMSG_FIRSTHDR(&m);
	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_RIGHTS;
	h->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(h), &fd, sizeof(fd));
	GIVES(sendmsg(to, &m, 0), 1);
}

static int recv_fd(int from)
{
	union control u = { 0 };
	struct msghdr m;
	struct iovec iov;
	int fd;
	char c;

	init_msg(&m, &iov, &c, &u);
	GIVES(recvmsg(from, &m, 0), 1);
	CHECK(CMSG_FIRSTHDR(&m));
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(fd));
	return fd;
}

static void child(struct role *r, int from)
{
	int fd = recv_fd(from);
	union addr name;
	socklen_t len = sizeof(name);

	OK(getpeername(fd, &name.sa, &len));
	GIVES(len, addr_len(&r->other));
	name = with_port(&name, 0);
	CHECK(same_addr(&name, &r->other));
	want_text(fd, "to child");
	send_text(fd, "from child");
	recv_pattern(fd, 100000);
	want_eof(fd);
	OK(close(fd));
	_exit(0);
}

static void subject(struct role *r, int fd)
{
	int ends[2], status;
	pid_t pid;

	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	pid = fork();
	OK(pid);
	if (pid == 0) {
		close(fd);
		close(ends[0]);
		child(r, ends[1]);
	}
	want_text(fd, "to parent");
	send_fd(ends[0], fd);
	OK(close(fd));
	meet(r, 's');
	GIVES(waitpid(pid, &status, 0), pid);
	GIVES(status, 0);
	close(ends[0]);
	close(ends[1]);
}

static void helper(struct role *r, int fd)
{
	send_text(fd, "to parent");
	meet(r, 's');
	send_text(fd, "to child");
	want_text(fd, "from child");
	send_pattern(fd, 100000);
	OK(shutdown(fd, SHUT_WR));
	want_eof(fd);
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
