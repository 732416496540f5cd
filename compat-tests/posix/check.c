// SPDX-License-Identifier: MIT
/*
 * check - says what was wrong and exits 1; small helpers for sockets.
 */
#include "check.h"

#include <poll.h>
#include <stdarg.h>
#include <sys/time.h>
#include <time.h>

#define CLOCK_MS 4   /* the kernel may count in ticks */
#define LATE_MS 5000 /* a machine may be busy with other things */

static char subject[128];

void about(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(subject, sizeof(subject), fmt, ap);
	va_end(ap);
}

void wrong(const char *file, int line, const char *fmt, ...)
{
	const char *base = strrchr(file, '/');
	va_list ap;

	fprintf(stderr, "%s:%d: ", base ? base + 1 : file, line);
	if (subject[0])
		fprintf(stderr, "%s: ", subject);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

unsigned int slow(void)
{
	const char *s = getenv("IXT_SLOW");
	int n = s ? atoi(s) : 1;

	return n > 1 ? (unsigned int)n : 1;
}

void took(uint64_t since, uint64_t ms, const char *what)
{
	uint64_t got = now_ms() - since;

	uint64_t most = ms + LATE_MS * slow();

	if (got + CLOCK_MS < ms || got > most)
		WRONG("%s took %llu ms, not %llu to %llu", what,
		      (unsigned long long)got, (unsigned long long)ms,
		      (unsigned long long)most);
}

void sleep_ms(unsigned int ms)
{
	struct timespec ts = { .tv_sec = ms / 1000,
			       .tv_nsec = (long)(ms % 1000) * 1000000 };

	while (nanosleep(&ts, &ts) && errno == EINTR)
		;
}

void set_nonblock(int fd, bool on)
{
	int flags = fcntl(fd, F_GETFL);

	OK(flags);
	flags = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
	OK(fcntl(fd, F_SETFL, flags));
}

void set_int(int fd, int level, int name, int value)
{
	if (setsockopt(fd, level, name, &value, sizeof(value)))
		WRONG("setsockopt(level %d, option %d, %d) fails: %s", level,
		      name, value, strerror(errno));
}

int get_int(int fd, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	if (getsockopt(fd, level, name, &value, &len))
		WRONG("getsockopt(level %d, option %d) fails: %s", level, name,
		      strerror(errno));
	GIVES(len, sizeof(value));
	return value;
}

void send_all(int fd, const void *buf, size_t len)
{
	const uint8_t *p = buf;

	while (len > 0) {
		ssize_t n = send(fd, p, len, MSG_NOSIGNAL);

		OK(n);
		p += n;
		len -= (size_t)n;
	}
}

void recv_all(int fd, void *buf, size_t len)
{
	uint8_t *p = buf;

	while (len > 0) {
		ssize_t n = recv(fd, p, len, 0);

		OK(n);
		if (n == 0)
			WRONG("end of stream, %zu bytes early", len);
		p += n;
		len -= (size_t)n;
	}
}

void send_text(int fd, const char *s)
{
	send_all(fd, s, strlen(s));
}

void want_text(int fd, const char *s)
{
	char buf[256];
	size_t n = strlen(s);

	recv_all(fd, buf, n);
	if (memcmp(buf, s, n))
		WRONG("received '%.*s', not '%s'", (int)n, buf, s);
}

void want_eof(int fd)
{
	char c;

	GIVES(recv(fd, &c, 1, 0), 0);
}

void pattern(uint8_t *buf, size_t len, size_t pos)
{
	for (size_t i = 0; i < len; i++, pos++)
		buf[i] = (uint8_t)(pos ^ (pos >> 8) * 31 ^ (pos >> 16) * 17);
}

void send_pattern(int fd, size_t len)
{
	uint8_t buf[65536];

	for (size_t pos = 0; pos < len;) {
		size_t n = len - pos < sizeof(buf) ? len - pos : sizeof(buf);

		pattern(buf, n, pos);
		send_all(fd, buf, n);
		pos += n;
	}
}

void recv_pattern(int fd, size_t len)
{
	uint8_t buf[65536], want[65536];

	for (size_t pos = 0; pos < len;) {
		size_t n = len - pos < sizeof(buf) ? len - pos : sizeof(buf);
		ssize_t got = recv(fd, buf, n, 0);

		OK(got);
		if (got == 0)
			WRONG("end of stream at %zu of %zu", pos, len);
		pattern(want, (size_t)got, pos);
		if (memcmp(buf, want, (size_t)got))
			WRONG("wrong bytes in %zu..%zu", pos,
			      pos + (size_t)got);
		pos += (size_t)got;
	}
}

short wait_events(int fd, short events, int ms)
{
	struct pollfd p = { .fd = fd, .events = events };
	int n;

	do
		n = poll(&p, 1, ms);
	while (n < 0 && errno == EINTR);
	OK(n);
	return p.revents;
}

short wait_all_events(int fd, short events, short want)
{
	short got = wait_events(fd, events, 5000 * (int)slow());
	uint64_t start = now_ms();

	while ((got & want) != want && now_ms() - start < 1000) {
		sleep_ms(1);
		got = wait_events(fd, events, 0);
	}
	return got;
}

void want_quiet(int fd, int ms)
{
	GIVES(wait_events(fd, POLLIN, ms), 0);
}

void alarm_every(unsigned int ms)
{
	struct timeval tv = { .tv_sec = ms / 1000,
			      .tv_usec = (long)(ms % 1000) * 1000 };
	struct itimerval it = { .it_value = tv, .it_interval = tv };

	OK(setitimer(ITIMER_REAL, &it, NULL));
}

void handle(int sig, void (*handler)(int), int flags)
{
	struct sigaction sa = { .sa_handler = handler, .sa_flags = flags };

	sigemptyset(&sa.sa_mask);
	OK(sigaction(sig, &sa, NULL));
}
