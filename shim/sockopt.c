// SPDX-License-Identifier: MIT
/*
 * sockopt.c - setsockopt and getsockopt
 */
#include <netinet/in.h>
#include <string.h>
#include <sys/time.h>

#include "shim/calls.h"
#include "shim/fd.h"
#include "shim/priv.h"
#include "shim/tcp_info.h"

#define BUF_MAX 212992 /* net.core.rmem_max and wmem_max as Linux has them */
#define RCVBUF_MIN 2304
#define SNDBUF_MIN 4608
#define RCVBUF_DEFAULT 131072
#define SNDBUF_DEFAULT 262144
#define CONGESTION "cubic" /* what the stack runs */

#define NOT_OURS 1 /* an option that the tables do not know */

/*
 * Set
 */
/* The options of IP take a byte as well. */
static int int_arg(int level, const void *val, socklen_t len, int *out)
{
	if (!val)
		return -EFAULT;
	if (len >= sizeof(int))
		memcpy(out, val, sizeof(int));
	else if (len >= 1 && level == IPPROTO_IP)
		*out = *(const unsigned char *)val;
	else
		return -EINVAL;
	return 0;
}

static int set_time(int64_t *out_ns, const void *val, socklen_t len)
{
	struct timeval tv;

	if (len < sizeof(tv))
		return -EINVAL;
	memcpy(&tv, val, sizeof(tv));
	if (tv.tv_usec < 0 || tv.tv_usec >= 1000000)
		return -EDOM;
	if (tv.tv_sec < 0)
		tv.tv_sec = 0;
	*out_ns = tv.tv_sec > INT32_MAX ? 0 :
					  tv.tv_sec * INT64_C(1000000000) +
						  tv.tv_usec * INT64_C(1000);
	return 0;
}

static int set_linger(struct sock *s, const void *val, socklen_t len)
{
	struct linger l;

	if (len < sizeof(l))
		return -EINVAL;
	memcpy(&l, val, sizeof(l));
	s->priv->opts.linger = l.l_onoff ? l.l_linger & INT32_MAX : -1;
	return 0;
}

static int set_buf(struct sock *s, int name, int val)
{
	struct opts *o = &s->priv->opts;
	bool rcv = name == SO_RCVBUF || name == SO_RCVBUFFORCE;
	int least = (rcv ? RCVBUF_MIN : SNDBUF_MIN) / 2;

	if (val > BUF_MAX || val < 0)
		val = BUF_MAX;
	if (val < least)
		val = least;
	if (rcv)
		o->rcvbuf = val;
	else
		o->sndbuf = val;
	if (s->o.handle && (rcv || s->o.kind == IX_KIND_TCP))
		ix_setopt(&s->o, rcv ? IX_OPT_RCVBUF : IX_OPT_SNDBUF,
			  (uint32_t)val);
	return 0;
}

static int set_socket(struct sock *s, int name, const void *val, socklen_t len)
{
	int n, rc;

	switch (name) {
	case SO_RCVTIMEO_OLD:
	case SO_RCVTIMEO_NEW:
		return set_time(&s->rcvtimeo_ns, val, len);
	case SO_SNDTIMEO_OLD:
	case SO_SNDTIMEO_NEW:
		return set_time(&s->sndtimeo_ns, val, len);
	case SO_LINGER:
		return set_linger(s, val, len);
	case SO_RCVBUF:
	case SO_RCVBUFFORCE:
	case SO_SNDBUF:
	case SO_SNDBUFFORCE:
		rc = int_arg(SOL_SOCKET, val, len, &n);
		return rc < 0 ? rc : set_buf(s, name, n);
	default:
		return NOT_OURS;
	}
}

static int set_table(struct sock *s, int level, enum opt_id id, const void *val,
		     socklen_t len)
{
	struct opts *o = &s->priv->opts;
	int n, rc = int_arg(level, val, len, &n);

	if (rc == 0)
		rc = opt_clamp(id, n, &n);
	if (rc < 0)
		return rc;
	if (id == OPT_V6ONLY) {
		if (s->priv->bound || s->state != SS_INIT)
			return -EINVAL;
		s->v6only = n != 0;
	}
	o->val[id] = n;
	o->set |= UINT64_C(1) << id;
	if (s->o.kind != IX_KIND_LISTENER)
		opt_push(s, id);
	return 0;
}

static int set_congestion(const void *val, socklen_t len)
{
	size_t n = strlen(CONGESTION);

	return len >= n && memcmp(val, CONGESTION, n) == 0 &&
			       (len == n || ((const char *)val)[n] == 0) ?
		       0 :
		       -ENOENT;
}

/* Locked. 0, -errno, NOT_OURS. */
static int set_kept(struct sock *s, int level, int name, const void *val,
		    socklen_t len)
{
	enum opt_id id = opt_find(level, name);

	if (id != OPT_N && opt_fits(id, s->type, s->family))
		return set_table(s, level, id, val, len);
	if (level == SOL_SOCKET)
		return set_socket(s, name, val, len);
	if (level == IPPROTO_TCP && name == TCP_CONGESTION &&
	    s->type == SOCK_STREAM)
		return set_congestion(val, len);
	return NOT_OURS;
}

/*
 * What the kernel says of an option that we do not know, from a socket like
 * s: its errno. What would work there is refused: we would only pretend.
 */
static int ask_kernel_set(const struct sock *s, int level, int name,
			  const void *val, socklen_t len)
{
	int fd = real_socket(s->family, s->type | SOCK_CLOEXEC, 0);
	int rc;

	if (fd < 0)
		return -ENOPROTOOPT;
	rc = real_setsockopt(fd, level, name, val, len) < 0 ? -errno :
							      -ENOPROTOOPT;
	real_close(fd);
	return rc;
}

static int set_stack(int fd, struct sock *s, int level, int name,
		     const void *val, socklen_t len)
{
	int rc;

	if (!val)
		return -EFAULT;
	if (!sock_lock(fd, s))
		return -EBADF;
	rc = set_kept(s, level, name, val, len);
	sock_unlock(s);
	return rc == NOT_OURS ? ask_kernel_set(s, level, name, val, len) : rc;
}

int call_setsockopt(int fd, int level, int name, const void *val, socklen_t len)
{
	struct sock *s = fd_sock_fast(fd);

	if (s && s->world == SOCK_STACK)
		return (int)ret_errno(set_stack(fd, s, level, name, val, len));
	if (real_setsockopt(fd, level, name, val, len) < 0)
		return -1;
	if (s && s->world != SOCK_KERNEL && val && sock_lock(fd, s)) {
		set_kept(s, level, name, val, len);
		sock_unlock(s);
	}
	return 0;
}

/*
 * Get
 */
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

static int give_time(int64_t ns, void *val, socklen_t *len)
{
	struct timeval tv = {
		.tv_sec = ns > 0 ? ns / 1000000000 : 0,
		.tv_usec = ns > 0 ? ns % 1000000000 / 1000 : 0,
	};

	return give(&tv, sizeof(tv), val, len);
}

static int give_linger(const struct opts *o, void *val, socklen_t *len)
{
	struct linger l = {
		.l_onoff = o->linger >= 0,
		.l_linger = o->linger > 0 ? o->linger : 0,
	};

	return give(&l, sizeof(l), val, len);
}

static int shown_buf(int val, int least, int first)
{
	if (!val)
		return first;
	return 2 * val < least ? least : 2 * val;
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
		return give_int(shown_buf(o->rcvbuf, RCVBUF_MIN,
					  RCVBUF_DEFAULT),
				val, len);
	case SO_SNDBUF:
		return give_int(shown_buf(o->sndbuf, SNDBUF_MIN,
					  SNDBUF_DEFAULT),
				val, len);
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

static int get_maxseg(struct sock *s, void *val, socklen_t *len)
{
	struct ix_conn_info ci;

	if (s->o.kind == IX_KIND_TCP && s->state == SS_CONNECTED &&
	    ix_gate()->conn_info(s->o.et, s->o.handle, &ci) == 0)
		return give_int((int)ci.mss, val, len);
	return give_int(opt_get(&s->priv->opts, OPT_MAXSEG), val, len);
}

static int get_tcp(struct sock *s, int name, void *val, socklen_t *len)
{
	if (s->type != SOCK_STREAM)
		return NOT_OURS;
	switch (name) {
	case TCP_INFO:
		*len = tcp_info_get(s, val, *len);
		return 0;
	case TCP_CONGESTION:
		return give(CONGESTION, sizeof(CONGESTION), val, len);
	case TCP_MAXSEG:
		return get_maxseg(s, val, len);
	default:
		return NOT_OURS;
	}
}

/* Locked. 0, -errno, NOT_OURS. */
static int get_kept(struct sock *s, int level, int name, void *val,
		    socklen_t *len)
{
	enum opt_id id;
	int rc = NOT_OURS;

	if (level == SOL_SOCKET)
		rc = get_socket(s, name, val, len);
	else if (level == IPPROTO_TCP)
		rc = get_tcp(s, name, val, len);
	if (rc != NOT_OURS)
		return rc;
	id = opt_find(level, name);
	if (id == OPT_N || !opt_fits(id, s->type, s->family))
		return NOT_OURS;
	return give_int(opt_get(&s->priv->opts, id), val, len);
}

/* An option of which nothing was ever set: as a new socket has it. */
static int ask_kernel_get(const struct sock *s, int level, int name, void *val,
			  socklen_t *len)
{
	int fd = real_socket(s->family, s->type | SOCK_CLOEXEC, 0);
	int rc;

	if (fd < 0)
		return -ENOPROTOOPT;
	rc = real_getsockopt(fd, level, name, val, len) < 0 ? -errno : 0;
	real_close(fd);
	return rc;
}

static int get_stack(int fd, struct sock *s, int level, int name, void *val,
		     socklen_t *len)
{
	int rc;

	if (!val || !len)
		return -EFAULT;
	if ((int)*len < 0)
		return -EINVAL;
	if (!sock_lock(fd, s))
		return -EBADF;
	sock_poll_once(s);
	rc = get_kept(s, level, name, val, len);
	sock_unlock(s);
	return rc == NOT_OURS ? ask_kernel_get(s, level, name, val, len) : rc;
}

int call_getsockopt(int fd, int level, int name, void *val, socklen_t *len)
{
	struct sock *s = fd_sock_fast(fd);
	bool stack_error = s && s->world == SOCK_BOTH && s->so_error &&
			   level == SOL_SOCKET && name == SO_ERROR;

	if (s && (s->world == SOCK_STACK || stack_error))
		return (int)ret_errno(get_stack(fd, s, level, name, val, len));
	return real_getsockopt(fd, level, name, val, len);
}
