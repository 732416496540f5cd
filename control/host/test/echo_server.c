// SPDX-License-Identifier: MIT
/*
 * echo_server.c - TCP and UDP echo straight on struct ix_dp
 *
 *	echo_server LIBIXDP.SO [PORT [respawn]]
 *
 * The smallest program of the gate: no libix, one elastic thread. Received
 * bytes are copied into a ring of the connection and sent from there; they are
 * given back when the peer has acknowledged their echo, so a ring as large as
 * the receive buffer never overflows. Rings lie in the memory that all
 * processes of the instance share: the owner may have to send from them.
 *
 * With `respawn` a child serves, and another one takes over when it is killed:
 * connections lie in shared memory too.
 */
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ix/abi.h"

#define RCVBUF 262144
#define RING 1048576 /* a power of two, larger than RCVBUF */
#define BATCH 1024
#define EVENTS 256
#define COOKIE_LISTEN 1
#define COOKIE_UDP 2

struct conn {
	ix_handle_t h;
	uint64_t in, queued, acked; /* bytes since the start */
	int eof, shut, stuck;	    /* stuck: SENDV took less than it got */
	struct conn *next;	    /* while free */
	char ring[RING];
};

/* At the start of the shared memory. */
struct state {
	ix_handle_t udp;
	uint64_t used; /* bytes */
	uint64_t size;
};

static const struct ix_dp *dp;
static struct ix_bsys bsys[BATCH];
static struct ix_sg sg[BATCH][2];
static struct conn *sender[BATCH];	       /* of each SENDV in the batch */
static struct ix_sg piece[EVENTS + IX_MAX_SG]; /* of datagrams */
static uint32_t npieces, first_piece;	       /* first of the current one */
static struct ix_event events[EVENTS];
static struct ix_ctx ctx = { .bsys = bsys,
			     .events = events,
			     .events_cap = EVENTS };
static struct state *shared;
static struct conn *free_conns; /* of this process */
static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static void die(const char *what, int rc)
{
	fprintf(stderr, "echo_server: %s: %s\n", what, strerror(-rc));
	exit(1);
}

static void run(uint32_t flags)
{
	uint32_t n = ctx.nbsys, i;
	int rc = dp->enter(0, &ctx, flags);

	if (rc < 0)
		die("enter", rc);
	for (i = 0; i < n; i++) {
		struct conn *c = sender[i];

		sender[i] = NULL;
		if (c && bsys[i].result > 0)
			c->queued += (uint64_t)bsys[i].result;
		if (c && bsys[i].result >= 0)
			c->stuck = (uint64_t)bsys[i].result <
				   sg[i][0].len + sg[i][1].len;
	}
}

static struct conn *conn_get(void)
{
	struct conn *c = free_conns;

	if (c) {
		free_conns = c->next;
	} else if (shared->size - shared->used >= sizeof(*c)) {
		c = (struct conn *)((char *)shared + shared->used);
		shared->used += (sizeof(*c) + 63) & ~(size_t)63;
	}
	if (c)
		memset(c, 0, offsetof(struct conn, ring));
	return c;
}

static void conn_put(struct conn *c)
{
	c->next = free_conns;
	free_conns = c;
}

static struct ix_bsys *call(uint16_t nr, ix_handle_t h)
{
	struct ix_bsys *b = &bsys[ctx.nbsys++];

	memset(b, 0, sizeof(*b));
	b->nr = nr;
	b->handle = h;
	return b;
}

/* Everything that is in the ring and not yet queued; at most once a batch. */
static void echo(struct conn *c)
{
	uint64_t at = c->queued % RING, len = c->in - c->queued;
	uint32_t i = ctx.nbsys;
	struct ix_bsys *b;

	/* bytes not given back would turn the close into a reset */
	if (c->eof && !c->shut && c->acked == c->in) {
		c->shut = 1;
		call(IX_BSYS_CLOSE, c->h);
	}
	if (len == 0)
		return;
	b = call(IX_BSYS_SENDV, c->h);
	sg[i][0].base = (uint64_t)(uintptr_t)(c->ring + at);
	sg[i][0].len = len < RING - at ? len : RING - at;
	sg[i][1].base = (uint64_t)(uintptr_t)c->ring;
	sg[i][1].len = len - sg[i][0].len;
	b->addr = (uint64_t)(uintptr_t)sg[i];
	b->count = 2;
	sender[i] = c;
}

static void on_knock(const struct ix_event *ev)
{
	struct conn *c = conn_get();
	struct ix_bsys *b;

	if (!c) {
		call(IX_BSYS_REJECT, ev->handle);
		return;
	}
	c->h = ev->handle;
	b = call(IX_BSYS_ACCEPT, ev->handle);
	b->cookie = (uint64_t)(uintptr_t)c;
	b = call(IX_BSYS_SETOPT, ev->handle);
	b->opt = IX_OPT_RCVBUF;
	b->len = RCVBUF;
	b = call(IX_BSYS_SETOPT, ev->handle);
	b->opt = IX_OPT_NODELAY;
	b->len = 1;
}

static void on_recv(struct conn *c, const struct ix_event *ev)
{
	const char *data = (const char *)(uintptr_t)ev->data;
	uint64_t at = c->in % RING;
	uint64_t n = ev->len < RING - at ? ev->len : RING - at;

	if (c->in + ev->len - c->acked > RING)
		die("ring", -ENOBUFS);
	memcpy(c->ring + at, data, n);
	memcpy(c->ring, data + n, ev->len - n);
	c->in += ev->len;
}

/* Pieces of a datagram come one after the other, the last may come later. */
static void on_udp(const struct ix_event *ev)
{
	struct ix_bsys *b;

	piece[npieces].base = ev->data;
	piece[npieces++].len = ev->len;
	if (ev->detail & IX_UDP_RECV_MORE)
		return;
	b = call(IX_BSYS_UDP_SENDV, shared->udp);
	b->ip = ev->ip;
	b->rport = ev->rport;
	b->opt = (uint16_t)(ev->lip + 1);
	b->addr = (uint64_t)(uintptr_t)&piece[first_piece];
	b->count = (uint16_t)(npieces - first_piece);
	first_piece = npieces;
	b = call(IX_BSYS_UDP_RECV_DONE, shared->udp);
	b->len = 1;
}

static void keep_pieces(void)
{
	npieces -= first_piece;
	memmove(piece, piece + first_piece, npieces * sizeof(piece[0]));
	first_piece = 0;
}

static void handle(const struct ix_event *ev)
{
	struct conn *c = (struct conn *)(uintptr_t)ev->cookie;

	switch (ev->type) {
	case IX_EV_KNOCK:
		on_knock(ev);
		return;
	case IX_EV_UDP_RECV:
		on_udp(ev);
		return;
	case IX_EV_RECV:
		on_recv(c, ev);
		break;
	case IX_EV_SENT:
		if (c->shut)
			return;
		c->acked += ev->len;
		call(IX_BSYS_RECV_DONE, c->h)->len = ev->len;
		break;
	case IX_EV_EOF:
		c->eof = 1;
		break;
	case IX_EV_DEAD:
		if (ev->cookie == COOKIE_LISTEN)
			return;
		if (!c->shut)
			call(IX_BSYS_CLOSE, c->h);
		conn_put(c);
		return;
	default:
		return;
	}
}

/* Events of one connection may be many: its echo is queued once. */
static void handle_all(void)
{
	uint32_t i, n = ctx.nevents, k;

	for (i = 0; i < n; i++) {
		if (events[i].type == IX_EV_DEAD)
			for (k = 0; k < i; k++)
				if (events[k].cookie == events[i].cookie)
					events[k].type = IX_EV_NONE;
		handle(&events[i]);
	}
	for (i = 0; i < n; i++) {
		struct conn *c = (struct conn *)(uintptr_t)events[i].cookie;

		if (events[i].type != IX_EV_RECV &&
		    events[i].type != IX_EV_SENT && events[i].type != IX_EV_EOF)
			continue;
		for (k = 0; k < ctx.nbsys; k++)
			if (sender[k] == c)
				break;
		if (k == ctx.nbsys &&
		    !(c->stuck && events[i].type == IX_EV_RECV))
			echo(c);
	}
}

static void sleep_armed(void)
{
	struct pollfd p[IX_MAX_DEVS];
	struct ix_sleep s;
	struct timespec ts;
	uint64_t now, ns;
	uint32_t i;

	if (dp->arm(0, &s) != 0)
		return;
	for (i = 0; i < s.nfds; i++)
		p[i] = (struct pollfd){ .fd = s.fds[i], .events = POLLIN };
	now = dp->now_ns();
	ns = s.deadline_ns > now ? s.deadline_ns - now : 0;
	ts.tv_sec = (time_t)(ns / 1000000000);
	ts.tv_nsec = (long)(ns % 1000000000);
	ppoll(p, s.nfds, s.deadline_ns == UINT64_MAX ? NULL : &ts, NULL);
	dp->disarm(0);
}

static void start(uint16_t port)
{
	struct ix_bsys *b;

	b = call(IX_BSYS_LISTEN, 0);
	b->cookie = COOKIE_LISTEN;
	b->lport = port;
	b->len = 128;
	b = call(IX_BSYS_UDP_BIND, 0);
	b->cookie = COOKIE_UDP;
	b->lport = port;
	run(0);
	if (bsys[0].result < 0)
		die("listen", (int)bsys[0].result);
	if (bsys[1].result < 0)
		die("udp_bind", (int)bsys[1].result);
	shared->udp = bsys[1].handle;
	ctx.nbsys = 0;
}

static void serve(void)
{
	uint64_t quiet = dp->now_ns();

	while (!stop) {
		run(IX_ENTER_POLL | IX_ENTER_EVENTS);
		if (ctx.rx || ctx.nevents)
			quiet = ctx.now_ns;
		keep_pieces();
		handle_all();
		if (ctx.nbsys == 0 && !ctx.more && ctx.now_ns - quiet > 50000)
			sleep_armed();
	}
}

static void respawn(void)
{
	int status;
	pid_t pid;

	while (!stop) {
		pid = fork();
		if (pid == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			status = dp->attach();
			if (status < 0)
				die("attach", status);
			serve();
			exit(0);
		}
		if (waitpid(pid, &status, 0) == pid && WIFEXITED(status))
			break;
		if (stop)
			kill(pid, SIGTERM);
	}
}

#ifndef ECHO_DATAPLANE /* a test has it linked in */
#define ECHO_DATAPLANE(path) load(path)

static const struct ix_dp *load(const char *path)
{
	void *lib = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	const struct ix_dp *p = lib ? dlsym(lib, "ix_dp") : NULL;

	if (!p)
		fprintf(stderr, "echo_server: %s\n", dlerror());
	return p;
}
#endif

int main(int argc, char **argv)
{
	char err[256] = "";
	struct ix_boot_args args = { .abi = IX_ABI_VERSION,
				     .err = err,
				     .err_size = sizeof(err) };
	struct ix_booted out;
	const struct ix_info *info = &out.info;

	if (argc < 2)
		return 2;
	dp = ECHO_DATAPLANE(argv[1]);
	if (!dp)
		return 1;
	if (dp->boot(&args, &out) < 0) {
		fprintf(stderr, "echo_server: %s\n", err);
		return 1;
	}
	shared = info->app_base;
	shared->size = info->app_size;
	shared->used = (sizeof(*shared) + 63) & ~(size_t)63;
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	start(argc > 2 ? (uint16_t)atoi(argv[2]) : 7);
	printf("ready %u.%u.%u.%u\n", info->addrs[0].ip.b[12],
	       info->addrs[0].ip.b[13], info->addrs[0].ip.b[14],
	       info->addrs[0].ip.b[15]);
	fflush(stdout);
	if (argc > 3)
		respawn();
	else
		serve();
	return 0;
}
