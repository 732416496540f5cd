// SPDX-License-Identifier: MIT
/*
 * client.c - a question to some instances, all at once
 *
 * Each is in one of the states connecting, sending, reading, done. Who has not
 * ended his answer 5 s after the question has not answered.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/timespec.h"
#include "control/ixcp/ixcp.h"

#define TIMEOUT_MS 5000
#define AGAIN_MS 20		/* a full queue of connections */
#define MAX_ANSWER (64u << 20)	/* as long as any that an owner writes */
#define SHORT_ANSWER (1u << 18) /* where many are asked */

struct exchange {
	const struct instance *in;
	int fd; /* -1: not connected */
	bool done;
	int rc;
	size_t sent;
	char *text;
	size_t len, cap, most;
};

static int64_t now_ms(void)
{
	return (int64_t)monotonic_ns() / NSEC_PER_MSEC;
}

/*
 * The socket itself, not what a link leads to, made by the directory's owner;
 * -errno.
 */
static int open_node(const struct instance *in)
{
	struct stat st;
	int fd = openat(in->dir->fd, in->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode) &&
	    st.st_uid == in->dir->owner)
		return fd;
	close(fd);
	return -ENOTSOCK;
}

/* Who listens is who has the directory. */
static int check_peer(int fd, uid_t owner)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
		return -errno;
	return peer.uid == owner ? 0 : -EUCLEAN;
}

/* A descriptor, -EAGAIN: later, or -errno. */
static int connect_to(const struct instance *in)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int node = open_node(in), rc = 0;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (node < 0 || fd < 0)
		rc = node < 0 ? node : -errno;
	snprintf(un.sun_path, sizeof(un.sun_path), "/proc/self/fd/%d", node);
	if (rc == 0 && connect(fd, (struct sockaddr *)&un, sizeof(un)) < 0)
		rc = -errno;
	if (rc == 0)
		rc = check_peer(fd, in->dir->owner);
	if (node >= 0)
		close(node);
	if (rc == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return rc;
}

static int make_room(struct exchange *x)
{
	size_t cap = x->cap * 2 + 8192;
	char *more;

	if (x->cap - x->len >= 4096)
		return 0;
	if (x->len >= x->most)
		return -EFBIG;
	more = realloc(x->text, cap);
	if (!more)
		return -ENOMEM;
	x->text = more;
	x->cap = cap;
	return 0;
}

/* 1: at the end; 0: there may be more; -EAGAIN, or -errno. */
static int read_some(struct exchange *x)
{
	int rc = make_room(x);
	ssize_t n;

	if (rc < 0)
		return rc;
	n = read(x->fd, x->text + x->len, x->cap - x->len);
	if (n < 0 && errno == ECONNRESET && x->len)
		return 1; /* it has not read all that we sent */
	if (n < 0)
		return -errno;
	x->len += (size_t)n;
	return n == 0;
}

/* Who refuses does so without reading, and closes. */
static int send_some(struct exchange *x, const char *request)
{
	size_t left = strlen(request + x->sent);
	ssize_t n = send(x->fd, request + x->sent, left, MSG_NOSIGNAL);

	if (n < 0 && errno != EPIPE)
		return -errno;
	x->sent += n < 0 ? left : (size_t)n;
	return 0;
}

/* One step of it; as read_some(). */
static int step(struct exchange *x, const char *request)
{
	if (x->fd < 0) {
		x->fd = connect_to(x->in);
		return x->fd < 0 ? x->fd : 0;
	}
	if (request[x->sent])
		return send_some(x, request);
	return read_some(x);
}

/* As far as it goes without waiting. */
static void go_on(struct exchange *x, const char *request)
{
	int rc;

	do
		rc = step(x, request);
	while (rc == 0 || rc == -EINTR);
	if (rc == -EAGAIN)
		return;
	x->done = true;
	x->rc = rc < 0 ? rc : 0;
}

/* Wait for those that are not done; how many these are. */
static nfds_t wait_for(const struct exchange *x, size_t n, const char *request,
		       struct pollfd *p, int64_t left)
{
	nfds_t k = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (x[i].done)
			continue;
		if (x[i].fd < 0 && left > AGAIN_MS)
			left = AGAIN_MS;
		p[k++] = (struct pollfd){ .fd = x[i].fd,
					  .events = request[x[i].sent] ?
							    POLLOUT :
							    POLLIN };
	}
	if (k)
		poll(p, k, (int)left);
	return k;
}

static void run(struct exchange *x, size_t n, const char *request)
{
	struct pollfd p[IXCP_MAX_INSTANCES];
	int64_t end = now_ms() + TIMEOUT_MS, left;
	size_t i;

	do {
		for (i = 0; i < n; i++)
			if (!x[i].done)
				go_on(&x[i], request);
		left = end - now_ms();
	} while (left > 0 && wait_for(x, n, request, p, left));
	for (i = 0; i < n; i++)
		if (!x[i].done)
			x[i].rc = -ETIMEDOUT;
}

static const char *reason(int rc)
{
	switch (rc) {
	case -EACCES:
	case -EPERM:
		return "only its owner and root may ask it";
	case -ECONNREFUSED:
	case -ENOENT:
		return "it does not run any more";
	case -ETIMEDOUT:
		return "it does not answer";
	case -EFBIG:
		return "its answer has no end";
	case -EUCLEAN:
		return "who listens there is not its owner";
	default:
		return strerror(-rc);
	}
}

static void fail(struct answer *out, const struct instance *in, int rc,
		 const char *why)
{
	out->rc = rc;
	snprintf(out->err, sizeof(out->err), "%s/%s: %s", in->dir->path,
		 in->name, why);
}

static void refuse(struct answer *out, const char *why)
{
	out->rc = -EIO;
	snprintf(out->err, sizeof(out->err), "%s", why);
}

static void parse(const struct exchange *x, struct answer *out)
{
	json_error_t e;
	const char *refused;

	out->doc = json_loadb(x->text ? x->text : "", x->len, 0, &e);
	refused = json_string_value(json_object_get(out->doc, "error"));
	if (!json_is_object(out->doc))
		fail(out, x->in, -EPROTO, "its answer is not JSON");
	else if (refused)
		refuse(out, refused);
	if (out->rc == 0)
		return;
	json_decref(out->doc);
	out->doc = NULL;
}

static void ask(const struct instance *list, size_t n, size_t most,
		const char *request, struct answer *out)
{
	static struct exchange x[IXCP_MAX_INSTANCES];
	size_t i;

	for (i = 0; i < n; i++)
		x[i] = (struct exchange){ .in = &list[i],
					  .fd = -1,
					  .most = most };
	run(x, n, request);
	for (i = 0; i < n; i++) {
		memset(&out[i], 0, sizeof(out[i]));
		if (x[i].rc < 0)
			fail(&out[i], x[i].in, x[i].rc, reason(x[i].rc));
		else
			parse(&x[i], &out[i]);
		free(x[i].text);
		if (x[i].fd >= 0)
			close(x[i].fd);
	}
}

void client_ask(const struct instance *in, const char *request,
		struct answer *out)
{
	ask(in, 1, MAX_ANSWER, request, out);
}

void client_ask_all(const struct instance *list, size_t n, const char *request,
		    struct answer *out)
{
	ask(list, n, SHORT_ANSWER, request, out);
}

/*
 * An instance that starts has the lock of its directory, and has bound before it
 * listens.
 */
void client_forget(const struct instance *in)
{
	/* the same kind of lock as who starts an instance has */
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int lock, fd;

	if (in->dir->owner != geteuid())
		return;
	lock = openat(in->dir->fd, "boot",
		      O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (lock < 0)
		return;
	if (fcntl(lock, F_SETLK, &whole) == 0) {
		fd = connect_to(in);
		if (fd == -ECONNREFUSED)
			unlinkat(in->dir->fd, in->name, 0);
		else if (fd >= 0)
			close(fd);
	}
	close(lock);
}
