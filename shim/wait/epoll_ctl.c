// SPDX-License-Identifier: MIT
/*
 * epoll_ctl.c - epoll_ctl
 */
#include <errno.h>

#include "libix/share/usermem.h"
#include "shim/object/fd.h"
#include "shim/wait/epoll_ctl.h"
#include "shim/wait/epoll_half.h"
#include "shim/wait/epoll_instance.h"
#include "shim/wait/epoll_item.h"

/*
 * A connection goes to the elastic thread of those who wait for it: memcached's
 * listener, for one, hands descriptors to workers, each with an instance of
 * its own. Where that cannot be it stays, and all works as well.
 */
static void move_to_waiter(const struct epoll *ep, struct sock *s)
{
	unsigned home = ep->home ? ep->home - 1u : ix_home();

	if (s->o.kind == IX_KIND_TCP && !s->watches && !s->relays &&
	    ep->home != HOME_MIXED && s->o.et != home)
		ix_migrate(&s->c, home);
}

static int item_ctl(struct epoll *ep, int epfd, int op, int fd, struct sock *s,
		    const struct epoll_event *ev)
{
	struct epitem *i = item_find(ep, s, fd);
	int rc;

	if (op == EPOLL_CTL_ADD)
		rc = item_add(ep, s, fd, ev);
	else if (op == EPOLL_CTL_MOD)
		rc = item_mod(ep, s, fd, ev);
	else if (i && i->half)
		rc = half_set(i, epfd, false) ?: item_del(ep, s, fd);
	else
		rc = item_del(ep, s, fd);
	if (rc < 0 || op == EPOLL_CTL_DEL || !has_half(s))
		return rc;
	rc = half_set(item_find(ep, s, fd), epfd, true);
	if (rc < 0 && op == EPOLL_CTL_ADD)
		item_del(ep, s, fd);
	return rc;
}

static int stack_ctl(int epfd, int op, int fd, struct sock *s,
		     struct epoll_event *ev)
{
	struct epoll *ep = op == EPOLL_CTL_ADD ? epoll_instance(epfd) :
						 fd_epoll(epfd);
	int rc;

	if (!ep)
		return -ENOENT;
	if (op == EPOLL_CTL_ADD && ix_info()->nethreads > 1)
		move_to_waiter(ep, s);
	sock_lock_own(s);
	rc = item_ctl(ep, epfd, op, fd, s, ev);
	sock_unlock(s);
	return rc;
}

/* fd is in epfd now. If it is an epoll, the two lack only each other: a loop
 * is not let in, so that there is nothing to modify. */
static bool is_epoll(int fd, int epfd)
{
	struct epoll_event ev = { 0 };
	int saved = errno;
	bool yes = fd_epoll(fd) ||
		   (epoll_real_ctl(fd, EPOLL_CTL_MOD, epfd, &ev) < 0 &&
		    errno == ENOENT);

	errno = saved;
	return yes;
}

/* Sockets of the stack may join the inner one later; and who waits in the
 * outer one drives. */
static int kernel_ctl(int epfd, int op, int fd, struct epoll_event *ev)
{
	struct epoll *inner, *ep;

	if (epoll_real_ctl(epfd, op, fd, ev) < 0)
		return -errno;
	if (op != EPOLL_CTL_ADD || !fd_self.limit)
		return 0;
	ep = fd_epoll(epfd);
	if (ep)
		ep->foreign = 1;
	if (!is_epoll(fd, epfd))
		return 0;
	inner = epoll_instance(fd);
	if (inner && epoll_instance(epfd))
		epoll_nested(inner, fd);
	return 0;
}

/* What may go with EPOLLEXCLUSIVE. */
#define EXCLUSIVE_OK                                                        \
	(EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLWAKEUP | EPOLLET | \
	 EPOLLEXCLUSIVE)

static bool bad_exclusive(int op, const struct epoll_event *ev)
{
	return op != EPOLL_CTL_DEL && ev->events & EPOLLEXCLUSIVE &&
	       (op == EPOLL_CTL_MOD || ev->events & ~(uint32_t)EXCLUSIVE_OK);
}

int epoll_ctl_fd(int epfd, int op, int fd, const struct epoll_event *user)
{
	struct sock *s = fd_sock(fd);
	struct epoll_event copy, *ev = (struct epoll_event *)user;
	int rc;

	if (!s || (s->world == WORLD_KERNEL && !s->watches))
		return kernel_ctl(epfd, op, fd, ev);
	if (op != EPOLL_CTL_DEL) {
		if (ix_user_get(&copy, ev, sizeof(copy)) < 0)
			return -EFAULT;
		ev = &copy;
	}
	if (op < EPOLL_CTL_ADD || op > EPOLL_CTL_MOD || epfd == fd)
		return -EINVAL;
	if (bad_exclusive(op, ev))
		return -EINVAL;
	rc = stack_ctl(epfd, op, fd, s, ev);
	if (rc == -ENOENT && (!fd_epoll(epfd) || s->world == WORLD_KERNEL))
		/* it knows which error a bad epfd is, and what it has alone */
		return kernel_ctl(epfd, op, fd, ev);
	return rc;
}
