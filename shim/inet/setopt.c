// SPDX-License-Identifier: MIT
/*
 * setopt.c - setsockopt
 *
 * What becomes of each option: fates.h.
 */
#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/time.h>

#include "base/units.h"
#include "libix/share/usermem.h"
#include "shim/host/host.h"
#include "shim/inet/setopt.h"
#include "shim/inet/udp_err.h"
#include "shim/inet/udp_io.h"
#include "shim/inet/world.h"
#include "shim/object/sock.h"
#include "shim/option/cold.h"
#include "shim/option/fates.h"
#include "shim/option/filter.h"
#include "shim/option/priv.h"

#define BUF_MAX 212992	    /* if the kernel does not say */
#define FILTER_WHOLE 65535u /* bytes that any packet has at most */

#define TIME_MAX_S INT64_C(9000000000) /* what counts as for ever */

#define VALUE_READ 16 /* bytes of a value that is read here, at most */

/* The options of IP take a byte as well, and most of them nothing. */
static int int_arg(int level, enum opt_id id, const void *val, socklen_t len,
		   int *out)
{
	if (len >= sizeof(int)) {
		memcpy(out, val, sizeof(int));
		return 0;
	}
	if (level != IPPROTO_IP)
		return -EINVAL;
	*out = len ? *(const unsigned char *)val : 0;
	return len ? 0 : opt_empty(id);
}

static int set_time(int64_t *out_ns, const void *val, socklen_t len)
{
	struct timeval tv;

	if (len < sizeof(tv))
		return -EINVAL;
	memcpy(&tv, val, sizeof(tv));
	if (tv.tv_usec < 0 || tv.tv_usec >= USEC_PER_SEC)
		return -EDOM;
	if (tv.tv_sec < 0)
		*out_ns = -1;
	else if (tv.tv_sec > TIME_MAX_S)
		*out_ns = 0;
	else
		*out_ns = tv.tv_sec * NSEC_PER_SEC + tv.tv_usec * NSEC_PER_USEC;
	return 0;
}

static int set_linger(struct sock *s, const void *val, socklen_t len)
{
	struct opts *o = &s->priv->opts;
	struct linger l;

	if (len < sizeof(l))
		return -EINVAL;
	memcpy(&l, val, sizeof(l));
	if (l.l_onoff)
		o->linger_time = l.l_linger;
	o->linger = !l.l_onoff ? -1 : l.l_linger & INT32_MAX;
	return 0;
}

/* net.core.rmem_max or wmem_max: what a socket of the kernel is given. */
static int buf_max(const struct sock *s, bool rcv)
{
	static int known[2];
	int n = known[rcv], most = INT32_MAX,
	    name = rcv ? SO_RCVBUF : SO_SNDBUF;
	socklen_t len = sizeof(n);
	int fd;

	if (n)
		return n;
	fd = cold_model(s);
	if (fd < 0)
		return BUF_MAX;
	if (host.setsockopt(fd, SOL_SOCKET, name, &most, sizeof(most)) < 0 ||
	    host.getsockopt(fd, SOL_SOCKET, name, &n, &len) < 0)
		n = 2 * BUF_MAX;
	own_close(fd);
	known[rcv] = n / 2;
	return n / 2;
}

static int set_buf(struct sock *s, int name, int val)
{
	struct opts *o = &s->priv->opts;
	bool rcv = name == SO_RCVBUF || name == SO_RCVBUFFORCE;
	int least = (rcv ? RCVBUF_MIN : SNDBUF_MIN) / 2;
	bool force = name == SO_RCVBUFFORCE || name == SO_SNDBUFFORCE;
	int most = force ? INT32_MAX / 2 : buf_max(s, rcv);

	if (val < 0)
		val = force ? 0 : most;
	if (val > most)
		val = most;
	if (val < least)
		val = least;
	if (rcv)
		o->rcvbuf = val;
	else
		o->sndbuf = val;
	if (s->o.handle && rcv)
		ix_setopt(&s->o, IX_OPT_RCVBUF, (uint32_t)val);
	else if (s->o.handle && s->o.kind == IX_KIND_TCP)
		/* as much as is told */
		ix_setopt(&s->o, IX_OPT_SNDBUF, 2 * (uint32_t)val);
	return 0;
}

/*
 * What a filter of a stream, which the kernel has found well-formed, does with
 * all packets; FILTER_NONE: it tells them apart, which the stack does not.
 */
static enum filter filter_of(const void *val, socklen_t len)
{
	struct sock_filter first;
	struct sock_fprog prog;

	if (len < sizeof(prog) || ix_user_get(&prog, val, sizeof(prog)) < 0 ||
	    !prog.len || ix_user_get(&first, prog.filter, sizeof(first)) < 0 ||
	    first.code != (BPF_RET | BPF_K))
		return FILTER_NONE;
	if (!first.k)
		return FILTER_DROPS;
	return first.k >= FILTER_WHOLE ? FILTER_PASSES : FILTER_NONE;
}

static int set_filter(struct sock *s, int name, const void *val, socklen_t len)
{
	struct opts *o = &s->priv->opts;
	enum filter f = FILTER_NONE;

	if (cold_get(s, COLD_LOCK_FILTER, 0) && s->world == WORLD_STACK)
		return -EPERM;
	if (name == SO_ATTACH_FILTER)
		f = filter_of(val, len);
	else if (!o->filter)
		return -ENOENT;
	if (name == SO_ATTACH_FILTER && !f)
		return -ENOPROTOOPT;
	o->filter = (uint8_t)f;
	opts_push_rest(s);
	return 0;
}

static int set_socket(struct sock *s, int name, const void *val, socklen_t len)
{
	int n;

	switch (name) {
	case SO_RCVTIMEO_OLD:
	case SO_RCVTIMEO_NEW:
		return set_time(&s->rcvtimeo_ns, val, len);
	case SO_SNDTIMEO_OLD:
	case SO_SNDTIMEO_NEW:
		return set_time(&s->sndtimeo_ns, val, len);
	case SO_LINGER:
		return set_linger(s, val, len);
	case SO_ATTACH_FILTER:
	case SO_DETACH_FILTER:
		return set_filter(s, name, val, len);
	default:
		if (len < sizeof(n))
			return -EINVAL;
		memcpy(&n, val, sizeof(n));
		return set_buf(s, name, n);
	}
}

/* The traffic control's band of a type of service, as Linux chooses it. */
static int tos_priority(int tos)
{
	static const uint8_t band[] = { 0, 2, 6, 4 };

	return band[tos >> 3 & 3];
}

static int set_table(struct sock *s, int level, enum opt_id id, const void *val,
		     socklen_t len)
{
	struct opts *o = &s->priv->opts;
	int n, rc = int_arg(level, id, val, len, &n);

	if (rc == 0)
		rc = opt_rule(s, id, n, &n);
	if (rc < 0)
		return rc;
	if (id == OPT_V6ONLY)
		s->v6only = n != 0;
	if (id == OPT_RECVERR && !n)
		udp_err_purge(s);
	if (id == OPT_TOS)
		cold_store(s, COLD_PRIORITY, tos_priority(n));
	o->val[id] = n;
	o->set |= UINT64_C(1) << id;
	opt_push(s, id);
	if (id == OPT_REUSEADDR || id == OPT_REUSEPORT)
		opts_push_share(s);
	return 0;
}

/* enum ix_cc; -EINVAL, or -ENOENT: the stack does not have it. */
static int congestion(const void *val, socklen_t len)
{
	char name[CONGESTION_MAX] = "";
	int i;

	if (!len)
		return -EINVAL;
	if (len > sizeof(name) - 1)
		len = sizeof(name) - 1;
	memcpy(name, val, len);
	for (i = 0; i < IX_CC_MAX; i++)
		if (strcmp(name, opts_congestion[i]) == 0)
			return i;
	return -ENOENT;
}

static int set_congestion(struct sock *s, const void *val, socklen_t len)
{
	int rc = congestion(val, len);

	if (rc < 0)
		return rc;
	s->priv->opts.cc = (uint8_t)rc;
	s->priv->opts.cc_set = 1;
	opts_push_rest(s);
	return 0;
}

static int set_dgram(struct sock *s, int level, int name, const void *val,
		     socklen_t len)
{
	int rc = udp_opt_set(s, level, name, val, len);

	if (rc == 0 && level == IPPROTO_UDP && name == UDP_CORK &&
	    !udp_on(&s->priv->udp, UDP_ON_CORK))
		dgram_uncork(s);
	return rc;
}

/* Locked. What our side makes of it; 0, -errno. */
static int set_kept(struct sock *s, enum fate fate, int level, int name,
		    const void *val, socklen_t len)
{
	if (fate == FATE_NUMBER)
		return set_table(s, level, opt_find(level, name), val, len);
	if (fate == FATE_DGRAM)
		return set_dgram(s, level, name, val, len);
	return level == IPPROTO_TCP ? set_congestion(s, val, len) :
				      set_socket(s, name, val, len);
}

static int keep(int fd, struct sock *s, enum fate fate, int level, int name,
		const void *val, socklen_t len)
{
	int rc;

	if (!sock_lock(fd, s))
		return -EBADF;
	rc = set_kept(s, fate, level, name, val, len);
	sock_unlock(s);
	return rc;
}

/*
 * What the kernel says of an option, from a socket like s: its errno; 0: it
 * would be taken.
 */
static int ask_kernel_set(const struct sock *s, int level, int name,
			  const void *val, socklen_t len)
{
	int fd = cold_model(s), rc;

	if (fd < 0)
		return -ENOPROTOOPT;
	rc = host.setsockopt(fd, level, name, val, len) < 0 ? -errno : 0;
	own_close(fd);
	return rc;
}

/* What would work there is refused here: we would only pretend. */
static int refuse(const struct sock *s, int level, int name, const void *val,
		  socklen_t len)
{
	return ask_kernel_set(s, level, name, val, len) ?: -ENOPROTOOPT;
}

/* What kfd, a socket of the kernel, makes of it is what we keep. */
static int keep_cold(int fd, struct sock *s, int kfd, int level, int name)
{
	enum cold_id id = cold_find(s, level, name);
	int n, rc = cold_learn(kfd, id, &n);

	if (rc < 0)
		return rc;
	if (id == COLD_LOCK_FILTER && !n && cold_get(s, id, 0))
		return -EPERM; /* for good */
	if (!sock_lock(fd, s))
		return -EBADF;
	rc = cold_store(s, id, n);
	if (rc == 0 && (id == COLD_DEVICE || id == COLD_PACING_RATE))
		opts_push_rest(s);
	sock_unlock(s);
	return rc;
}

/* Of a connection Linux takes no option of its beginning. */
static bool too_late(const struct sock *s, enum cold_id id)
{
	return (id == COLD_FASTOPEN_CONNECT && !sock_closed(s)) ||
	       (id == COLD_FASTOPEN_NO_COOKIE && !sock_closed(s) &&
		s->state != SS_LISTEN);
}

static int set_cold(int fd, struct sock *s, int level, int name,
		    const void *val, socklen_t len)
{
	int kfd = cold_model(s), rc;

	if (kfd < 0)
		return kfd;
	if (host.setsockopt(kfd, level, name, val, len) < 0)
		rc = -errno;
	else if (too_late(s, cold_find(s, level, name)))
		rc = -EINVAL;
	else
		rc = keep_cold(fd, s, kfd, level, name);
	own_close(kfd);
	return rc;
}

/* Of some the kernel knows who may, and whether they are well-formed. */
static int may_own(const struct sock *s, int level, int name, const void *val,
		   socklen_t len)
{
	if (level != SOL_SOCKET ||
	    (name != SO_RCVBUFFORCE && name != SO_SNDBUFFORCE &&
	     name != SO_ATTACH_FILTER))
		return 0;
	return ask_kernel_set(s, level, name, val, len);
}

static bool is_dgram_filter(const struct sock *s, int level, int name)
{
	return s->type == SOCK_DGRAM && level == SOL_SOCKET &&
	       (name == SO_ATTACH_FILTER || name == SO_DETACH_FILTER);
}

static int set_dgram_filter(struct sock *s, int name, const void *val,
			    socklen_t len)
{
	int kfd = cold_model(s), rc;

	if (kfd < 0)
		return kfd;
	rc = filter_set(s, kfd, name, val, len);
	own_close(kfd);
	return rc;
}

/* Of a socket that is the stack's alone. */
static int set_stack(int fd, struct sock *s, int level, int name,
		     const void *val, socklen_t len)
{
	enum fate fate = fate_of(s, level, name);
	int rc;

	if ((int)len < 0)
		return -EINVAL;
	if (!ix_user_readable(val, len < VALUE_READ ? len : VALUE_READ))
		return -EFAULT;
	switch (fate) {
	case FATE_NUMBER:
	case FATE_DGRAM:
		return keep(fd, s, fate, level, name, val, len);
	case FATE_OWN:
		if (is_dgram_filter(s, level, name))
			return set_dgram_filter(s, name, val, len);
		rc = may_own(s, level, name, val, len);
		return rc < 0 ? rc : keep(fd, s, fate, level, name, val, len);
	case FATE_COLD:
		return set_cold(fd, s, level, name, val, len);
	case FATE_NOTHING:
		return ask_kernel_set(s, level, name, val, len);
	default:
		return refuse(s, level, name, val, len);
	}
}

/* A socket that has it set so is the kernel's. The kernel would take it. */
static bool kernel_only(enum fate fate, int level, int name, const void *val,
			socklen_t len)
{
	if (fate == FATE_OWN && level == SOL_SOCKET && name == SO_ATTACH_FILTER)
		return !filter_of(val, len);
	return fate == FATE_UNKNOWN || (fate == FATE_DGRAM && val &&
					udp_opt_foreign(level, name, val, len));
}

/* Will our side obey what the kernel's would? */
static int may_set(const struct sock *s, enum fate fate, int level, int name,
		   const void *val, socklen_t len)
{
	int rc;

	/* the kernel says what is wrong with a value that is not there */
	if (level == IPPROTO_TCP && name == TCP_CONGESTION && (int)len > 0 &&
	    ix_user_readable(val, len < VALUE_READ ? len : VALUE_READ) &&
	    congestion(val, len) < 0)
		return ask_kernel_set(s, level, name, val, len) ?: -ENOENT;
	if (fate != FATE_NEVER && s->world != WORLD_BOTH)
		return 0;
	rc = ask_kernel_set(s, level, name, val, len);
	if (rc < 0)
		return rc;
	return fate == FATE_NEVER || kernel_only(fate, level, name, val, len) ?
		       -ENOPROTOOPT :
		       0;
}

/* Of a socket that is the kernel's for now, or on its side. */
static int set_early(int fd, struct sock *s, int level, int name,
		     const void *val, socklen_t len)
{
	enum fate fate = fate_of(s, level, name);
	int rc;

	if (is_dgram_filter(s, level, name) && (int)len >= (int)sizeof(int))
		return filter_set(s, fd, name, val, len);
	rc = may_set(s, fate, level, name, val, len);
	if (rc < 0)
		return rc;
	if (host.setsockopt(fd, level, name, val, len) < 0)
		return -errno;
	if (kernel_only(fate, level, name, val, len))
		sock_to_kernel(fd, s, WHY_OPTION);
	else if (fate == FATE_COLD)
		return keep_cold(fd, s, fd, level, name);
	else if (val && fate != FATE_NOTHING)
		keep(fd, s, fate, level, name, val, len);
	return 0;
}

int inet_setopt(int fd, struct sock *s, int level, int name, const void *val,
		socklen_t len)
{
	return s->world == WORLD_STACK ?
		       set_stack(fd, s, level, name, val, len) :
		       set_early(fd, s, level, name, val, len);
}
