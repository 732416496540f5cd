// SPDX-License-Identifier: MIT
/*
 * test_ixcp.c - ixcp against a server that answers from a table
 *
 * The server listens where an unprivileged instance would; ixcp runs as a
 * program of its own, and its output and exit status are compared.
 */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define PID 999999 /* of the fake instance */

static char dir[64], ixcp[4200];
static char out[65536];
static pid_t server;

static const struct {
	const char *request, *answer;
} answers[] = {
	{ "list\n",
	  "{\"pid\":999999,\"program\":\"memcached\",\"dev\":[{\"name\":"
	  "\"veth:ix0\",\"driver\":\"net_af_xdp\",\"mac\":\"02:00:00:00:00:01\""
	  ",\"mtu\":1500,\"kernel_if\":\"ix0\",\"link\":\"up\"},{\"name\":"
	  "\"memif:/m\",\"link\":\"down\"}],\"ip\":[\"10.86.0.2/24\"],"
	  "\"protect\":\"direct\",\"processes\":[999999,999998],\"ethreads\":1,"
	  "\"conns\":3,\"uptime_s\":12}" },
	{ "stats\n",
	  "{\"ethreads\":[{\"id\":0,\"counters\":{\"rx_bad_sum\":2,\"zero\":0},"
	  "\"loop\":{\"iterations\":77,\"batch_avg\":1.5}}],\"devices\":[{"
	  "\"name\":\"veth:ix0\",\"rx_packets\":9}],\"pools\":[{\"name\":"
	  "\"rx0\",\"size\":8192,\"in_use\":5}]}" },
	{ "conns\n",
	  "{\"conns\":[{\"state\":\"ESTAB\",\"local\":\"10.86.0.2:11211\","
	  "\"peer\":\"10.86.0.1:40000\",\"rcvq\":0,\"sndq\":1,\"rtt_us\":90,"
	  "\"cwnd\":14600,\"retransmits\":0}]}" },
	{ "fds 999998\n",
	  "{\"fds\":[{\"fd\":26,\"kind\":\"tcp\",\"accelerated\":true,"
	  "\"reason\":\"\",\"local\":\"10.86.0.2:11211\",\"peer\":null,"
	  "\"state\":\"LISTEN\"},{\"fd\":3,\"kind\":\"pipe\",\"accelerated\":"
	  "false,\"reason\":\"not a socket\"}]}" },
	{ "threads\n",
	  "{\"ethreads\":[{\"id\":0,\"driver_pid\":999999,\"armed\":true,"
	  "\"program\":\"unresponsive\","
	  "\"batch\":64,\"links_down\":[]},{\"id\":1,\"links_down\":"
	  "[\"memif:/m\"]}]}" },
	{ "latency\n",
	  "{\"histograms\":[{\"name\":\"iteration\",\"ethread\":0,\"unit\":"
	  "\"ns\",\"count\":3,\"p50\":2047,\"p90\":4095,\"p99\":4095,"
	  "\"p999\":4095,\"max\":4095,\"buckets\":[{\"from\":1024,\"to\":"
	  "2047,\"count\":2},{\"from\":2048,\"to\":4095,\"count\":1}]}]}" },
};

static void serve_one(int fd)
{
	const char *answer = "{\"error\":\"unknown verb\"}";
	char line[128] = "";
	size_t n = 0, i;
	ssize_t rc;

	while (n < sizeof(line) - 1 && !strchr(line, '\n')) {
		rc = read(fd, line + n, 1);
		if (rc != 1)
			break;
		n++;
	}
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (strcmp(answers[i].request, line) == 0)
			answer = answers[i].answer;
	/* in two pieces: a client has to read to the end of the stream */
	rc = write(fd, answer, 5);
	usleep(1000);
	rc = write(fd, answer + 5, strlen(answer) - 5);
	(void)rc;
	close(fd);
}

static int listen_in(const char *where, int pid)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(un.sun_path, sizeof(un.sun_path), "%s/%d.sock", where, pid);
	assert_int_equal(bind(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	assert_int_equal(listen(fd, 8), 0);
	return fd;
}

static int listen_at(int pid)
{
	char where[96];

	snprintf(where, sizeof(where), "%s/ix", dir);
	return listen_in(where, pid);
}

static int start(void **state)
{
	char path[128];
	int fd;

	(void)state;
	strcpy(dir, "/tmp/ixcp-test-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/ix", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	setenv("XDG_RUNTIME_DIR", dir, 1);
	fd = listen_at(PID);
	server = fork();
	if (server == 0)
		for (;;)
			serve_one(accept(fd, NULL, NULL));
	close(fd);
	return 0;
}

static int stop(void **state)
{
	char path[128];

	(void)state;
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	snprintf(path, sizeof(path), "%s/ix/%d.sock", dir, PID);
	unlink(path);
	snprintf(path, sizeof(path), "%s/ix/boot", dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/ix", dir);
	rmdir(path);
	return rmdir(dir);
}

/* Run ixcp with args; its exit status, both outputs in out. */
static int run(const char *args)
{
	char cmd[8192];
	size_t n;
	FILE *p;
	int rc;

	snprintf(cmd, sizeof(cmd), "'%s' %s 2>&1", ixcp, args);
	p = popen(cmd, "r");
	assert_non_null(p);
	n = fread(out, 1, sizeof(out) - 1, p);
	out[n] = 0;
	rc = pclose(p);
	assert_true(WIFEXITED(rc));
	return WEXITSTATUS(rc);
}

static void expect(const char *args, int status, const char *text)
{
	int rc = run(args);

	if (rc != status || !strstr(out, text))
		fail_msg("ixcp %s: exit %d, wanted %d and '%s':\n%s", args, rc,
			 status, text, out);
}

static void test_list(void **state)
{
	(void)state;
	expect("list", 0, "PID     PROGRAM    DEVICE");
	expect("list", 0,
	       "999999  memcached  veth:ix0,memif:/m (down)  10.86.0.2/24  "
	       "direct   1        3      12      999999,999998\n");
	expect("list --json", 0, "\"program\": \"memcached\"");
	assert_int_equal(out[0], '[');
}

static void test_stats(void **state)
{
	(void)state;
	expect("stats 999999", 0, "elastic thread 0\n");
	assert_non_null(strstr(out, "  iterations                       77\n"));
	assert_non_null(strstr(out, "  rx_bad_sum                       2\n"));
	assert_null(strstr(out, "zero"));
	assert_non_null(strstr(out, "device veth:ix0\n"));
	assert_non_null(strstr(out, "POOL  SIZE  IN USE\nrx0   8192  5\n"));
	expect("--json stats 999999", 0, "\"in_use\": 5");
}

static void test_tables(void **state)
{
	(void)state;
	expect("conns 999999", 0,
	       "ESTAB  0       1       10.86.0.2:11211  10.86.0.1:40000  90");
	expect("fds 999998", 0,
	       "26  tcp   yes  LISTEN  10.86.0.2:11211  -     -\n");
	expect("fds 999998", 0,
	       "3   pipe  no   -       -                -     "
	       "not a socket\n");
	expect("threads 999999", 0,
	       "0       999999  unresponsive  yes     -    64     -      -         -  ");
	expect("threads 999999", 0, "  memif:/m  -");
	expect("latency 999999", 0,
	       "iteration  0       3      ns    2047  4095  4095  4095   4095");
	expect("latency 999999 --json", 0, "\"from\": 1024,");
}

static void test_errors(void **state)
{
	(void)state;
	expect("fds 999999", 1, "ixcp: unknown verb\n");
	expect("stats 999997", 1,
	       "ixcp: process 999997 belongs to no instance; see ixcp list\n");
	expect("fds", 1, "ixcp: fds needs a PID\n");
	expect("stats -1", 1, "ixcp: -1 is not an option; see ixcp --help\n");
	expect("stats x", 1, "ixcp: x is not a PID\n");
	expect("stats 1 2", 1, "ixcp: stats takes no argument 2\n");
	expect("list 1", 1, "ixcp: list takes no argument 1\n");
	expect("", 1, "ixcp: no verb is given; see ixcp --help\n");
	expect("conn", 1, "ixcp: conn is not a verb; see ixcp --help\n");
	expect("migrate 1 2 3", 1, "ixcp: migrate is not built yet\n");
	expect("set-threads 1 2", 1, "ixcp: set-threads is not built yet\n");
	expect("auto 1 --policy x", 1, "ixcp: auto is not built yet\n");
}

static void test_stale_socket(void **state)
{
	char path[128];

	(void)state;
	close(listen_at(PID - 5));
	snprintf(path, sizeof(path), "%s/ix/%d.sock", dir, PID - 5);
	expect("conns 999994", 1, "it does not run any more");
	assert_int_equal(access(path, F_OK), 0);
	expect("list", 0, "memcached");
	assert_int_equal(access(path, F_OK), -1);
}

/*
 * Instances that are hostile, beside the one that is not.
 */
#define HOSTILE (PID - 9)

static pid_t hostile;

static void begin(int fd, void (*serve)(int fd))
{
	hostile = fork();
	if (hostile == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGPIPE, SIG_IGN);
		for (;;)
			serve(accept(fd, NULL, NULL));
	}
	close(fd);
}

static void end(void)
{
	char path[128];

	if (hostile > 0) {
		kill(hostile, SIGKILL);
		waitpid(hostile, NULL, 0);
	}
	hostile = 0;
	snprintf(path, sizeof(path), "%s/ix/%d.sock", dir, HOSTILE);
	unlink(path);
}

static void put_all(int fd, const char *text)
{
	char line[64];

	if (read(fd, line, sizeof(line)) < 0)
		_exit(1);
	if (write(fd, text, strlen(text)) < 0)
		_exit(1);
	close(fd);
}

/* What terminals obey, in every way that JSON has for it. */
#define EVIL            \
	"a\x7f\xc2\x9b" \
	"2J\\u001b[31m\xe2\x80\xae\\u202e\\u0007\\u0085z\\n"

static void answer_evil(int fd)
{
	put_all(fd, "{\"pid\":1,\"program\":\"" EVIL "\",\"dev\":[{\"name\":"
		    "\"" EVIL "\"}],\"conns\":[{\"state\":\"" EVIL "\"}],"
		    "\"devices\":[{\"name\":\"" EVIL "\",\"" EVIL "\":1}]}");
}

static void refuse_evil(int fd)
{
	const char text[] = "{\"error\":\"" EVIL "\"}";

	/* as who refuses: without reading */
	if (write(fd, text, sizeof(text) - 1) < 0)
		_exit(1);
	close(fd);
}

/* As raw bytes, which are not JSON. */
static void talk_evil(int fd)
{
	put_all(fd, "{\"pid\":\x1b]0;\xff\x07 \x9b}");
}

static void assert_plain(const char *args)
{
	const unsigned char *p;

	run(args);
	for (p = (unsigned char *)out; *p; p++)
		if (*p != '\n' && (*p < 0x20 || *p >= 0x7f))
			fail_msg("ixcp %s: prints byte %02x", args, *p);
	assert_true(p > (unsigned char *)out);
}

static void test_plain_text(void **state)
{
	static void (*const serve[])(int fd) = { answer_evil, refuse_evil,
						 talk_evil };
	static const char *const verb[] = { "list", "list --json",
					    "conns 999990", "stats 999990",
					    "stats 999990 --json" };
	unsigned i, k;

	(void)state;
	for (i = 0; i < 3; i++) {
		begin(listen_at(HOSTILE), serve[i]);
		for (k = 0; k < sizeof(verb) / sizeof(verb[0]); k++)
			assert_plain(verb[k]);
		end();
	}
	begin(listen_at(HOSTILE), answer_evil);
	expect("conns 999990", 0, "a\\u007f\\u009b2J\\u001b[31m\\u202e");
	end();
}

static void drip(int fd)
{
	while (write(fd, " ", 1) == 1)
		usleep(200000);
	close(fd);
}

static void pour(int fd)
{
	static char block[65536];

	while (write(fd, block, sizeof(block)) > 0)
		;
	close(fd);
}

static void stay_silent(int fd)
{
	(void)fd;
	pause();
}

/* The others are listed, this one is named, and soon. */
static void test_no_end(void **state)
{
	static void (*const serve[])(int fd) = { drip, pour, stay_silent };
	time_t start;
	unsigned i;

	(void)state;
	for (i = 0; i < 3; i++) {
		begin(listen_at(HOSTILE), serve[i]);
		start = time(NULL);
		alarm(30);
		expect("list", 1, "memcached");
		alarm(0);
		assert_true(time(NULL) - start <= 15);
		assert_non_null(strstr(out, "999990.sock: it"));
		end();
	}
}

/* Nobody takes connections, and there is no room for more. */
static void test_full_queue(void **state)
{
	int fd = listen_at(HOSTILE), held[16], i;
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	(void)state;
	snprintf(un.sun_path, sizeof(un.sun_path), "%s/ix/%d.sock", dir,
		 HOSTILE);
	for (i = 0; i < 16; i++) {
		held[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		if (connect(held[i], (struct sockaddr *)&un, sizeof(un)) < 0)
			assert_int_equal(errno, EAGAIN);
	}
	expect("list", 1, "999990.sock: it does not answer");
	assert_non_null(strstr(out, "memcached"));
	for (i = 0; i < 16; i++)
		close(held[i]);
	close(fd);
	unlink(un.sun_path);
}

/*
 * The directory of another user, whom root's ixcp asks as well.
 */
#define USER 1879048191

static char theirs[64];

static int clean(void **state)
{
	char path[128];

	(void)state;
	end();
	snprintf(theirs, sizeof(theirs), "/tmp/ix-%u", USER);
	snprintf(path, sizeof(path), "%s/77.sock", theirs);
	unlink(path);
	rmdir(theirs);
	return 0;
}

static void make_theirs(mode_t mode)
{
	assert_int_equal(mkdir(theirs, 0700), 0);
	assert_int_equal(chmod(theirs, mode), 0);
	assert_int_equal(chown(theirs, USER, USER), 0);
}

static void give(const char *name, char path[128])
{
	snprintf(path, 128, "%s/%s", theirs, name);
	assert_int_equal(lchown(path, USER, USER), 0);
}

static void test_their_stale_socket(void **state)
{
	char path[128];

	(void)state;
	if (geteuid() != 0)
		skip();
	make_theirs(0700);
	close(listen_in(theirs, 77));
	give("77.sock", path);
	expect("list", 0, "memcached");
	assert_int_equal(access(path, F_OK), 0);
}

/* It leads to a socket of root's. */
static void test_their_link(void **state)
{
	char path[128], to[128];

	(void)state;
	if (geteuid() != 0)
		skip();
	make_theirs(0700);
	snprintf(to, sizeof(to), "%s/ix/%d.sock", dir, PID);
	snprintf(path, sizeof(path), "%s/77.sock", theirs);
	assert_int_equal(symlink(to, path), 0);
	give("77.sock", path);
	run("list");
	assert_null(strstr(strstr(out, "memcached") + 1, "memcached"));
}

static void test_their_listener(void **state)
{
	char path[128];
	int fd;

	(void)state;
	if (geteuid() != 0)
		skip();
	make_theirs(0700);
	fd = listen_in(theirs, 77);
	give("77.sock", path);
	expect("list", 1, "77.sock: who listens there is not its owner");
	close(fd);
}

/* Anybody else could put a socket there. */
static void test_open_directory(void **state)
{
	char path[128];
	int fd;

	(void)state;
	if (geteuid() != 0)
		skip();
	make_theirs(0777);
	fd = listen_in(theirs, 77);
	give("77.sock", path);
	expect("list", 0, "memcached");
	assert_null(strstr(out, "77.sock"));
	close(fd);
}

static void test_help(void **state)
{
	(void)state;
	expect("--help", 0, "each fd: accelerated, or why not");
	expect("--version", 0, "ixcp ");
}

/* Instances that run meanwhile are not to be listed. */
static void hide_others(void)
{
	if (unshare(CLONE_NEWNS) < 0)
		return;
	mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	mount("tmpfs", "/run", "tmpfs", 0, NULL);
}

#define HOSTILE_TEST(fn) cmocka_unit_test_setup_teardown(fn, clean, clean)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_stats),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_stale_socket),
		HOSTILE_TEST(test_plain_text),
		HOSTILE_TEST(test_no_end),
		HOSTILE_TEST(test_full_queue),
		HOSTILE_TEST(test_their_stale_socket),
		HOSTILE_TEST(test_their_link),
		HOSTILE_TEST(test_their_listener),
		HOSTILE_TEST(test_open_directory),
		cmocka_unit_test(test_help),
	};
	ssize_t n = readlink("/proc/self/exe", ixcp, 4096);

	assert_true(n > 0);
	ixcp[n] = 0;
	strcpy(strrchr(ixcp, '/'), "/../bin/ixcp");
	hide_others();
	return cmocka_run_group_tests_name("ixcp", tests, start, stop);
}
