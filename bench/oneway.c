// SPDX-License-Identifier: MIT
/*
 * oneway - how late small messages come that go one way
 *
 *	ix-oneway send ADDR PORT BYTES GAP-US COUNT NODELAY
 *	ix-oneway recv ADDR PORT BYTES COUNT
 *
 * recv listens, and writes the lateness of the messages in microseconds, p50 and
 * p99, as a line of JSON. Both have one clock: they are on one machine. A message
 * begins with the time when it was due; one that is late itself does not delay
 * those that follow.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MESSAGE_MAX 65536
#define CONNECT_TRIES 200

static char message[MESSAGE_MAX];

static void die(const char *what)
{
	fprintf(stderr, "ix-oneway: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

static void sleep_until(int64_t ns)
{
	struct timespec ts = { .tv_sec = ns / 1000000000,
			       .tv_nsec = ns % 1000000000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL))
		;
}

static struct sockaddr_in address(char **argv)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons((uint16_t)atoi(argv[1])) };

	if (inet_pton(AF_INET, argv[0], &a.sin_addr) != 1)
		die("address");
	return a;
}

/* The other side may not be there yet. */
static int connected(const struct sockaddr_in *a)
{
	int i, fd;

	for (i = 0; i < CONNECT_TRIES; i++) {
		fd = socket(AF_INET, SOCK_STREAM, 0);
		if (fd < 0)
			die("socket");
		if (connect(fd, (const struct sockaddr *)a, sizeof(*a)) == 0)
			return fd;
		close(fd);
		usleep(50000);
	}
	die("connect");
	return -1;
}

static void send_all(int fd, size_t len)
{
	size_t done = 0;
	ssize_t n;

	for (; done < len; done += (size_t)n) {
		n = send(fd, message + done, len - done, 0);
		if (n <= 0)
			die("send");
	}
}

static int sender(char **argv)
{
	struct sockaddr_in a = address(argv);
	size_t bytes = (size_t)atoi(argv[2]);
	int64_t gap = atoll(argv[3]) * 1000, due;
	int count = atoi(argv[4]), nodelay = atoi(argv[5]), i;
	int fd = connected(&a);

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &nodelay, sizeof(nodelay));
	due = now_ns();
	for (i = 0; i < count; i++) {
		due += gap;
		sleep_until(due);
		memcpy(message, &due, sizeof(due));
		send_all(fd, bytes);
	}
	/* not closed before all of it was read */
	shutdown(fd, SHUT_WR);
	if (recv(fd, message, 1, 0) < 0)
		die("recv");
	return 0;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int receiver(char **argv)
{
	struct sockaddr_in a = address(argv);
	size_t bytes = (size_t)atoi(argv[2]);
	int count = atoi(argv[3]), i, one = 1, fd;
	int ls = socket(AF_INET, SOCK_STREAM, 0);
	int64_t *late = calloc((size_t)count, sizeof(*late)), due;

	setsockopt(ls, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (!late || bind(ls, (struct sockaddr *)&a, sizeof(a)) < 0 ||
	    listen(ls, 1) < 0)
		die("listen");
	fd = accept(ls, NULL, NULL);
	for (i = 0; i < count; i++) {
		if (recv(fd, message, bytes, MSG_WAITALL) != (ssize_t)bytes)
			die("recv");
		memcpy(&due, message, sizeof(due));
		late[i] = now_ns() - due;
	}
	qsort(late, (size_t)count, sizeof(*late), by_size);
	printf("{\"p50_us\": %.1f, \"p99_us\": %.1f}\n",
	       (double)late[count / 2] / 1000,
	       (double)late[count * 99 / 100] / 1000);
	free(late);
	return 0;
}

int main(int argc, char **argv)
{
	size_t bytes = argc > 4 ? (size_t)atoi(argv[4]) : 0;

	if (bytes >= sizeof(int64_t) && bytes <= MESSAGE_MAX) {
		if (argc == 8 && !strcmp(argv[1], "send"))
			return sender(argv + 2);
		if (argc == 6 && !strcmp(argv[1], "recv"))
			return receiver(argv + 2);
	}
	fprintf(stderr, "Usage: see the head of bench/oneway.c\n");
	return 2;
}
