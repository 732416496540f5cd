/* SPDX-License-Identifier: MIT */
/*
 * ixcp.h - the parts of ixcp
 *
 * An instance listens on DIR/<pid>.sock. A request is one line, "verb
 * [argument]\n"; the answer is one JSON document, then the end of the stream;
 * {"error": "..."} says why there is none.
 *
 * Trust: root asks instances of others as well. Their directories, sockets and
 * answers may be anything: nothing is waited for but for a bounded time, read
 * but up to a bounded size, printed but as printable characters, or removed.
 */
#ifndef IXCP_H
#define IXCP_H

#include <jansson.h>
#include <stddef.h>
#include <sys/types.h>

#define IXCP_MAX_INSTANCES 512
#define IXCP_RUN_DIR "/run/ix"

/* A directory of sockets that is its owner's alone to write. */
struct run_dir {
	int fd;
	uid_t owner;
	char path[256];
};

struct instance {
	int pid;
	const struct run_dir *dir;
	char name[24]; /* of its socket, in dir */
};

/* The instances whose sockets are there, in order of PID; of one PID root's
 * first, then one's own. Returns how many. */
size_t instances_find(struct instance *list, size_t max);

/* What an instance said: a reference, or -errno with one line in err.
 * -ECONNREFUSED: nobody listens there. */
struct answer {
	int rc;
	json_t *doc;
	char err[768];
};

/* Ask one, or all at once, each for a short answer. It takes 5 s at most. */
void client_ask(const struct instance *in, const char *request,
		struct answer *out);
void client_ask_all(const struct instance *list, size_t n, const char *request,
		    struct answer *out);
/* Remove a socket that nobody listens on, if the directory is one's own. */
void client_forget(const struct instance *in);

/* Print an answer as a table. */
void print_list(const json_t *instances);
void print_stats(const json_t *answer);
void print_conns(const json_t *answer);
void print_fds(const json_t *answer);
void print_threads(const json_t *answer);
void print_latency(const json_t *answer);
/* ... or as JSON. */
void print_json(const json_t *answer);

#endif
