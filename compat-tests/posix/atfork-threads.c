// SPDX-License-Identifier: MIT
/* atfork-threads - handlers that end a thread before a fork and start it after it on both sides, as gRPC's do, do not hang sockets or forks. */
#include <pthread.h>
#include <sys/wait.h>

#include "kinds.h"

static pthread_t thread;
static int stop, rounds, starts;

static void *work(void *arg)
{
	(void)arg;
	while (!__atomic_load_n(&stop, __ATOMIC_SEQ_CST)) {
		__atomic_add_fetch(&rounds, 1, __ATOMIC_SEQ_CST);
		sleep_ms(1);
	}
	return NULL;
}

static void start_thread(void)
{
	stop = 0;
	starts++;
	GIVES(pthread_create(&thread, NULL, work, NULL), 0);
}

static void end_thread(void)
{
	__atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
	GIVES(pthread_join(thread, NULL), 0);
}

/* Before main(), and so before any socket. */
__attribute__((constructor)) static void set_handlers(void)
{
	start_thread();
	pthread_atfork(end_thread, start_thread, start_thread);
}

static void want_thread(void)
{
	int was = __atomic_load_n(&rounds, __ATOMIC_SEQ_CST);
	uint64_t start = now_ms();

	while (__atomic_load_n(&rounds, __ATOMIC_SEQ_CST) == was) {
		CHECK(now_ms() - start < 5000 * slow());
		sleep_ms(1);
	}
}

static void subject(struct role *r)
{
	int t[2], status;
	pid_t pid;

	GIVES(starts, 1);
	want_thread();
	own_pair(r, t);
	GIVES(starts, 1);
	pid = fork();
	OK(pid);
	if (pid == 0) {
		GIVES(starts, 2);
		want_thread();
		send_text(t[0], "child");
		end_thread();
		_exit(0);
	}
	want_thread();
	GIVES(waitpid(pid, &status, 0), pid);
	GIVES(status, 0);
	want_text(t[1], "child");
	FAILS(waitpid(-1, &status, 0), ECHILD);
	OK(close(t[0]));
	OK(close(t[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
