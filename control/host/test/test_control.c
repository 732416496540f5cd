// SPDX-License-Identifier: MIT
/*
 * test_control.c - many clients, slow ones, and root among them
 *
 * The instance is of a user; clients of this user take what they can get. Needs
 * root, to connect as either.
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>
/* after the above */
#include <cmocka.h>

#include "control/host/owner/control.h"
#include "control/host/owner/owner.h"

#define USER 1234
#define MANY 100

static struct instance *in;
static struct owner *o;
static struct sockaddr_un at = { .sun_family = AF_UNIX };
static int client[MANY];

static int setup(void **state)
{
	(void)state;
	in = calloc(1, sizeof(*in));
	o = calloc(1, sizeof(*o));
	o->in = in;
	in->uid = USER;
	in->control_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	o->epfd = epoll_create1(0);
	/* an abstract name of the kernel's choice */
	if (bind(in->control_fd, (struct sockaddr *)&at, sizeof(sa_family_t)) <
		    0 ||
	    listen(in->control_fd, MANY) < 0)
		return -1;
	control_init(o);
	return 0;
}

static int teardown(void **state)
{
	unsigned i;

	(void)state;
	control_expire(o, UINT64_MAX);
	for (i = 0; i < CONTROL_CLIENTS; i++)
		assert_int_equal(o->control.client[i].fd, -1);
	close(in->control_fd);
	close(o->epfd);
	free(o);
	free(in);
	return 0;
}

/* As this user; what the owner has to do for that is done. */
static int ask(uid_t uid, const char *line)
{
	struct sockaddr_un un;
	socklen_t len = sizeof(un);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	getsockname(in->control_fd, (struct sockaddr *)&un, &len);
	assert_int_equal(syscall(SYS_setresuid, -1, uid, -1), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&un, len), 0);
	assert_int_equal(syscall(SYS_setresuid, -1, 0, -1), 0);
	assert_int_equal(send(fd, line, strlen(line), 0), strlen(line));
	control_accept(o);
	return fd;
}

/* Let the owner look at each of its clients. */
static void look(void)
{
	unsigned i;

	for (i = 0; i < CONTROL_CLIENTS; i++)
		control_client(o, i);
}

static bool is_answered(int fd, const char *text)
{
	char answer[256] = "";

	return recv(fd, answer, sizeof(answer) - 1, MSG_DONTWAIT) > 0 &&
	       strstr(answer, text);
}

static void test_answer(void **state)
{
	int root, user;

	(void)state;
	if (geteuid() != 0)
		skip();
	root = ask(0, "what\n");
	user = ask(USER, "what\n");
	look();
	assert_true(is_answered(root, "does not know that"));
	assert_true(is_answered(user, "does not know that"));
	close(root);
	close(user);
}

static void test_stranger(void **state)
{
	int fd;

	(void)state;
	if (geteuid() != 0)
		skip();
	fd = ask(USER + 1, "list\n");
	look();
	assert_true(is_answered(fd, "only the owner"));
	close(fd);
}

/* A hundred connections that say nothing to the end, and root's. */
static void test_crowd(void **state)
{
	unsigned i;
	int root;

	(void)state;
	if (geteuid() != 0)
		skip();
	for (i = 0; i < MANY; i++) {
		client[i] = ask(USER, "li");
		look();
	}
	root = ask(0, "what\n");
	look();
	assert_true(is_answered(root, "does not know that"));
	close(root);
	for (i = 0; i < MANY; i++)
		close(client[i]);
}

/* A byte now and then does not put off the end. */
static void test_drip(void **state)
{
	struct pollfd p = { .events = POLLIN };
	uint64_t before, after; /* that it was let in */
	unsigned i;

	(void)state;
	if (geteuid() != 0)
		skip();
	before = clock_kernel_ns();
	p.fd = ask(USER, "l");
	after = clock_kernel_ns();
	for (i = 1; i <= 5; i++) {
		assert_int_equal(send(p.fd, "i", 1, 0), 1);
		look();
		control_expire(o, before + i * 900000000ull);
		assert_int_equal(poll(&p, 1, 0), 0);
	}
	control_expire(o, after + 5000000000ull);
	assert_int_equal(poll(&p, 1, 0), 1);
	close(p.fd);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_answer),
		TEST(test_stranger),
		TEST(test_crowd),
		TEST(test_drip),
	};

	return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
