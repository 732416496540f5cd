// SPDX-License-Identifier: MIT
/*
 * shapes - the structures behind a PTR, and the pointers and numbers in them
 */
#include <linux/filter.h>
#include <linux/sched.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "../hole.h"
#include "table.h"

/* --- vectors --- */
#define IOV(n, field) \
	(TOP + (n) * sizeof(struct iovec) + offsetof(struct iovec, field))
#define PART 16

static void vector(char *area)
{
	struct iovec *iov = (struct iovec *)(area + TOP);
	int i;

	for (i = 0; i < 2; i++)
		iov[i] = (struct iovec){ area + NESTED + i * 256, PART };
}

#define VECTOR(row, way)                                                    \
	{                                                                   \
		row, NULL, 1, READ_BY, 2 * sizeof(struct iovec), vector,    \
			{ { "iov[0]", IOV(0, iov_base), way, PART },        \
			  { "iov[1]", IOV(1, iov_base), way, PART } },      \
		{                                                           \
			{ "iov_len[0]", IOV(0, iov_len), 8, 1 << 20 },      \
			{                                                   \
				"iov_len[1]", IOV(1, iov_len), 8, INT64_MAX \
			}                                                   \
		}                                                           \
	}

/* --- messages: the header, and from AT on what it points to --- */
#define HEADER(n, field) \
	(TOP + (n) * sizeof(struct mmsghdr) + offsetof(struct msghdr, field))
#define AT(n) (NESTED + (n)*1024)
#define AT_IOV 0
#define AT_DATA 64
#define AT_NAME 192
#define AT_CONTROL 320
#define CONTROL 64

static void message(char *area, unsigned n, bool send)
{
	struct msghdr *m = (struct msghdr *)(area + HEADER(n, msg_name));
	char *at = area + AT(n);
	struct sockaddr_in *to = (struct sockaddr_in *)(at + AT_NAME);
	struct cmsghdr *c = (struct cmsghdr *)(at + AT_CONTROL);

	*(struct iovec *)(at + AT_IOV) = (struct iovec){ at + AT_DATA, PART };
	*m = (struct msghdr){ .msg_name = to,
			      .msg_namelen = sizeof(*to),
			      .msg_iov = (struct iovec *)(at + AT_IOV),
			      .msg_iovlen = 1,
			      .msg_control = c,
			      .msg_controllen = send ? CMSG_LEN(4) : CONTROL };
	if (!send)
		return;
	*to = (struct sockaddr_in){ .sin_family = AF_INET,
				    .sin_port = htons(9),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	*c = (struct cmsghdr){ CMSG_LEN(4), IPPROTO_IP, IP_TTL };
	*(int *)CMSG_DATA(c) = 64;
}

static void sent(char *area)
{
	message(area, 0, true);
}

static void received(char *area)
{
	message(area, 0, false);
}

static void all_sent(char *area)
{
	message(area, 0, true);
	message(area, 1, true);
}

static void all_received(char *area)
{
	message(area, 0, false);
	message(area, 1, false);
}

#define MESSAGE(n, way, control)                                              \
	{ "msg_name", HEADER(n, msg_name), way, sizeof(struct sockaddr_in) }, \
		{ "msg_iov", HEADER(n, msg_iov), READ_BY,                     \
		  sizeof(struct iovec) },                                     \
		{ "iov_base", AT(n) + AT_IOV, way, PART },                    \
	{                                                                     \
		"msg_control", HEADER(n, msg_control), way, control           \
	}
#define MESSAGE_COUNTS(n)                                                 \
	{ "msg_namelen", HEADER(n, msg_namelen), 4, 128 },                \
		{ "msg_iovlen", HEADER(n, msg_iovlen), 8, 64 },           \
		{ "msg_controllen", HEADER(n, msg_controllen), 8, 8192 }, \
	{                                                                 \
		"iov_len", AT(n) + AT_IOV + 8, 8, 1 << 20                 \
	}
#define MESSAGES(row, size, is, build, way, control, ...)          \
	{                                                          \
		row, NULL, 1, is, size, build,                     \
			{ MESSAGE(0, way, control), __VA_ARGS__ }, \
		{                                                  \
			MESSAGE_COUNTS(0)                          \
		}                                                  \
	}

/* --- others --- */
static void polled(char *area)
{
	struct pollfd *p = (struct pollfd *)(area + TOP);

	p[0] = (struct pollfd){ .fd = 0, .events = POLLOUT };
	p[1] = (struct pollfd){ .fd = -1, .events = POLLIN };
}

static void mask_pair(char *area)
{
	uint64_t *pair = (uint64_t *)(area + TOP);

	pair[0] = (uint64_t)(area + NESTED);
	pair[1] = 8;
	memset(area + NESTED, 0, 8);
}

static void strings(char *area)
{
	char **list = (char **)(area + TOP);

	list[0] = strcpy(area + NESTED, "hole=0");
	list[1] = NULL;
}

static void clone_args(char *area)
{
	struct clone_args *c = (struct clone_args *)(area + TOP);

	*c = (struct clone_args){
		.flags = CLONE_PARENT_SETTID | CLONE_CHILD_SETTID |
			 CLONE_CHILD_CLEARTID | CLONE_PIDFD,
		.exit_signal = SIGCHLD,
		.pidfd = (uint64_t)(area + NESTED),
		.parent_tid = (uint64_t)(area + NESTED + 16),
		.child_tid = (uint64_t)(area + NESTED + 32),
	};
}

static void interfaces(char *area)
{
	struct ifconf *c = (struct ifconf *)(area + TOP);

	memset(c, 0, sizeof(*c));
	c->ifc_len = 2 * sizeof(struct ifreq);
	c->ifc_buf = area + NESTED;
}

/* One instruction, which takes the whole packet. */
static void filter(char *area)
{
	struct sock_fprog *prog = (struct sock_fprog *)(area + TOP);
	struct sock_filter *code = (struct sock_filter *)(area + NESTED);

	memset(prog, 0, sizeof(*prog));
	*prog = (struct sock_fprog){ 1, code };
	*code = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, UINT32_MAX);
}

#define EXEC(row, arg, field)                                          \
	{                                                              \
		row, NULL, arg, READ_BY, 16, strings,                  \
			{ { field, TOP, READ_BY, sizeof("hole=0") } }, \
		{                                                      \
			{                                              \
				0                                      \
			}                                              \
		}                                                      \
	}
#define CLONE(field) (TOP + offsetof(struct clone_args, field))
#define FILTER(option)                                                       \
	{                                                                    \
		"setsockopt", option, 3, READ_BY, sizeof(struct sock_fprog), \
			filter,                                              \
			{ { "filter",                                        \
			    TOP + offsetof(struct sock_fprog, filter),       \
			    READ_BY, sizeof(struct sock_filter) } },         \
		{                                                            \
			{                                                    \
				"len", TOP, 2, 4096                          \
			}                                                    \
		}                                                            \
	}

static const struct shape shapes[] = {
	VECTOR("readv", WRITTEN_BY),
	VECTOR("writev", READ_BY),
	VECTOR("preadv", WRITTEN_BY),
	VECTOR("pwritev", READ_BY),
	VECTOR("preadv2", WRITTEN_BY),
	VECTOR("pwritev2", READ_BY),
	VECTOR("vmsplice", READ_BY),
	MESSAGES("sendmsg", sizeof(struct msghdr), READ_BY, sent, READ_BY,
		 CMSG_LEN(4)),
	MESSAGES("recvmsg", sizeof(struct msghdr), BOTH_BY, received,
		 WRITTEN_BY, CONTROL),
	MESSAGES("sendmmsg", 2 * sizeof(struct mmsghdr), BOTH_BY, all_sent,
		 READ_BY, CMSG_LEN(4), MESSAGE(1, READ_BY, CMSG_LEN(4))),
	MESSAGES("recvmmsg", 2 * sizeof(struct mmsghdr), BOTH_BY, all_received,
		 WRITTEN_BY, CONTROL, MESSAGE(1, WRITTEN_BY, CONTROL)),
	{ "poll", NULL, 0, BOTH_BY, 16, polled, { { 0 } }, { { 0 } } },
	{ "ppoll", NULL, 0, BOTH_BY, 16, polled, { { 0 } }, { { 0 } } },
	{ "pselect6",
	  NULL,
	  5,
	  READ_BY,
	  16,
	  mask_pair,
	  { { "mask", TOP, READ_BY, 8 } },
	  { { "size", TOP + 8, 8, 4096 } } },
	EXEC("execve", 1, "argv[0]"),
	EXEC("execve", 2, "envp[0]"),
	EXEC("execveat", 2, "argv[0]"),
	EXEC("execveat", 3, "envp[0]"),
	{ "clone3",
	  NULL,
	  0,
	  READ_BY,
	  sizeof(struct clone_args),
	  clone_args,
	  { { "pidfd", CLONE(pidfd), WRITTEN_BY, 4 },
	    { "parent_tid", CLONE(parent_tid), WRITTEN_BY, 4 },
	    { "child_tid", CLONE(child_tid), WRITTEN_BY, 4 },
	    { "set_tid", CLONE(set_tid), READ_BY, 4 } },
	  { { "set_tid_size", CLONE(set_tid_size), 8, 4 } } },
	{ "ioctl",
	  "SIOCGIFCONF",
	  2,
	  BOTH_BY,
	  sizeof(struct ifconf),
	  interfaces,
	  { { "ifc_buf", TOP + offsetof(struct ifconf, ifc_buf), WRITTEN_BY,
	      2 * sizeof(struct ifreq) } },
	  { { "ifc_len", TOP, 4, 1 << 20 } } },
	FILTER("SO_ATTACH_FILTER"),
	FILTER("SO_ATTACH_REUSEPORT_CBPF"),
};

const struct shape *shape_of(const struct variant *v, int arg)
{
	size_t i;

	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		const struct shape *s = &shapes[i];

		if (s->arg == arg && !strcmp(s->row, v->row->name) &&
		    (!s->variant || !strcmp(s->variant, v->name)))
			return s;
	}
	return NULL;
}
