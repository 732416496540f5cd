// SPDX-License-Identifier: MIT
/*
 * hole_iov - vectors and messages whose entries point to the host's memory, and
 * the same while another thread changes them
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

#include "hole.h"

static unsigned cases, wrong;
static int file, sock[2], pipes[2];
static char good[4096];

static void expect_refused(const char *what, const struct target *t, long ret)
{
	cases++;
	if (ret >= 0 || !hole_intact()) {
		if (wrong++ < 20)
			fprintf(stderr, "%s at %s: %ld\n", what, t->name, ret);
	}
}

static long call(long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
		 uint64_t e)
{
	const uint64_t arg[6] = { a, b, c, d, e, 0 };

	return hole_call(nr, arg);
}

/* --- each entry of a vector --- */

static void vectors(const struct target *t)
{
	static const struct {
		const char *name;
		long nr;
		int reads;
	} calls[] = {
		{ "readv", SYS_readv, 0 },     { "writev", SYS_writev, 1 },
		{ "preadv", SYS_preadv, 0 },   { "pwritev", SYS_pwritev, 1 },
		{ "preadv2", SYS_preadv2, 0 }, { "pwritev2", SYS_pwritev2, 1 },
	};
	struct iovec iov[3];
	size_t i, k;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (t->may_read && calls[i].reads)
			continue;
		for (k = 0; k < 3; k++) {
			iov[0] = iov[1] = iov[2] = (struct iovec){ good, 0 };
			iov[k] = (struct iovec){ (void *)t->addr, 16 };
			expect_refused(calls[i].name, t,
				       call(calls[i].nr, (uint64_t)file,
					    (uint64_t)iov, 3, 0, 0));
		}
	}
	iov[0] = (struct iovec){ (void *)t->addr, 16 };
	expect_refused("vmsplice in", t,
		       call(SYS_vmsplice, (uint64_t)pipes[1], (uint64_t)iov, 1,
			    0, 0));
	expect_refused("vmsplice out", t,
		       call(SYS_vmsplice, (uint64_t)pipes[0], (uint64_t)iov, 1,
			    0, 0));
}

/* --- each pointer of a message --- */

static void messages(const struct target *t)
{
	struct iovec iov = { good, 16 };
	struct mmsghdr m;
	int field;

	for (field = 0; field < 5; field++) {
		struct iovec bad = { (void *)t->addr, 16 };
		const void *at = &m;

		memset(&m, 0, sizeof(m));
		m.msg_hdr.msg_iov = &iov;
		m.msg_hdr.msg_iovlen = 1;
		if (field == 0) {
			m.msg_hdr.msg_name = (void *)t->addr;
			m.msg_hdr.msg_namelen = 64;
		} else if (field == 1) {
			m.msg_hdr.msg_control = (void *)t->addr;
			m.msg_hdr.msg_controllen = 64;
		} else if (field == 2) {
			m.msg_hdr.msg_iov = &bad;
		} else if (field == 3) {
			m.msg_hdr.msg_iov = (void *)t->addr;
		} else {
			at = (void *)t->addr;
		}
		/* something to receive */
		if (send(sock[1], good, 16, MSG_DONTWAIT) < 0)
			abort();
		if (!t->may_read || field != 2)
			expect_refused("sendmsg", t,
				       call(SYS_sendmsg, (uint64_t)sock[0],
					    (uint64_t)at, MSG_DONTWAIT, 0, 0));
		if (!t->may_read || field != 2)
			expect_refused("sendmmsg", t,
				       call(SYS_sendmmsg, (uint64_t)sock[0],
					    (uint64_t)at, 1, MSG_DONTWAIT, 0));
		/* a stream socket of this family gives no address and no
		 * ancillary data: nothing is written, Linux does not look */
		if (hole_hosted || field > 1) {
			expect_refused("recvmsg", t,
				       call(SYS_recvmsg, (uint64_t)sock[0],
					    (uint64_t)at, MSG_DONTWAIT, 0, 0));
			expect_refused("recvmmsg", t,
				       call(SYS_recvmmsg, (uint64_t)sock[0],
					    (uint64_t)at, 1, MSG_DONTWAIT, 0));
		}
		while (recv(sock[0], good, sizeof(good), MSG_DONTWAIT) > 0)
			;
	}
}

/* --- changed by another thread --- */

static struct iovec flip_iov[2];
static struct msghdr flip_msg;
static atomic_int stop;
static uint64_t flip_bad;

/* On a machine whose processors take turns the other side runs in the pauses. */
static void *flip(void *arg)
{
	volatile struct iovec *v = flip_iov;
	volatile struct msghdr *m = &flip_msg;
	unsigned n;

	(void)arg;
	for (n = 0; !atomic_load_explicit(&stop, memory_order_relaxed); n++) {
		v[1].iov_base = (void *)flip_bad;
		m->msg_name = (void *)flip_bad;
		m->msg_iov = (struct iovec *)flip_bad;
		m->msg_control = (void *)flip_bad;
		if (n % 8192 == 0)
			usleep(20);
		v[1].iov_base = good;
		m->msg_name = NULL;
		m->msg_iov = flip_iov;
		m->msg_control = NULL;
		if (n % 8192 == 4096)
			usleep(20);
	}
	return NULL;
}

/* Does what came out hold the host's 8 bytes? */
static int leaked(const char *data, size_t len)
{
	const uint64_t secret = GATE_SECRET;

	return memmem(data, len, &secret, sizeof(secret)) != NULL;
}

static unsigned race_once(void)
{
	static char back[8192];
	unsigned went = 0;
	ssize_t n;

	flip_iov[0] = (struct iovec){ good, 8 };
	flip_iov[1].iov_len = 64;
	flip_msg.msg_iovlen = 2;
	flip_msg.msg_namelen = 16;
	flip_msg.msg_controllen = 0;
	n = pwritev(file, flip_iov, 2, 0);
	if (n > 0) {
		went++;
		if (pread(file, back, (size_t)n, 0) != n ||
		    leaked(back, (size_t)n))
			wrong++;
	}
	went += preadv(file, flip_iov, 2, 0) > 0;
	n = sendmsg(sock[0], &flip_msg, MSG_DONTWAIT);
	if (n > 0) {
		went++;
		n = recv(sock[1], back, sizeof(back), MSG_DONTWAIT);
		if (n > 0 && leaked(back, (size_t)n))
			wrong++;
	}
	if (send(sock[1], good, 64, MSG_DONTWAIT) > 0)
		went += recvmsg(sock[0], &flip_msg, MSG_DONTWAIT) > 0;
	while (recv(sock[0], back, sizeof(back), MSG_DONTWAIT) > 0)
		;
	if (!hole_intact())
		wrong++;
	return went;
}

/* 3 s, or longer until calls have gone through and have been refused. */
static void race(void)
{
	unsigned turns, went = 0;
	time_t start = time(NULL), passed = 0;
	pthread_t thread;

	flip_bad = targets[0].addr;
	if (pthread_create(&thread, NULL, flip, NULL))
		abort();
	for (turns = 0; turns < 200000 && passed < 90; turns++) {
		went += race_once();
		passed = time(NULL) - start;
		if (passed >= 3 && went && went < turns * 4)
			break;
	}
	atomic_store(&stop, 1);
	pthread_join(thread, NULL);
	fprintf(stderr, "%u turns, %u calls went through\n", turns, went);
	/* both must have happened, or nothing was tried */
	cases = went && went < turns * 4 ? turns : 0;
	hole_verdict("vectors that change meanwhile", &cases, &wrong);
}

int main(void)
{
	char name[] = "/tmp/hole-XXXXXX";
	unsigned i;

	hole_targets();
	file = mkostemp(name, 0);
	unlink(name);
	if (file < 0 || ftruncate(file, 65536) ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, sock) || pipe(pipes))
		return 2;
	for (i = 0; i < ntargets; i++) {
		vectors(&targets[i]);
		messages(&targets[i]);
	}
	hole_verdict("pointers in vectors and messages", &cases, &wrong);
	race();
	return hole_failed;
}
