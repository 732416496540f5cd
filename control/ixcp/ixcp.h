/* SPDX-License-Identifier: MIT */
/*
 * ixcp.h - the parts of ixcp
 *
 * An instance listens on DIR/<pid>.sock. A request is one line, "verb
 * [argument]\n"; the answer is one JSON document, then the end of the stream;
 * {"error": "..."} says why there is none.
 */
#ifndef IXCP_H
#define IXCP_H

#include <jansson.h>
#include <stddef.h>

#define IXCP_MAX_INSTANCES 256
#define IXCP_RUN_DIR "/run/ix"

struct instance {
	int pid;
	char path[108]; /* of its socket */
};

/* The instances whose sockets are there, in order of PID. Returns how many. */
size_t instances_find(struct instance *list, size_t max);

/* Ask the instance at path. 0 and a new reference, or -errno with one line
 * in err; -ECONNREFUSED: nobody listens there. */
int client_ask(const char *path, const char *request, json_t **answer_out,
	       char *err, size_t err_size);

/* Print an answer as a table. */
void print_list(const json_t *instances);
void print_stats(const json_t *answer);
void print_conns(const json_t *answer);
void print_fds(const json_t *answer);
void print_threads(const json_t *answer);
void print_latency(const json_t *answer);

#endif
