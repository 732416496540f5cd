// SPDX-License-Identifier: MIT
/*
 * main.c - attack the dataplane
 *
 *	hostile calls | races | exhaust | foreign
 *	hostile random SEED BATCHES
 *	hostile hold		open objects, print their handles
 *	hostile nothing
 *
 * A line for each group of cases, PASS or FAIL with their number. With
 * HOSTILE_WAIT in the environment it stays until its standard input ends, so
 * that the instance can be looked at; with HOSTILE_CHILD it then executes
 * itself in a child, which tries the same.
 */
#include "hostile.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define HELD 16

static void hold(void)
{
	ix_handle_t client, server;
	unsigned i;

	for (i = 0; i < HELD; i++) {
		connect_pair(&client, &server);
		printf("%#llx,%#llx%s", (unsigned long long)client,
		       (unsigned long long)server, i < HELD - 1 ? "," : "\n");
	}
	fflush(stdout);
}

static void all_calls(void)
{
	try_gate();
	try_batches();
	try_objects();
	if (!guest)
		return;
	try_memory();
	try_instructions();
	/* after all that, the gate works as ever */
	expect("SENDV", "the end", send_data(objects.client, 100), 100);
	verdict("afterwards");
}

static int attack(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "calls"))
		all_calls();
	else if (!strcmp(what, "races"))
		try_races();
	else if (!strcmp(what, "exhaust"))
		try_exhaustion();
	else if (!strcmp(what, "foreign"))
		try_foreign();
	else if (!strcmp(what, "hold"))
		hold();
	else if (!strcmp(what, "nothing"))
		drain();
	else if (!strcmp(what, "random") && argc == 4)
		try_random(strtoull(argv[2], NULL, 0),
			   strtoull(argv[3], NULL, 0));
	else
		return 2;
	return verdicts_failed();
}

static void close_objects(void)
{
	const ix_handle_t all[] = { objects.listener, objects.udp,
				    objects.client, objects.server };
	struct ix_bsys b;
	unsigned i;

	for (i = 0; i < 4; i++) {
		b = (struct ix_bsys){ .nr = IX_BSYS_CLOSE, .handle = all[i] };
		if (IX_HANDLE_KIND(all[i]) == IX_KIND_TCP)
			b.flags = IX_CLOSE_RST;
		call(&b);
	}
	drain();
}

/* The same by a program that this one executes. */
static int child(char **argv)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		unsetenv("HOSTILE_CHILD");
		unsetenv("HOSTILE_WAIT");
		setenv("HOSTILE_WHO", "child: ", 1);
		execv("/proc/self/exe", argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 1;
	return status != 0;
}

/* It comes for its events, as a program does: connections that it has closed are
 * over when it has been told. */
static void wait_for_end(void)
{
	struct pollfd p = { .fd = 0, .events = POLLIN };

	while (poll(&p, 1, 10) == 0)
		enter(0, IX_ENTER_POLL | IX_ENTER_EVENTS);
}

int main(int argc, char **argv)
{
	int rc;

	if (getenv("HOSTILE_WHO"))
		who = getenv("HOSTILE_WHO");
	world_init(argv);
	rc = attack(argc, argv);
	close_objects();
	if (rc == 0 && getenv("HOSTILE_CHILD"))
		rc = child(argv);
	puts(rc == 2 ? "usage" : "done");
	fflush(stdout);
	if (getenv("HOSTILE_WAIT"))
		wait_for_end();
	return rc;
}
