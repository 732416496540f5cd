// SPDX-License-Identifier: MIT
/*
 * ixcp.c - ask running instances
 */
#include "control/ixcp/ixcp.h"
#include "control/ixcp/table.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Verbs: X(name, arguments, what it shows, how many instances: 0 all, 1 one;
 * is the PID sent along).
 */
#define VERB_LIST(X)                                                     \
	X(list, "", "running instances", 0, 0)                           \
	X(stats, "[PID]", "counters, devices and memory pools", 1, 0)    \
	X(conns, "[PID]", "connections and listeners, like ss", 1, 0)    \
	X(fds, "PID", "each fd: accelerated, or why not", 1, 1)          \
	X(threads, "[PID]", "elastic threads and who drives them", 1, 0) \
	X(latency, "[PID]", "histograms of time spent", 1, 0)

/* Verbs of later versions: X(name, arguments). */
#define LATER_LIST(X)                    \
	X("set-threads", "PID N")        \
	X("migrate", "PID GROUP THREAD") \
	X("auto", "PID --policy POLICY")

#define PATIENCE_S 30

struct verb {
	const char *name;
	void (*print)(const json_t *answer);
	int one, send_pid;
};

static const struct verb verbs[] = {
#define X(name, args, help, one, send_pid) \
	{ #name, print_##name, one, send_pid },
	VERB_LIST(X)
#undef X
};

struct request {
	const struct verb *verb;
	int pid; /* 0: none is named */
	int json;
};

static struct instance instances[IXCP_MAX_INSTANCES];
static struct answer answers[IXCP_MAX_INSTANCES];
static size_t ninstances;

static int fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* What instances said may be part of it. */
static int fail(const char *fmt, ...)
{
	char line[1024], plain[4096];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	text_plain(line, plain, sizeof(plain));
	fprintf(stderr, "ixcp: %s\n", plain);
	return 1;
}

static int usage(void)
{
	puts("Usage: ixcp VERB [PID] [--json]\n"
	     "Ask the running instances of IX.\n");
#define X(name, args, help, one, send_pid) \
	printf("  %-11s %-20s %s\n", #name, args, help);
	VERB_LIST(X)
#undef X
#define X(name, args) printf("  %-11s %-20s (not built yet)\n", name, args);
	LATER_LIST(X)
#undef X
	puts("\n  --json      print the answer as JSON\n"
	     "  --version   print the version\n"
	     "  --help      print this\n\n"
	     "PID may be left out where one instance runs; it may be any "
	     "process of the\ninstance. Exit status: 0, or 1 with one line "
	     "on stderr.");
	return 0;
}

/* What all instances said, once it has been looked at. */
static void drop_answers(void)
{
	size_t i;

	for (i = 0; i < ninstances; i++) {
		json_decref(answers[i].doc);
		answers[i].doc = NULL;
	}
}

/* Does the instance say that pid is one of its processes? */
static bool has_process(const struct answer *a, int pid)
{
	json_t *value;
	size_t i;

	json_array_foreach(json_object_get(a->doc, "processes"), i,
			   value) if (json_integer_value(value) ==
				      pid) return true;
	return false;
}

/* Where several sockets are there, those of killed instances do not count. */
static const struct instance *only_one(void)
{
	const struct instance *found = NULL;
	size_t i, n = 0;

	if (ninstances > 1)
		client_ask_all(instances, ninstances, "list\n", answers);
	for (i = 0; i < ninstances; i++) {
		if (answers[i].rc == -ECONNREFUSED)
			continue;
		found = &instances[i];
		n++;
	}
	drop_answers();
	if (n == 1)
		return found;
	if (n)
		fail("%zu instances run; name one, see ixcp list", n);
	else
		fail("no instance runs");
	return NULL;
}

/* Whose process pid is: root's own instances are believed first. */
static const struct instance *owner_of(int pid)
{
	size_t i;
	int all;

	for (all = 0; all <= 1; all++)
		for (i = 0; i < ninstances; i++)
			if ((all || instances[i].dir->owner == 0) &&
			    has_process(&answers[i], pid))
				return &instances[i];
	return NULL;
}

/* The instance that r is about; NULL after a message. */
static const struct instance *choose(const struct request *r)
{
	const struct instance *found;
	size_t i;

	if (!r->pid)
		return only_one();
	for (i = 0; i < ninstances; i++)
		if (instances[i].pid == r->pid)
			return &instances[i];
	client_ask_all(instances, ninstances, "list\n", answers);
	found = owner_of(r->pid);
	drop_answers();
	if (!found)
		fail("process %d belongs to no instance; see ixcp list",
		     r->pid);
	return found;
}

static void show(const struct request *r, const json_t *answer)
{
	if (!r->json) {
		r->verb->print(answer);
		return;
	}
	print_json(answer);
}

static int ask_one(const struct request *r)
{
	const struct instance *in = choose(r);
	struct answer *a = &answers[0];
	char line[64];

	if (!in)
		return 1;
	if (r->verb->send_pid)
		snprintf(line, sizeof(line), "%s %d\n", r->verb->name, r->pid);
	else
		snprintf(line, sizeof(line), "%s\n", r->verb->name);
	client_ask(in, line, a);
	if (a->rc)
		return fail("%s", a->err);
	show(r, a->doc);
	json_decref(a->doc);
	return 0;
}

/* Sockets that nobody listens on are left from killed instances. Who does not
 * answer does not keep the others from being shown. */
static int ask_all(const struct request *r)
{
	json_t *all = json_array();
	const struct answer *a;
	size_t i;
	int bad = 0;

	client_ask_all(instances, ninstances, "list\n", answers);
	for (i = 0; i < ninstances; i++) {
		a = &answers[i];
		if (a->rc == 0)
			json_array_append_new(all, a->doc);
		else if (a->rc == -ECONNREFUSED)
			client_forget(&instances[i]);
		else if (a->rc != -ENOENT && a->rc != -EACCES &&
			 a->rc != -EPERM)
			bad = fail("%s", a->err);
	}
	if (json_array_size(all) || r->json)
		show(r, all);
	else
		puts("no instance runs");
	json_decref(all);
	return bad;
}

static int parse_verb(const char *arg, struct request *r)
{
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, arg) == 0)
			r->verb = &verbs[i];
#define X(name, args)               \
	if (strcmp(name, arg) == 0) \
		return fail("%s is not built yet", name);
	LATER_LIST(X)
#undef X
	return r->verb ? 0 : fail("%s is not a verb; see ixcp --help", arg);
}

static int parse_pid(const char *arg, struct request *r)
{
	char *end;
	long pid = strtol(arg, &end, 10);

	if (r->pid || !r->verb->one)
		return fail("%s takes no argument %s", r->verb->name, arg);
	if (*end || pid <= 0 || pid > 1 << 30)
		return fail("%s is not a PID", arg);
	r->pid = (int)pid;
	return 0;
}

static int parse_args(char **argv, struct request *r)
{
	int rc = 0;

	for (; *argv && !rc; argv++) {
		if (strcmp(*argv, "--json") == 0)
			r->json = 1;
		else if (argv[0][0] == '-')
			rc = fail("%s is not an option; see ixcp --help",
				  *argv);
		else if (!r->verb)
			rc = parse_verb(*argv, r);
		else
			rc = parse_pid(*argv, r);
	}
	if (!rc && !r->verb)
		rc = fail("no verb is given; see ixcp --help");
	if (!rc && r->verb->send_pid && !r->pid)
		rc = fail("%s needs a PID", r->verb->name);
	return rc;
}

int main(int argc, char **argv)
{
	struct request r = { 0 };
	int i;

	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0)
			return usage();
		if (strcmp(argv[i], "--version") == 0) {
			puts("ixcp " IX_VERSION);
			return 0;
		}
	}
	if (parse_args(argv + 1, &r))
		return 1;
	/* a directory's file system may be a user's, and not answer */
	alarm(PATIENCE_S);
	ninstances = instances_find(instances, IXCP_MAX_INSTANCES);
	return r.verb->one ? ask_one(&r) : ask_all(&r);
}
