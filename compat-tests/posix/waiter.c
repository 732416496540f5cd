// SPDX-License-Identifier: MIT
/*
 * waiter - a thread that waits in one call, while another ends the wait.
 */
#include "waiter.h"

#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>

#define PATIENCE_S 5
#define ASLEEP_MS 300 /* from then on it is taken to sleep */
#define IDLE_MS 400
#define CALM_MS 5000 /* until all of them wait */

static void *run(void *arg)
{
	struct waiter *w = arg;

	__atomic_store_n(&w->tid, (int)syscall(SYS_gettid), __ATOMIC_SEQ_CST);
	w->rc = w->fn(w->arg);
	w->err = errno;
	__atomic_store_n(&w->done, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

/* The state of a thread, as /proc has it; 0 if it is gone. */
static char state_of(int tid)
{
	char path[64], line[256], *end;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	f = fopen(path, "r");
	if (!f)
		return 0;
	n = fread(line, 1, sizeof(line) - 1, f);
	fclose(f);
	line[n] = 0;
	end = strrchr(line, ')');
	return end && end[1] ? end[2] : 0;
}

/* Asleep at several looks: it is in the call then, not on its way there. */
static void until_asleep(struct waiter *w)
{
	uint64_t start = now_ms();
	int looks = 0;

	while (looks < 3 && still_waits(w) &&
	       now_ms() - start < ASLEEP_MS * slow()) {
		int tid = __atomic_load_n(&w->tid, __ATOMIC_SEQ_CST);

		looks = tid && state_of(tid) == 'S' ? looks + 1 : 0;
		sleep_ms(2);
	}
}

void start_waiting(struct waiter *w, wait_fn *fn, void *arg)
{
	*w = (struct waiter){ .fn = fn, .arg = arg };
	GIVES(pthread_create(&w->thread, NULL, run, w), 0);
	until_asleep(w);
}

bool still_waits(struct waiter *w)
{
	return !__atomic_load_n(&w->done, __ATOMIC_SEQ_CST);
}

static void *joined(struct waiter *w)
{
	struct timespec end;
	void *result;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += (time_t)(PATIENCE_S * slow());
	if (pthread_timedjoin_np(w->thread, &result, &end))
		WRONG("the thread still waits");
	return result;
}

long waited(struct waiter *w)
{
	CHECK(joined(w) == NULL);
	errno = w->err;
	return w->rc;
}

void cancel_wait(struct waiter *w)
{
	CHECK(still_waits(w));
	GIVES(pthread_cancel(w->thread), 0);
	CHECK(joined(w) == PTHREAD_CANCELED);
}

long wait_recv(void *fd)
{
	char c;

	return recv(*(int *)fd, &c, 1, 0);
}

long wait_recvfrom(void *fd)
{
	struct sockaddr_storage from;
	socklen_t len = sizeof(from);
	char c;

	return recvfrom(*(int *)fd, &c, 1, 0, (struct sockaddr *)&from, &len);
}

long wait_recvmsg(void *fd)
{
	char c;
	struct iovec iov = { &c, 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

	return recvmsg(*(int *)fd, &m, 0);
}

/* A byte, as from the others. */
long wait_recvmmsg(void *fd)
{
	char c;
	struct iovec iov = { &c, 1 };
	struct mmsghdr m = { .msg_hdr = { .msg_iov = &iov, .msg_iovlen = 1 } };
	int n = recvmmsg(*(int *)fd, &m, 1, 0, NULL);

	return n == 1 ? (long)m.msg_len : n;
}

long wait_read(void *fd)
{
	char c;

	return read(*(int *)fd, &c, 1);
}

long wait_readv(void *fd)
{
	char c;
	struct iovec iov = { &c, 1 };

	return readv(*(int *)fd, &iov, 1);
}

long wait_accept(void *fd)
{
	return accept(*(int *)fd, NULL, NULL);
}

long wait_accept4(void *fd)
{
	return accept4(*(int *)fd, NULL, NULL, SOCK_CLOEXEC);
}

long wait_poll(void *fd)
{
	struct pollfd p = { .fd = *(int *)fd, .events = POLLIN };

	return poll(&p, 1, -1);
}

long wait_ppoll(void *fd)
{
	struct pollfd p = { .fd = *(int *)fd, .events = POLLIN };

	return ppoll(&p, 1, NULL, NULL);
}

long wait_select(void *fd)
{
	fd_set in;

	FD_ZERO(&in);
	FD_SET(*(int *)fd, &in);
	return select(*(int *)fd + 1, &in, NULL, NULL, NULL);
}

long wait_pselect(void *fd)
{
	fd_set in;

	FD_ZERO(&in);
	FD_SET(*(int *)fd, &in);
	return pselect(*(int *)fd + 1, &in, NULL, NULL, NULL, NULL);
}

static void close_it(void *ep)
{
	close(*(int *)ep);
}

long wait_epoll(void *fd)
{
	struct epoll_event ev = { .events = EPOLLIN };
	int ep = epoll_create1(EPOLL_CLOEXEC);
	long rc;

	pthread_cleanup_push(close_it, &ep);
	epoll_ctl(ep, EPOLL_CTL_ADD, *(int *)fd, &ev);
	rc = epoll_wait(ep, &ev, 1, -1);
	pthread_cleanup_pop(1);
	return rc;
}

long wait_send(void *fd)
{
	static const char zeros[65536];

	while (send(*(int *)fd, zeros, sizeof(zeros), MSG_NOSIGNAL) >= 0)
		;
	return -1;
}

const struct wait_call receivers[] = {
	{ "recv", wait_recv },
	{ "recvfrom", wait_recvfrom },
	{ "recvmsg", wait_recvmsg },
	{ "recvmmsg", wait_recvmmsg },
	{ "read", wait_read },
	{ "readv", wait_readv },
	{ NULL, NULL },
};

const struct wait_call pollers[] = {
	{ "poll", wait_poll },	   { "ppoll", wait_ppoll },
	{ "select", wait_select }, { "pselect", wait_pselect },
	{ "epoll", wait_epoll },   { NULL, NULL },
};

static long used_ms(void)
{
	struct rusage u;

	OK(getrusage(RUSAGE_SELF, &u));
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 +
	       (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
}

void want_idle(void)
{
	uint64_t start = now_ms();
	long used;

	do {
		used = used_ms();
		sleep_ms(IDLE_MS);
		used = used_ms() - used;
	} while (used > IDLE_MS / 10 && now_ms() - start < CALM_MS * slow());
	if (used > IDLE_MS / 10)
		WRONG("%ld ms of CPU time used in %d ms of waiting", used,
		      IDLE_MS);
}
