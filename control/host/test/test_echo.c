// SPDX-License-Identifier: MIT
/*
 * test_echo.c - an instance from start to end, in a network namespace
 *
 * The echo server is our child; we are its clients through the kernel's end of
 * the veth pair. Needs root; skipped without (exit 77).
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
/* after the above */
#include <cmocka.h>

#define ECHO_DATAPLANE(path) (&ix_dp)
#define main echo_server_main
int echo_server_main(int argc, char **argv);
#include "echo_server.c"
#undef main

#define STEP_US 20000

static pid_t server;

static void start_server(int respawning)
{
	char *argv[] = { "echo_server", "-", "7", respawning ? "respawn" : NULL,
			 NULL };
	int out[2];
	char c;

	assert_int_equal(pipe(out), 0);
	server = fork();
	if (server == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(out[1], 1);
		close(out[0]);
		close(out[1]);
		_exit(echo_server_main(respawning ? 4 : 3, argv));
	}
	close(out[1]);
	assert_int_equal(read(out[0], &c, 1), 1); /* "ready" */
	close(out[0]);
}

/* Every file and interface of the instance; soon, where the machine is idle. */
static int is_gone(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/run/ix/%d.sock", server);
	return !if_nametoindex("ix0") && access(path, F_OK) < 0 &&
	       access("/run/ix/net0", F_OK) < 0;
}

static void stop_server(int sig)
{
	int i;

	kill(server, sig);
	assert_int_equal(waitpid(server, NULL, 0), server);
	for (i = 0; i < 1000 && !is_gone(); i++)
		usleep(STEP_US);
	assert_true(is_gone());
}

static int client(int type)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(7) };
	struct timeval limit = { .tv_sec = 5 };
	int fd = socket(AF_INET, type, 0);

	inet_pton(AF_INET, "10.86.0.2", &to.sin_addr);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static int echoes(int fd, size_t n)
{
	static char sent[65536], got[65536];
	size_t have = 0, i;
	ssize_t k;

	for (i = 0; i < n; i++)
		sent[i] = (char)random();
	if (send(fd, sent, n, MSG_NOSIGNAL) != (ssize_t)n)
		return 0;
	for (; have < n; have += (size_t)k) {
		k = recv(fd, got + have, n - have, 0);
		if (k <= 0)
			return 0;
	}
	return memcmp(sent, got, n) == 0;
}

static void test_serves_and_goes(void **state)
{
	size_t n;
	int fd;

	(void)state;
	start_server(0);
	fd = client(SOCK_STREAM);
	for (n = 1; n < 65536; n = n * 3 + 1)
		assert_true(echoes(fd, n));
	close(fd);
	fd = client(SOCK_DGRAM);
	assert_true(echoes(fd, 10));
	assert_true(echoes(fd, 1400));
	assert_true(echoes(fd, 8000));
	close(fd);
	stop_server(SIGTERM);
}

static void ask(const char *question, char *answer, size_t size)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	size_t len = 0;
	ssize_t n;

	snprintf(un.sun_path, sizeof(un.sun_path), "/run/ix/%d.sock", server);
	assert_int_equal(connect(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	send(fd, question, strlen(question), 0);
	while ((n = recv(fd, answer + len, size - 1 - len, 0)) > 0)
		len += (size_t)n;
	answer[len] = 0;
	close(fd);
}

static void test_control_socket(void **state)
{
	static char answer[65536];
	char line[300];
	int hang, fd;

	(void)state;
	start_server(0);
	fd = client(SOCK_STREAM);
	assert_true(echoes(fd, 100));
	/* one that never asks does not stop the others */
	hang = socket(AF_UNIX, SOCK_STREAM, 0);
	ask("list\n", answer, sizeof(answer));
	assert_non_null(strstr(answer, "\"ip\":[\"10.86.0.2/24\"]"));
	ask("conns\n", answer, sizeof(answer));
	assert_non_null(strstr(answer, "\"state\":\"ESTABLISHED\""));
	ask("stats\n", answer, sizeof(answer));
	assert_non_null(strstr(answer, "\"tcp_established\":1"));
	ask("threads\n", answer, sizeof(answer));
	assert_non_null(strstr(answer, "\"driver_pid\""));
	ask("latency\n", answer, sizeof(answer));
	assert_non_null(strstr(answer, "{\"name\":\"iteration\",\"ethread\":0,"
				       "\"unit\":\"ns\",\"count\":"));
	assert_non_null(strstr(answer, "\"buckets\":[{\"from\":"));
	ask("nonsense 1 2 3\n", answer, sizeof(answer));
	assert_non_null(strstr(answer, "\"error\""));
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = 0;
	ask(line, answer, sizeof(answer));
	assert_string_equal(answer, "");
	close(hang);
	close(fd);
	stop_server(SIGTERM);
}

static void test_killed_program(void **state)
{
	(void)state;
	start_server(0);
	stop_server(SIGKILL);
}

static pid_t owner_pid(void)
{
	static char answer[65536];

	ask("list\n", answer, sizeof(answer));
	return atoi(strstr(answer, "\"owner\":") + 8);
}

/* The program goes on; the next start clears up. */
static void test_killed_owner(void **state)
{
	int fd;

	(void)state;
	start_server(0);
	kill(owner_pid(), SIGKILL);
	usleep(STEP_US);
	fd = client(SOCK_STREAM);
	assert_true(echoes(fd, 10000));
	close(fd);
	kill(server, SIGTERM);
	waitpid(server, NULL, 0);
	assert_int_not_equal(if_nametoindex("ix0"), 0);
	start_server(0);
	fd = client(SOCK_STREAM);
	assert_true(echoes(fd, 10000));
	close(fd);
	stop_server(SIGTERM);
}

static pid_t child_of(pid_t parent)
{
	char path[64], text[32] = "";
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", parent,
		 parent);
	fd = open(path, O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		return 0;
	close(fd);
	return atoi(text);
}

/* Drivers are killed at any moment; new connections are always served. */
static void test_killed_drivers(void **state)
{
	static const char noise[100000];
	int i, fd, k;
	pid_t pid = 0;

	(void)state;
	start_server(1);
	for (i = 0; i < 20; i++) {
		for (k = 0; k < 50 && !(pid = child_of(server)); k++)
			usleep(STEP_US);
		assert_true(pid > 0);
		fd = client(SOCK_STREAM);
		for (k = 0; k < i; k++)
			echoes(fd, 20000);
		send(fd, noise, sizeof(noise), MSG_NOSIGNAL);
		kill(pid, SIGKILL);
		close(fd);
	}
	fd = client(SOCK_STREAM);
	assert_true(echoes(fd, 60000));
	close(fd);
	stop_server(SIGKILL);
}

/* A namespace of our own: devices, and /run/ix. */
static int enter_namespace(void)
{
	if (geteuid() != 0 || unshare(CLONE_NEWNET | CLONE_NEWNS) < 0)
		return -1;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -1;
	return mount("tmpfs", "/run", "tmpfs", 0, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_serves_and_goes),
		cmocka_unit_test(test_control_socket),
		cmocka_unit_test(test_killed_program),
		cmocka_unit_test(test_killed_owner),
		cmocka_unit_test(test_killed_drivers),
	};

	if (enter_namespace() < 0) {
		puts("skipped: needs root and network namespaces");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
