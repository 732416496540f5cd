// SPDX-License-Identifier: MIT
/*
 * thr_many - thousands of threads, one after the other
 */
#include <pthread.h>
#include <unistd.h>

#include "verdict.h"

#define CYCLES 2000

static void *tid_of(void *arg)
{
	*(pid_t *)arg = gettid();
	return NULL;
}

static void many_cycles(void)
{
	pthread_t t;
	pid_t tid, last = 0;
	int same = 0;

	for (int i = 0; i < CYCLES; i++) {
		EXPECT(!pthread_create(&t, NULL, tid_of, &tid));
		EXPECT(!pthread_join(t, NULL));
		same += tid == last;
		last = tid;
	}
	EXPECT(same == 0);
	EXPECT(last != getpid());
}

int main(void)
{
	TEST(many_cycles);
	return verdict_failed;
}
