// SPDX-License-Identifier: MIT
/* udp-fork - a UDP socket is shared with a child over fork(). */
#include <sys/wait.h>

#include "dgram.h"

static void subject(struct role *r, int fd)
{
	pid_t pid = fork();
	int status;
	char c;

	OK(pid);
	if (pid == 0) {
		send_to_peer(r, fd, "c", 1);
		GIVES(recv(fd, &c, 1, 0), 1);
		_exit(c == '1' ? 0 : 1);
	}
	GIVES(waitpid(pid, &status, 0), pid);
	GIVES(status, 0);
	send_to_peer(r, fd, "p", 1);
	GIVES(recv(fd, &c, 1, 0), 1);
	GIVES(c, '2');
}

static void helper(struct role *r, int fd)
{
	char c;

	GIVES(recv(fd, &c, 1, 0), 1);
	GIVES(c, 'c');
	send_to_peer(r, fd, "1", 1);
	GIVES(recv(fd, &c, 1, 0), 1);
	GIVES(c, 'p');
	send_to_peer(r, fd, "2", 1);
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
