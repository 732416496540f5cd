// SPDX-License-Identifier: MIT
/* atfork-locks - handlers that hold a lock over the fork, as those of allocators and gRPC do, with threads that take it, do not hang sockets. */
#include <pthread.h>
#include <sys/wait.h>

#include "kinds.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int stop;

static void take(void)
{
	pthread_mutex_lock(&lock);
}

static void give(void)
{
	pthread_mutex_unlock(&lock);
}

__attribute__((constructor)) static void set_handlers(void)
{
	pthread_atfork(take, give, give);
}

static void *contend(void *arg)
{
	(void)arg;
	while (!__atomic_load_n(&stop, __ATOMIC_SEQ_CST)) {
		take();
		sleep_ms(1);
		give();
		sleep_ms(1);
	}
	return NULL;
}

static void child(struct role *r)
{
	int t[2];

	take();
	own_pair(r, t);
	give();
	send_text(t[0], "x");
	want_text(t[1], "x");
	_exit(0);
}

static void subject(struct role *r)
{
	pthread_t t[2];
	int status;

	__atomic_store_n(&stop, 0, __ATOMIC_SEQ_CST);
	for (int i = 0; i < 2; i++)
		GIVES(pthread_create(&t[i], NULL, contend, NULL), 0);
	for (int i = 0; i < 3; i++) {
		pid_t pid = fork();

		OK(pid);
		if (pid == 0)
			child(r);
		GIVES(waitpid(pid, &status, 0), pid);
		GIVES(status, 0);
	}
	__atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
	for (int i = 0; i < 2; i++)
		GIVES(pthread_join(t[i], NULL), 0);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
