/* SPDX-License-Identifier: MIT */
/*
 * ixcp.h - the parts of ixcp
 *
 * An instance listens on DIR/<pid>.sock. A request is one line, "verb
 * [argument]\n"; the answer is one JSON document, then the end of the stream;
 * {"error": "..."} says why there is none.
 *
 * Trust: root asks instances of other users as well. Their directories, sockets
 * and answers may be anything. So all waiting is bounded in time and all
 * reading in size, only printable characters are printed, and no file of other
 * users is removed.
 */
#ifndef IXCP_H
#define IXCP_H

#include <jansson.h>
#include <stddef.h>
#include <sys/types.h>

#define IXCP_MAX_INSTANCES 512
#define IXCP_RUN_DIR "/run/ix"

/* A directory of control sockets, to which its owner alone can write. */
struct run_dir {
	int fd;
	uid_t owner;
	char path[256];
};

struct instance {
	int pid;
	const struct run_dir *dir;
	char name[24]; /* name of its socket in dir */
};

/* Find all control sockets, of at most max instances. They are in order of PID;
 * of the same PID root's comes first, then the caller's own. Returns how many
 * there are in list. */
size_t instances_find(struct instance *list, size_t max);

/* What an instance has answered. */
struct answer {
	int rc;	       /* 0; or -errno: -ECONNREFUSED if nobody listens */
	json_t *doc;   /* rc 0: a reference, which the caller drops */
	char err[768]; /* else: one line that says what is wrong */
};

/* Ask one instance, or several at once, of which each may give a short answer
 * only. Either takes 5 s at most. */
void client_ask(const struct instance *in, const char *request,
		struct answer *out);
void client_ask_all(const struct instance *list, size_t n, const char *request,
		    struct answer *out);
/* Remove a socket on which nobody listens, if the directory is the caller's
 * own. */
void client_forget(const struct instance *in);

/* Print an answer as a table. */
void print_list(const json_t *instances);
void print_stats(const json_t *answer);
void print_conns(const json_t *answer);
void print_fds(const json_t *answer);
void print_threads(const json_t *answer);
void print_latency(const json_t *answer);
/* Print an answer as JSON. */
void print_json(const json_t *answer);

#endif
