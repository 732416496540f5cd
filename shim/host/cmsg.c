// SPDX-License-Identifier: MIT
/*
 * cmsg.c - ancillary data: what may be sent, and giving it
 */
#include <errno.h>
#include <linux/net_tstamp.h>
#include <string.h>

#include "libix/share/usermem.h"
#include "shim/host/cmsg.h"
#include "shim/host/host.h"

#define OPTMEM_MAX 131072 /* net.core.optmem_max: of one message */
#define TX_RECORDS                                                             \
	((uint32_t)(SOF_TIMESTAMPING_TX_HARDWARE |                             \
		    SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_TX_SCHED | \
		    SOF_TIMESTAMPING_TX_ACK))

int cmsg_check_room(const struct msghdr *m)
{
	if (m->msg_controllen > OPTMEM_MAX)
		return -ENOBUFS;
	return m->msg_controllen && !m->msg_control ? -EFAULT : 0;
}

/* May the program set it? The kernel says. */
static int may_set(int name, const struct cmsghdr *c)
{
	int fd = host.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), rc;

	if (fd < 0)
		return -ENOBUFS;
	rc = host.setsockopt(fd, SOL_SOCKET, name, CMSG_DATA(c), 4) < 0 ?
		     -errno :
		     0;
	own_close(fd);
	return rc;
}

/* Nothing of it has an effect in the stack; who asks for times of sending, or
 * to be sent at some time, has not set the options that this needs. */
int cmsg_check_socket(const struct cmsghdr *c)
{
	bool is_int = c->cmsg_len == CMSG_LEN(sizeof(uint32_t));
	uint32_t flags = 0;

	switch (c->cmsg_type) {
	case SCM_RIGHTS:
	case SCM_CREDENTIALS:
		return 0;
	case SO_MARK:
	case SO_PRIORITY:
		return is_int ? may_set(c->cmsg_type, c) : -EINVAL;
	case SO_TIMESTAMPING_OLD:
	case SO_TIMESTAMPING_NEW:
		if (is_int)
			memcpy(&flags, CMSG_DATA(c), sizeof(flags));
		return is_int && !(flags & ~TX_RECORDS) ? 0 : -EINVAL;
	default:
		return -EINVAL;
	}
}

int cmsg_check_stream(const struct msghdr *m)
{
	const struct cmsghdr *c;
	int rc = cmsg_check_room(m);

	for (c = cmsg_first(m); rc == 0 && c; c = cmsg_next(m, c))
		if (!cmsg_ok(m, c))
			rc = -EINVAL;
		else if (c->cmsg_level == SOL_SOCKET)
			rc = cmsg_check_socket(c);
	return rc;
}

void cmsg_put(struct msghdr *m, size_t *used, int level, int type,
	      const void *data, size_t len)
{
	size_t room = m->msg_control ? m->msg_controllen - *used : 0;
	struct cmsghdr c = { .cmsg_level = level,
			     .cmsg_type = type,
			     .cmsg_len = CMSG_LEN(len) };
	char *at = (char *)m->msg_control + *used;
	int rc;

	if (room < sizeof(c)) {
		m->msg_flags |= MSG_CTRUNC;
		return;
	}
	if (room < c.cmsg_len) {
		m->msg_flags |= MSG_CTRUNC;
		c.cmsg_len = room;
	}
	rc = ix_user_put(at, &c, sizeof(c));
	if (rc == 0)
		rc = ix_user_put(at + sizeof(c), data, c.cmsg_len - sizeof(c));
	if (rc < 0)
		return; /* as on Linux, nobody hears of that */
	*used += room < CMSG_SPACE(len) ? room : CMSG_SPACE(len);
}
