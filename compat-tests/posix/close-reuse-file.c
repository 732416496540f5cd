// SPDX-License-Identifier: MIT
/* close-reuse-file - a file that takes the number of a socket of any kind is that file, however the socket was closed. */
#include <sys/stat.h>
#include <sys/syscall.h>

#include "kinds.h"

static void is_file(int fd)
{
	struct stat st;
	char text[16] = "";

	OK(fstat(fd, &st));
	CHECK(S_ISREG(st.st_mode));
	GIVES(write(fd, "in a file", 9), 9);
	GIVES(lseek(fd, 0, SEEK_SET), 0);
	GIVES(read(fd, text, sizeof(text)), 9);
	CHECK(strcmp(text, "in a file") == 0);
	FAILS(recv(fd, text, 1, MSG_DONTWAIT), ENOTSOCK);
	OK(close(fd));
}

/* Something unread is there, which the file must not show. */
static void unread(struct made *m)
{
	if (is_of(m, OF_CONNECTIONS))
		send_text(m->other, "from the socket");
}

static int file(void)
{
	char path[] = "/tmp/close-reuse-XXXXXX";
	int fd = mkstemp(path);

	OK(fd);
	OK(unlink(path));
	return fd;
}

static void after_close(struct role *r, struct made *m)
{
	(void)r;
	unread(m);
	OK(close(m->fd));
	GIVES(file(), m->fd);
	is_file(m->fd);
}

static void after_syscall(struct role *r, struct made *m)
{
	(void)r;
	unread(m);
	GIVES(syscall(SYS_close, m->fd), 0);
	GIVES(file(), m->fd);
	is_file(m->fd);
}

static void after_range(struct role *r, struct made *m)
{
	(void)r;
	unread(m);
	GIVES(syscall(SYS_close_range, m->fd, m->fd, 0), 0);
	GIVES(file(), m->fd);
	is_file(m->fd);
}

static void after_dup2(struct role *r, struct made *m)
{
	int f = file();

	(void)r;
	unread(m);
	GIVES(dup2(f, m->fd), m->fd);
	OK(close(f));
	is_file(m->fd);
}

static void after_dup3(struct role *r, struct made *m)
{
	int f = file();

	(void)r;
	unread(m);
	GIVES(syscall(SYS_dup3, f, m->fd, O_CLOEXEC), m->fd);
	OK(close(f));
	GIVES(fcntl(m->fd, F_GETFD), FD_CLOEXEC);
	is_file(m->fd);
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, after_close);
	each_kind(r, OF_ALL, after_syscall);
	each_kind(r, OF_ALL, after_range);
	each_kind(r, OF_ALL, after_dup2);
	each_kind(r, OF_ALL, after_dup3);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
