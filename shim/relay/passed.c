// SPDX-License-Identifier: MIT
/*
 * passed.c - sockets of ours on their way in messages of unix sockets
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "shim/host/host.h"
#include "shim/object/fd.h"
#include "shim/object/root.h"
#include "shim/object/sock.h"
#include "shim/relay/passed.h"

#define WAY_NS UINT64_C(60000000000) /* that a message may be on its way */

static bool inode(int fd, uint64_t *out)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISSOCK(st.st_mode))
		return false;
	*out = st.st_ino;
	return true;
}

static void drop(struct sock *s, uint32_t count)
{
	while (count--)
		sock_unref(s);
}

/* The entry of ino; 0: a free one. NULL: there is none. Root locked. */
static struct passed_sock *find(uint64_t ino)
{
	struct passed_sock *p = shim_root->passed;
	int i;

	for (i = 0; i < PASSED_MAX; i++)
		if (ino ? p[i].s && p[i].ino == ino : !p[i].s)
			return &p[i];
	return NULL;
}

/* The one that is longest on its way, if that is too long or `any`. */
static void forget_oldest(bool any)
{
	uint64_t now = ix_now_ns();
	struct passed_sock *p, *old = NULL, gone = { 0 };

	hold_lock(&shim_root->lock);
	for (p = shim_root->passed; p < shim_root->passed + PASSED_MAX; p++)
		if (p->s && (!old || p->at_ns < old->at_ns))
			old = p;
	if (old && (any || now - old->at_ns > WAY_NS)) {
		gone = *old;
		old->s = NULL;
	}
	hold_unlock(&shim_root->lock);
	drop(gone.s, gone.count);
}

static void add(uint64_t ino, struct sock *s)
{
	struct passed_sock *p;

	__atomic_add_fetch(&s->refs, 1, __ATOMIC_RELAXED);
	for (;;) {
		hold_lock(&shim_root->lock);
		p = find(ino);
		if (!p && (p = find(0)))
			*p = (struct passed_sock){ .s = s, .ino = ino };
		if (p) {
			p->count++;
			p->at_ns = ix_now_ns();
		}
		hold_unlock(&shim_root->lock);
		if (p)
			return;
		forget_oldest(true);
	}
}

/* One descriptor fewer is on its way; its reference passes to the caller. */
static struct sock *take(uint64_t ino)
{
	struct passed_sock *p;
	struct sock *s = NULL;

	hold_lock(&shim_root->lock);
	p = find(ino);
	if (p) {
		s = p->s;
		if (--p->count == 0)
			p->s = NULL;
	}
	hold_unlock(&shim_root->lock);
	return s;
}

int passed_out(int fd, struct sock *s)
{
	int token = fd;
	uint64_t ino;

	forget_oldest(false);
	if (s->world == WORLD_STACK)
		token = host.socket(s->family, s->type | SOCK_CLOEXEC, 0);
	if (token < 0)
		return -errno;
	if (inode(token, &ino))
		add(ino, s);
	return token;
}

void passed_again(int token, struct sock *s)
{
	uint64_t ino;

	if (inode(token, &ino))
		add(ino, s);
}

void passed_not(int token)
{
	struct sock *s;
	uint64_t ino;

	if (inode(token, &ino) && (s = take(ino)))
		sock_unref(s);
}

static bool any_on_the_way(void)
{
	int i;

	for (i = 0; i < PASSED_MAX; i++)
		if (shim_root->passed[i].s)
			return true;
	return false;
}

void passed_in(int fd)
{
	struct sock *s;
	uint64_t ino;
	int flags;

	if (!fd_self.limit || !any_on_the_way() || !inode(fd, &ino))
		return;
	s = take(ino);
	if (!s)
		return;
	flags = host.fcntl(fd, F_GETFD, NULL);
	if (s->world == WORLD_STACK &&
	    host.dup3(sock_placeholder(s), fd,
		      flags & FD_CLOEXEC ? O_CLOEXEC : 0) < 0)
		sock_unref(s);
	else
		fd_install(fd, FD_SOCK, s);
}
