// SPDX-License-Identifier: MIT
/*
 * boot_claim.c - one instance for each address
 *
 * Two stacks that answer for one address take each other's packets. So each
 * address of the stack is a name among the abstract sockets of the network
 * namespace, which one socket can have at a time and which is free as soon as
 * that is closed, however its processes ended. Links between two programs are
 * apart from each other: what is on one is nobody else's.
 *
 * Trust: anybody in the namespace may have a name before us, which keeps us from
 * starting with that address and nothing else.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "control/host/boot/boot_claim.h"
#include "control/host/boot/boot_fail.h"
#include "control/host/boot/step.h"

#define CLAIM "ix/address/"

static socklen_t claim_name(const char *text, struct sockaddr_un *un)
{
	int n;

	memset(un, 0, sizeof(*un));
	un->sun_family = AF_UNIX;
	n = snprintf(un->sun_path + 1, sizeof(un->sun_path) - 1, CLAIM "%s",
		     text);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
			   (size_t)n);
}

/* Who had it when he claimed it, or 0. */
static int claimant(const struct sockaddr_un *un, socklen_t len)
{
	struct ucred who = { 0 };
	socklen_t n = sizeof(who);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return 0;
	if (connect(fd, (const struct sockaddr *)un, len) == 0)
		getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n);
	close(fd);
	return who.pid;
}

/* A descriptor that has the name, above those of the program; or -errno. */
static int claim(const struct boot *b, const struct sockaddr_un *un,
		 socklen_t len)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int up = -1;

	if (fd >= 0 && bind(fd, (const struct sockaddr *)un, len) == 0 &&
	    listen(fd, 0) == 0)
		up = fcntl(fd, F_DUPFD_CLOEXEC, b->fd_base);
	if (up < 0)
		up = -errno;
	if (fd >= 0)
		close(fd);
	return up;
}

int boot_claim_address(struct boot *b, uint32_t i)
{
	struct sockaddr_un un;
	char text[ADDR_TEXT_LEN];
	socklen_t len;
	int fd, pid;

	addr_text(&b->cfg.ip[i].ip, text);
	len = claim_name(text, &un);
	fd = claim(b, &un, len);
	if (fd >= 0) {
		b->address_fd[i] = fd;
		return 0;
	}
	if (fd != -EADDRINUSE)
		return boot_fail(b, fd, "cannot claim the address %s: %s", text,
				 strerror(-fd));
	pid = claimant(&un, len);
	if (!pid)
		return boot_fail(b, fd,
				 "another instance has %s: give this one an "
				 "--ip of its own",
				 text);
	return boot_fail(b, fd,
			 "another instance, of process %d, has %s: give this "
			 "one an --ip of its own",
			 pid, text);
}

void boot_claims_undo(struct boot *b)
{
	uint32_t i;

	for (i = 0; i < IX_MAX_ADDRS; i++) {
		if (b->address_fd[i] > 0)
			close(b->address_fd[i]);
		b->address_fd[i] = 0;
	}
}
