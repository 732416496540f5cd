// SPDX-License-Identifier: MIT
/* efault-vectors - vectors of which one piece is bad, too many pieces, and lengths that do not fit. */
#include <limits.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "kinds.h"

static void each(struct role *r, struct made *m)
{
	char c[4] = "abc";
	struct iovec ok[1025], huge = { c, (size_t)SSIZE_MAX + 1 };
	struct iovec bad[2] = { { (void *)16, 1 }, { c, 1 } };
	struct msghdr h = { .msg_iov = ok, .msg_iovlen = 1025 };

	(void)r;
	for (int i = 0; i < 1025; i++)
		ok[i] = (struct iovec){ c, 0 };
	FAILS(writev(m->fd, ok, 1025), EINVAL);
	FAILS(readv(m->fd, ok, 1025), EINVAL);
	FAILS(syscall(SYS_writev, m->fd, ok, -1), EINVAL);
	FAILS(syscall(SYS_readv, m->fd, ok, -1), EINVAL);
	FAILS(sendmsg(m->fd, &h, 0), EMSGSIZE);
	FAILS(recvmsg(m->fd, &h, MSG_DONTWAIT), EMSGSIZE);
	FAILS(writev(m->fd, &huge, 1), EINVAL);
	FAILS(readv(m->fd, &huge, 1), EINVAL);
	h = (struct msghdr){ .msg_iov = &huge, .msg_iovlen = 1 };
	FAILS(sendmsg(m->fd, &h, 0), EINVAL);
	FAILS(recvmsg(m->fd, &h, MSG_DONTWAIT), EINVAL);
	GIVES(writev(m->fd, ok, 1024), 0);
	if (is_of(m, OF_CONNECTIONS | OF_CONNECTED_UDP))
		FAILS(writev(m->fd, bad, 2), EFAULT);
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, each);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
