// SPDX-License-Identifier: MIT
/*
 * select_wait.c - select over sockets of both worlds
 *
 * The sets as an array of struct pollfd. An fd above FD_SETSIZE is legal where the
 * program allocated larger sets.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>

#include "libix/share/usermem.h"
#include "shim/object/fd.h"
#include "shim/wait/poll_wait.h"
#include "shim/wait/select_wait.h"

typedef unsigned long word;
#define WORD_BITS (8 * sizeof(word))

static bool bit(const fd_set *set, int fd)
{
	return set && ((const word *)set)[(unsigned)fd / WORD_BITS] >>
				      ((unsigned)fd % WORD_BITS) &
			      1;
}

static void bit_put(fd_set *set, int fd, bool on)
{
	word *w, m = (word)1 << ((unsigned)fd % WORD_BITS);

	if (!set)
		return;
	w = &((word *)set)[(unsigned)fd / WORD_BITS];
	*w = on ? *w | m : *w & ~m;
}

/* Events that select(2) counts as readable, writable, exceptional. */
#define SEL_IN (POLLIN | POLLRDNORM | POLLRDBAND | POLLHUP | POLLERR)
#define SEL_OUT (POLLOUT | POLLWRNORM | POLLWRBAND | POLLERR)
#define SEL_EX POLLPRI

static unsigned sets_to_fds(int n, const fd_set *r, const fd_set *w,
			    const fd_set *e, struct pollfd *fds)
{
	unsigned k = 0;
	int fd;

	for (fd = 0; fd < n; fd++) {
		short ev = (short)((bit(r, fd) ? POLLIN : 0) |
				   (bit(w, fd) ? POLLOUT : 0) |
				   (bit(e, fd) ? POLLPRI : 0));

		if (ev)
			fds[k++] = (struct pollfd){ .fd = fd, .events = ev };
	}
	return k;
}

static int fds_to_sets(const struct pollfd *fds, unsigned n, fd_set *r,
		       fd_set *w, fd_set *e)
{
	int bits = 0;
	unsigned i;

	for (i = 0; i < n; i++) {
		int fd = fds[i].fd, got = fds[i].revents;
		bool in = got & SEL_IN && bit(r, fd);
		bool out = got & SEL_OUT && bit(w, fd);
		bool ex = got & SEL_EX && bit(e, fd);

		bit_put(r, fd, in);
		bit_put(w, fd, out);
		bit_put(e, fd, ex);
		bits += in + out + ex;
	}
	return bits;
}

static size_t set_bytes(int n)
{
	return ((size_t)n + WORD_BITS - 1) / WORD_BITS * sizeof(word);
}

static bool set_there(const fd_set *set, int n)
{
	return !set || ix_user_readable(set, set_bytes(n));
}

static bool set_open(fd_set *set, int n)
{
	return !set || ix_user_writable(set, set_bytes(n));
}

/* The kernel knows what is wrong with sets that are not there. */
bool select_ours(int n, const fd_set *r, const fd_set *w, const fd_set *e)
{
	int fd;

	if (n <= 0 || !set_there(r, n) || !set_there(w, n) || !set_there(e, n))
		return false;
	for (fd = 0; fd < n; fd++)
		if ((bit(r, fd) || bit(w, fd) || bit(e, fd)) &&
		    fd_lookup(fd).kind != FD_NONE)
			return true;
	return false;
}

/* fds is freed if the thread is cancelled. */
static __attribute__((noinline)) int
select_freeing(struct pollfd *fds, unsigned n, int64_t ns, const sigset_t *mask)
{
	int rc;

	pthread_cleanup_push(free, fds);
	rc = poll_fds(fds, n, ns, mask);
	pthread_cleanup_pop(0);
	return rc;
}

int select_fds(int n, fd_set *r, fd_set *w, fd_set *e, int64_t ns,
	       const sigset_t *mask)
{
	struct pollfd *fds = malloc((size_t)n * sizeof(*fds));
	unsigned k, i;
	int rc;

	if (!fds)
		return -ENOMEM;
	k = sets_to_fds(n, r, w, e, fds);
	rc = select_freeing(fds, k, ns, mask);
	for (i = 0; rc > 0 && i < k; i++)
		if (fds[i].revents & POLLNVAL)
			rc = -EBADF;
	if (rc >= 0 && !(set_open(r, n) && set_open(w, n) && set_open(e, n)))
		rc = -EFAULT;
	if (rc >= 0)
		rc = fds_to_sets(fds, k, r, w, e);
	free(fds);
	return rc;
}
