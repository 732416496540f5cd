// SPDX-License-Identifier: MIT
/*
 * test_cmsg.c - descriptors in ancillary data
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "shim/host/cmsg.h"

union control {
	char buf[256];
	struct cmsghdr align;
};

/* Append one header with n numbers that begin with first. */
static void add(struct msghdr *m, union control *u, int type, int first,
		unsigned n)
{
	struct cmsghdr *c =
		(struct cmsghdr *)(void *)(u->buf + m->msg_controllen);
	unsigned i;
	int fd;

	m->msg_control = u->buf;
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(n * sizeof(int));
	for (i = 0; i < n; i++) {
		fd = first + (int)i;
		memcpy(CMSG_DATA(c) + i * sizeof(fd), &fd, sizeof(fd));
	}
	m->msg_controllen += CMSG_SPACE(n * sizeof(int));
}

struct seen {
	unsigned n;
	int fd[16];
	int add; /* to each */
};

static void see(int *fd, void *arg)
{
	struct seen *s = arg;

	s->fd[s->n++] = *fd;
	*fd += s->add;
}

static void every_descriptor_is_seen(void **state)
{
	union control u = { 0 };
	struct msghdr m = { 0 };
	struct seen s = { 0 };

	(void)state;
	add(&m, &u, SCM_RIGHTS, 10, 3);
	add(&m, &u, SCM_CREDENTIALS, 70, 3);
	add(&m, &u, SCM_RIGHTS, 20, 1);
	cmsg_each_fd(&m, see, &s);
	assert_int_equal(s.n, 4);
	assert_int_equal(s.fd[0], 10);
	assert_int_equal(s.fd[2], 12);
	assert_int_equal(s.fd[3], 20);
}

static void a_changed_descriptor_is_written_back(void **state)
{
	union control u = { 0 };
	struct msghdr m = { 0 };
	struct seen s = { .add = 100 }, after = { 0 };

	(void)state;
	add(&m, &u, SCM_RIGHTS, 5, 2);
	cmsg_each_fd(&m, see, &s);
	cmsg_each_fd(&m, see, &after);
	assert_int_equal(after.n, 2);
	assert_int_equal(after.fd[0], 105);
	assert_int_equal(after.fd[1], 106);
}

static void nothing_is_read_past_the_end(void **state)
{
	union control u = { 0 };
	struct msghdr m = { 0 };
	struct seen s = { 0 };

	(void)state;
	cmsg_each_fd(&m, see, &s);
	add(&m, &u, SCM_RIGHTS, 5, 2);
	u.align.cmsg_len = CMSG_LEN(1000);
	cmsg_each_fd(&m, see, &s);
	u.align.cmsg_len = 3; /* less than a header */
	cmsg_each_fd(&m, see, &s);
	m.msg_controllen = 7;
	cmsg_each_fd(&m, see, &s);
	assert_int_equal(s.n, 0);
}

static void one_descriptor_is_put_and_got(void **state)
{
	union cmsg_fd u = { 0 };
	struct msghdr m = { 0 };

	(void)state;
	assert_int_equal(cmsg_get_fd(&m), -1);
	cmsg_put_fd(&m, &u, 42);
	assert_int_equal(m.msg_controllen, CMSG_SPACE(sizeof(int)));
	assert_int_equal(cmsg_get_fd(&m), 42);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_descriptor_is_seen),
		cmocka_unit_test(a_changed_descriptor_is_written_back),
		cmocka_unit_test(nothing_is_read_past_the_end),
		cmocka_unit_test(one_descriptor_is_put_and_got),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
