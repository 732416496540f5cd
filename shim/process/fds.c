// SPDX-License-Identifier: MIT
/*
 * fds.c - what each descriptor of a process is, for ixcp fds
 *
 * Runs in the owner, or in the keeper, which is given the kernel's list since
 * it may not look for itself. Sockets are read without their locks: a line may be a
 * moment old.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "libix/share/self.h"
#include "shim/host/addr.h"
#include "shim/host/host.h"
#include "shim/object/fd.h"
#include "shim/object/fdtab.h"
#include "shim/object/root.h"
#include "shim/option/priv.h"
#include "shim/process/fds.h"

static const char *const why_text[] = {
#define X(name, text) text,
	WHY_LIST(X)
#undef X
};

static const char *const world_text[] = {
#define X(name, text) text,
	WORLD_LIST(X)
#undef X
};

static const char *const state_text[] = {
	[SS_INIT] = "unconnected",	[SS_LISTEN] = "listening",
	[SS_CONNECTING] = "connecting", [SS_CONNECTED] = "connected",
	[SS_DONE] = "closed",
};

struct line {
	const char *kind, *reason, *state;
	bool accelerated;
	char local[ENDPOINT_TEXT_LEN], peer[ENDPOINT_TEXT_LEN];
};

static void of_sock(struct line *l, const struct sock *s)
{
	struct endpoint local = s->priv->local;
	bool tcp = s->type == SOCK_STREAM;

	l->kind = tcp ? "tcp" : "udp";
	l->accelerated = s->world == WORLD_STACK || s->world == WORLD_BOTH;
	l->reason = s->world == WORLD_KERNEL ? why_text[s->reason] :
					       world_text[s->world];
	l->state = state_text[s->state];
	if (s->o.kind == IX_KIND_TCP) {
		local.ip = *addr_local(ix_info(), s->c.lip, &s->priv->peer.ip);
		local.port = s->c.lport;
	}
	if (local.port)
		endpoint_text(&local.ip, local.port, l->local);
	if (s->priv->peer.port)
		endpoint_text(&s->priv->peer.ip, s->priv->peer.port, l->peer);
}

static void of_kernel(struct line *l, uint64_t e, const char *link)
{
	l->kind = "file";
	l->reason = "not a socket";
	if (strncmp(link, "socket:", 7) == 0) {
		l->kind = "socket";
		l->reason = FD_REASON(e) ? why_text[FD_REASON(e)] :
					   "not TCP or UDP of the program";
	} else if (strncmp(link, "pipe:", 5) == 0) {
		l->kind = "pipe";
	} else if (strncmp(link, "anon_inode:", 11) == 0) {
		l->kind = strstr(link, "eventpoll") ? "epoll" : "anon_inode";
	}
}

static void describe(struct line *l, const struct fdtab *t, int fd,
		     const char *link)
{
	uint64_t e = (uint32_t)fd < shim_root->fds_max ? t->ent[fd] : 0;

	memset(l, 0, sizeof(*l));
	l->state = "";
	if (entry_obj(e, FD_SOCK)) {
		of_sock(l, entry_obj(e, FD_SOCK));
		return;
	}
	of_kernel(l, e, link);
	if (entry_obj(e, FD_EPOLL)) {
		l->kind = "epoll";
		l->accelerated = true;
		l->reason = "watches sockets of the stack";
	}
}

static int put(int out, const char *text, int n)
{
	while (n > 0) {
		ssize_t rc = host.write(out, text, (size_t)n);

		if (rc < 0)
			return -errno;
		text += rc;
		n -= (int)rc;
	}
	return 0;
}

static int put_line(int out, int fd, const struct line *l, bool first)
{
	char text[512];
	int n = snprintf(text, sizeof(text),
			 "%s{\"fd\":%d,\"kind\":\"%s\",\"accelerated\":%s,"
			 "\"reason\":\"%s\",\"local\":\"%s\",\"peer\":\"%s\","
			 "\"state\":\"%s\"}",
			 first ? "" : ",", fd, l->kind,
			 l->accelerated ? "true" : "false", l->reason, l->local,
			 l->peer, l->state);

	return put(out, text, n);
}

struct listing {
	const struct fdtab *t;
	int out;
	bool any; /* a line was printed */
};

static int put_fd(struct listing *ls, int fd, const char *link)
{
	struct line l;
	int rc;

	if (fd >= ix_fds()->hidden_min && fd < ix_fds()->hidden_end)
		return 0;
	describe(&l, ls->t, fd, link);
	rc = put_line(ls->out, fd, &l, !ls->any);
	ls->any = true;
	return rc;
}

static int put_dir(struct listing *ls, DIR *dir)
{
	char link[128];
	struct dirent *d;
	int rc = 0;

	while (rc == 0 && (d = readdir(dir)) != NULL) {
		ssize_t n = readlinkat(dirfd(dir), d->d_name, link,
				       sizeof(link) - 1);

		link[n > 0 ? n : 0] = 0;
		if (d->d_name[0] != '.')
			rc = put_fd(ls, atoi(d->d_name), link);
	}
	return rc;
}

int fds_describe(int pid, int out)
{
	struct listing ls = { .t = fdtab_find(pid), .out = out };
	char path[64];
	DIR *dir;
	int rc;

	if (!ls.t)
		return -ESRCH;
	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	if (!dir)
		return -errno;
	rc = put(out, "[", 1);
	if (rc == 0)
		rc = put_dir(&ls, dir);
	if (rc == 0)
		rc = put(out, "]", 1);
	closedir(dir);
	return rc;
}

int fds_describe_listed(int pid, FILE *list, int out)
{
	struct listing ls = { .t = fdtab_find(pid), .out = out };
	char line[128];
	int rc, at;

	if (!ls.t)
		return -ESRCH;
	rc = put(out, "[", 1);
	while (rc == 0 && fgets(line, sizeof(line), list)) {
		int fd;

		line[strcspn(line, "\n")] = 0;
		if (sscanf(line, "%d %n", &fd, &at) == 1)
			rc = put_fd(&ls, fd, line + at);
	}
	return rc == 0 ? put(out, "]", 1) : rc;
}
