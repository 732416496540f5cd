/* SPDX-License-Identifier: MIT */
/*
 * check - says what was wrong and exits 1; small helpers for sockets.
 */
#ifndef IX_POSIX_CHECK_H
#define IX_POSIX_CHECK_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void wrong(const char *file, int line, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 3, 4)));

#define WRONG(...) wrong(__FILE__, __LINE__, __VA_ARGS__)

/* What is tried just now, for a program that tries many alike: wrong() says it. */
void about(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The condition holds. */
#define CHECK(cond)                                             \
	do {                                                    \
		if (!(cond))                                    \
			WRONG("%s is false (errno: %s)", #cond, \
			      strerror(errno));                 \
	} while (0)

/* The call gives this number. */
#define GIVES(call, want)                                                   \
	do {                                                                \
		long long got_ = (long long)(call);                         \
		long long want_ = (long long)(want);                        \
		if (got_ != want_)                                          \
			WRONG("%s gives %lld, not %lld (errno: %s)", #call, \
			      got_, want_, strerror(errno));                \
	} while (0)

/* The call succeeds (is not -1). */
#define OK(call)                                                       \
	do {                                                           \
		if ((long long)(call) == -1)                           \
			WRONG("%s fails: %s", #call, strerror(errno)); \
	} while (0)

/* The call gives -1 with this errno. */
#define FAILS(call, err)                                                   \
	do {                                                               \
		long long got_;                                            \
		errno = 0;                                                 \
		got_ = (long long)(call);                                  \
		if (got_ != -1)                                            \
			WRONG("%s gives %lld, not %s", #call, got_, #err); \
		if (errno != (err))                                        \
			WRONG("%s fails with %s, not %s", #call,           \
			      strerror(errno), #err);                      \
	} while (0)

/* At least so many milliseconds have passed, and not seconds more: a machine
 * that is busy with other things is late, but not by that much. */
void took(uint64_t since, uint64_t ms, const char *what);
uint64_t now_ms(void);

/* IXT_SLOW of lib.sh: what is waited for is waited for so many times as long. */
unsigned int slow(void);
void sleep_ms(unsigned int ms);

void set_nonblock(int fd, bool on);
void set_int(int fd, int level, int name, int value);
int get_int(int fd, int level, int name);

/* Everything or wrong(). */
void send_all(int fd, const void *buf, size_t len);
void recv_all(int fd, void *buf, size_t len);
void send_text(int fd, const char *s);
void want_text(int fd, const char *s);
void want_eof(int fd);

/* len bytes of a pattern from pos on, and their check. */
void pattern(uint8_t *buf, size_t len, size_t pos);
void send_pattern(int fd, size_t len);
void recv_pattern(int fd, size_t len);

/* Waits for events with poll(); gives revents, 0 after ms. */
short wait_events(int fd, short events, int ms);

/*
 * The same, but asks again for up to a second until all of `want` shows.
 *
 * Linux resets a connection by setting the error first and the state after it;
 * poll() reads the state first and the error after it, without the lock. So for
 * a moment it may show POLLERR alone.
 */
short wait_all_events(int fd, short events, short want);

/* Nothing readable for so long. */
void want_quiet(int fd, int ms);

/* SIGALRM after so many ms and, as the first may come before the call that it
 * is to interrupt, again and again; 0 ends it. */
void alarm_every(unsigned int ms);

void handle(int sig, void (*handler)(int), int flags);

#endif
