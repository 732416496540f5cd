// SPDX-License-Identifier: MIT
/*
 * getopt.c - getsockopt
 */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/time.h>

#include "base/timespec.h"
#include "libix/share/usermem.h"
#include "shim/host/addr.h"
#include "shim/host/host.h"
#include "shim/inet/getopt.h"
#include "shim/object/sock.h"
#include "shim/option/cold.h"
#include "shim/option/priv.h"
#include "shim/option/tcp_info.h"

#define RCVBUF_DEFAULT 131072
#define SNDBUF_DEFAULT 262144
#define MSS_DEFAULT 536 /* RFC 9293 3.7.1 */
#define INFO_LEAST 232	/* what Linux 5.4 and later tell in TCP_INFO */

#define VALUE_SHOWN 512 /* bytes of a value that get_kept() gives, at most */

#define NOT_OURS 1 /* ask the kernel */

/* SO_MEMINFO: linux/sock_diag.h, SK_MEMINFO_* */
enum { MEM_RCV, MEM_RCVBUF, MEM_SND, MEM_SNDBUF, MEM_N = 9 };

static int give(const void *from, size_t n, void *val, socklen_t *len)
{
	if (*len > n)
		*len = (socklen_t)n;
	memcpy(val, from, *len);
	return 0;
}

static int give_int(int n, void *val, socklen_t *len)
{
	return give(&n, sizeof(n), val, len);
}

/* Of IP a byte will do where there is no room for more. */
static int give_number(int level, int n, void *val, socklen_t *len)
{
	uint8_t byte = (uint8_t)n;

	if (level == IPPROTO_IP && *len && *len < sizeof(n) && n == byte)
		return give(&byte, sizeof(byte), val, len);
	return give_int(n, val, len);
}

static int give_time(int64_t ns, void *val, socklen_t *len)
{
	struct timeval tv = ns_timeval(ns > 0 ? ns : 0);

	return give(&tv, sizeof(tv), val, len);
}

static int give_linger(const struct opts *o, void *val, socklen_t *len)
{
	struct linger l = {
		.l_onoff = o->linger >= 0,
		.l_linger = o->linger_time,
	};

	return give(&l, sizeof(l), val, len);
}

static int shown_buf(int val, int least, int first)
{
	if (!val)
		return first;
	return 2 * val < least ? least : 2 * val;
}

static int shown_rcvbuf(const struct opts *o)
{
	return shown_buf(o->rcvbuf, RCVBUF_MIN, RCVBUF_DEFAULT);
}

/* What is taken, until the program sets another bound. */
static int shown_sndbuf(const struct sock *s)
{
	return shown_buf(s->priv->opts.sndbuf, SNDBUF_MIN,
			 s->o.kind == IX_KIND_TCP ? (int)s->c.tx_limit :
						    SNDBUF_DEFAULT);
}

static int give_memory(const struct sock *s, void *val, socklen_t *len)
{
	uint32_t mem[MEM_N] = {
		[MEM_RCVBUF] = (uint32_t)shown_rcvbuf(&s->priv->opts),
		[MEM_SNDBUF] = (uint32_t)shown_sndbuf(s),
	};

	if (s->o.kind == IX_KIND_TCP || s->o.kind == IX_KIND_UDP)
		mem[MEM_RCV] = s->o.rx_bytes;
	if (s->o.kind == IX_KIND_TCP)
		mem[MEM_SND] = s->c.tx_unsent + s->c.tx_unacked;
	return give(mem, sizeof(mem), val, len);
}

static int give_peer(struct sock *s, void *val, socklen_t *len)
{
	struct sockaddr_storage name;
	socklen_t room = *len, n = sizeof(name);

	if (s->type == SOCK_DGRAM ? !s->priv->has_peer :
				    s->state != SS_CONNECTED)
		return -ENOTCONN;
	addr_show(&s->priv->peer, s->family, (struct sockaddr *)&name, &n);
	if (n < room)
		return -EINVAL; /* so Linux has it */
	memcpy(val, &name, room);
	return 0;
}

static int get_socket(struct sock *s, int name, void *val, socklen_t *len)
{
	const struct opts *o = &s->priv->opts;

	switch (name) {
	case SO_ERROR:
		return give_int(sock_take_error(s), val, len);
	case SO_TYPE:
		return give_int(s->type, val, len);
	case SO_DOMAIN:
		return give_int(s->family, val, len);
	case SO_PROTOCOL:
		return give_int(s->type == SOCK_STREAM ? IPPROTO_TCP :
							 IPPROTO_UDP,
				val, len);
	case SO_ACCEPTCONN:
		return give_int(s->state == SS_LISTEN, val, len);
	case SO_RCVBUF:
		return give_int(shown_rcvbuf(o), val, len);
	case SO_SNDBUF:
		return give_int(shown_sndbuf(s), val, len);
	case SO_MEMINFO:
		return give_memory(s, val, len);
	case SO_PEERNAME:
		return give_peer(s, val, len);
	case SO_RCVTIMEO_OLD:
	case SO_RCVTIMEO_NEW:
		return give_time(s->rcvtimeo_ns, val, len);
	case SO_SNDTIMEO_OLD:
	case SO_SNDTIMEO_NEW:
		return give_time(s->sndtimeo_ns, val, len);
	case SO_LINGER:
		return give_linger(o, val, len);
	default:
		return NOT_OURS;
	}
}

/* The MTU of the path to the peer. */
static int get_mtu(struct sock *s, void *val, socklen_t *len)
{
	struct ix_conn_info ci = { 0 };
	bool known = s->type == SOCK_DGRAM ? s->priv->has_peer :
					     s->state == SS_CONNECTED ||
						     s->state == SS_CONNECTING;

	if (!known || !s->o.handle ||
	    ix_gate()->conn_info(s->o.et, s->o.handle, &ci) < 0)
		return -ENOTCONN;
	return give_number(IPPROTO_IP, (int)ci.pmtu, val, len);
}

static int get_maxseg(struct sock *s, void *val, socklen_t *len)
{
	struct ix_conn_info ci;

	if (s->o.kind == IX_KIND_TCP && s->state == SS_CONNECTED &&
	    ix_gate()->conn_info(s->o.et, s->o.handle, &ci) == 0)
		return give_int((int)ci.mss, val, len);
	return give_int(opt_get(&s->priv->opts, OPT_MAXSEG) ?: MSS_DEFAULT, val,
			len);
}

static int give_congestion(const struct sock *s, void *val, socklen_t *len)
{
	return give(opts_congestion[s->priv->opts.cc], CONGESTION_MAX, val,
		    len);
}

/* How much the kernel tells in TCP_INFO: programs look at the length. */
static socklen_t info_size(const struct sock *s)
{
	static socklen_t known;
	char all[TCP_INFO_MAX];
	socklen_t len = sizeof(all);
	int fd;

	if (known)
		return known;
	fd = cold_model(s);
	if (fd < 0)
		return INFO_LEAST;
	if (host.getsockopt(fd, IPPROTO_TCP, TCP_INFO, all, &len) < 0 ||
	    len < INFO_LEAST)
		len = INFO_LEAST;
	own_close(fd);
	known = len;
	return len;
}

static uint32_t backlog(const struct sock *s)
{
	struct ix_conn_info ci;

	if (s->o.kind != IX_KIND_LISTENER ||
	    ix_gate()->conn_info(s->o.et, s->o.handle, &ci) < 0)
		return 0;
	return ci.unsent; /* so it tells that of a listener */
}

static struct info_about info_about(const struct sock *s)
{
	return (struct info_about){
		.size = info_size(s),
		.waiting = s->priv->nknocks,
		.backlog = backlog(s),
	};
}

static void add_info(const struct sock *s, void *val, socklen_t len)
{
	struct info_about about = info_about(s);

	tcp_info_add(&about, val, len);
}

static int get_tcp(struct sock *s, int name, void *val, socklen_t *len)
{
	struct info_about about;

	if (s->type != SOCK_STREAM)
		return NOT_OURS;
	switch (name) {
	case TCP_INFO:
		about = info_about(s);
		*len = tcp_info_get(s, &about, val, *len);
		return 0;
	case TCP_CONGESTION:
		return give_congestion(s, val, len);
	case TCP_MAXSEG:
		return get_maxseg(s, val, len);
	case TCP_ZEROCOPY_RECEIVE: /* no pages of ours can be given away */
		return -ENOPROTOOPT;
	default:
		return NOT_OURS;
	}
}

static int get_dgram(const struct sock *s, int level, int name, void *val,
		     socklen_t *len)
{
	/* struct so_timestamping, whose second member is a clock of a device */
	int n[2] = { udp_opt_get(s, level, name), 0 };
	bool both = level == SOL_SOCKET && (name == SO_TIMESTAMPING_OLD ||
					    name == SO_TIMESTAMPING_NEW);

	if (!both)
		return give_number(level, n[0], val, len);
	return give(n, sizeof(n), val, len);
}

/* Locked. 0, -errno, NOT_OURS. */
static int get_kept(struct sock *s, int level, int name, void *val,
		    socklen_t *len)
{
	enum opt_id id;
	int rc = NOT_OURS;

	if (s->type == SOCK_DGRAM && udp_opt_known(level, name))
		return get_dgram(s, level, name, val, len);
	if (level == SOL_SOCKET)
		rc = get_socket(s, name, val, len);
	else if (level == IPPROTO_TCP)
		rc = get_tcp(s, name, val, len);
	else if ((level == IPPROTO_IP && name == IP_MTU) ||
		 (level == IPPROTO_IPV6 && name == IPV6_MTU &&
		  s->family == AF_INET6))
		rc = get_mtu(s, val, len);
	if (rc != NOT_OURS)
		return rc;
	id = opt_find(level, name);
	if (id == OPT_N || !opt_fits(id, s->type, s->family))
		return NOT_OURS;
	return give_number(level, opt_get(&s->priv->opts, id), val, len);
}

/* An option of which nothing was ever set: as a new socket has it. */
static int ask_kernel_get(const struct sock *s, int level, int name, void *val,
			  socklen_t *len)
{
	int fd = cold_model(s), rc;

	if (fd < 0)
		return -ENOPROTOOPT;
	rc = host.getsockopt(fd, level, name, val, len) < 0 ? -errno : 0;
	own_close(fd);
	return rc;
}

/* How many bytes there is room for, `most` at most. */
static int take_room(socklen_t *n, const socklen_t *len, size_t most)
{
	if (ix_user_get(n, len, sizeof(*n)) < 0)
		return -EFAULT;
	if ((int)*n < 0)
		return -EINVAL;
	if (*n > most)
		*n = (socklen_t)most;
	return 0;
}

static int put_value(void *val, socklen_t *len, const void *from, socklen_t n)
{
	if (ix_user_put(val, from, n) < 0)
		return -EFAULT;
	return ix_user_put(len, &n, sizeof(n));
}

/*
 * The kernel's socket, while there is one, and after it one that stands for it:
 * the number stays.
 */
static int get_cookie(int fd, struct sock *s, void *val, socklen_t *len)
{
	uint64_t *cookie = &s->priv->cookie, fresh;
	socklen_t n = sizeof(fresh), room;
	uint64_t none = 0;
	int rc = take_room(&room, len, n);

	if (rc < 0 || room < n)
		return rc < 0 ? rc : -EINVAL;
	if (s->world == WORLD_STACK && !*cookie)
		rc = ask_kernel_get(s, SOL_SOCKET, SO_COOKIE, &fresh, &n);
	else if (s->world != WORLD_STACK &&
		 host.getsockopt(fd, SOL_SOCKET, SO_COOKIE, &fresh, &n) < 0)
		rc = -errno;
	else if (s->world == WORLD_STACK)
		fresh = *cookie;
	if (rc < 0)
		return rc;
	__atomic_compare_exchange_n(cookie, &none, fresh, false,
				    __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	return put_value(val, len, cookie, sizeof(*cookie));
}

static int get_stack(int fd, struct sock *s, int level, int name, void *val,
		     socklen_t *len)
{
	char copy[VALUE_SHOWN];
	enum cold_id id;
	socklen_t n;
	int rc = take_room(&n, len, sizeof(copy));

	if (rc < 0)
		return rc;
	if (!sock_lock(fd, s))
		return -EBADF;
	sock_poll_once(s);
	rc = get_kept(s, level, name, copy, &n);
	sock_unlock(s);
	if (rc == NOT_OURS) {
		id = cold_find(s, level, name);
		if (id == COLD_N)
			return ask_kernel_get(s, level, name, val, len);
		rc = cold_read(s, id, level, name, copy, &n);
	}
	return rc < 0 ? rc : put_value(val, len, copy, n);
}

int inet_getopt(int fd, struct sock *s, int level, int name, void *val,
		socklen_t *len)
{
	bool stack_error = s->so_error && level == SOL_SOCKET &&
			   name == SO_ERROR;

	if (level == SOL_SOCKET && name == SO_COOKIE)
		return get_cookie(fd, s, val, len);
	if (s->world == WORLD_STACK || stack_error)
		return get_stack(fd, s, level, name, val, len);
	if (host.getsockopt(fd, level, name, val, len) < 0)
		return -errno;
	if (s->state == SS_LISTEN && level == IPPROTO_TCP && name == TCP_INFO)
		add_info(s, val, *len);
	return 0;
}
