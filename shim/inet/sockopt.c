// SPDX-License-Identifier: MIT
/*
 * sockopt.c - setsockopt and getsockopt
 *
 * What becomes of each option: fates.h.
 */
#include <linux/filter.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/time.h>

#include "base/timespec.h"
#include "libix/share/usermem.h"
#include "shim/front/calls.h"
#include "shim/host/host.h"
#include "shim/option/cold.h"
#include "shim/option/fates.h"
#include "shim/object/fd.h"
#include "shim/option/filter.h"
#include "shim/option/priv.h"
#include "shim/inet/tcp.h"
#include "shim/option/tcp_info.h"
#include "shim/inet/udp.h"

#define BUF_MAX 212992 /* if the kernel does not say */
#define RCVBUF_DEFAULT 131072
#define SNDBUF_DEFAULT 262144
#define FILTER_WHOLE 65535u /* bytes that any packet has at most */
#define MSS_DEFAULT 536	    /* RFC 9293 3.7.1 */
#define INFO_LEAST 232	    /* what Linux 5.4 and later tell in TCP_INFO */

#define TIME_MAX_S INT64_C(9000000000) /* what counts as for ever */

#define VALUE_READ 16	/* bytes of a value that is read here, at most */
#define VALUE_SHOWN 512 /* ... that get_kept() gives */

#define NOT_OURS 1 /* getsockopt: ask the kernel */

/* SO_MEMINFO: linux/sock_diag.h, SK_MEMINFO_* */
enum { MEM_RCV, MEM_RCVBUF, MEM_SND, MEM_SNDBUF, MEM_N = 9 };

/*
 * Set
 */
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

	if (cold_get(s, COLD_LOCK_FILTER, 0) && s->world == SOCK_STACK)
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

/* Locked. What our side makes of it; 0, -errno. */
static int set_kept(struct sock *s, enum fate fate, int level, int name,
		    const void *val, socklen_t len)
{
	if (fate == FATE_NUMBER)
		return set_table(s, level, opt_find(level, name), val, len);
	if (fate == FATE_DGRAM)
		return udp_opt_set(s, level, name, val, len);
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
	sock_unlock(s);
	return rc;
}

/* Of a connection Linux takes no option of its beginning. */
static bool too_late(const struct sock *s, enum cold_id id)
{
	return (id == COLD_FASTOPEN_CONNECT && !tcp_closed(s)) ||
	       (id == COLD_FASTOPEN_NO_COOKIE && !tcp_closed(s) &&
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
	if (fate != FATE_NEVER && s->world != SOCK_BOTH)
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

int call_setsockopt(int fd, int level, int name, const void *val, socklen_t len)
{
	struct sock *s = fd_sock_fast(fd);

	if (!s || s->world == SOCK_KERNEL)
		return host.setsockopt(fd, level, name, val, len);
	return (int)ret_errno(s->world == SOCK_STACK ?
				      set_stack(fd, s, level, name, val, len) :
				      set_early(fd, s, level, name, val, len));
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
	if (s->world == SOCK_STACK && !*cookie)
		rc = ask_kernel_get(s, SOL_SOCKET, SO_COOKIE, &fresh, &n);
	else if (s->world != SOCK_STACK &&
		 host.getsockopt(fd, SOL_SOCKET, SO_COOKIE, &fresh, &n) < 0)
		rc = -errno;
	else if (s->world == SOCK_STACK)
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

int call_getsockopt(int fd, int level, int name, void *val, socklen_t *len)
{
	struct sock *s = fd_sock_fast(fd);
	bool stack_error = s && s->world != SOCK_KERNEL && s->so_error &&
			   level == SOL_SOCKET && name == SO_ERROR;
	bool ours = s && s->world != SOCK_KERNEL;
	int rc;

	if (ours && level == SOL_SOCKET && name == SO_COOKIE)
		return (int)ret_errno(get_cookie(fd, s, val, len));
	if (ours && (s->world == SOCK_STACK || stack_error))
		return (int)ret_errno(get_stack(fd, s, level, name, val, len));
	rc = host.getsockopt(fd, level, name, val, len);
	if (rc == 0 && ours && s->state == SS_LISTEN && level == IPPROTO_TCP &&
	    name == TCP_INFO)
		add_info(s, val, *len);
	return rc;
}
