/* SPDX-License-Identifier: MIT */
/*
 * load.h - the load generator: what is asked for, what is measured
 */
#ifndef IX_BENCH_LOAD_H
#define IX_BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum load_proto { PROTO_MEMCACHED, PROTO_ECHO };
enum load_kind { LOAD_ETC, LOAD_USR, LOAD_FIXED };

#define LOAD_MAX_DEPTH 1024

struct load_opts {
	bool kernel; /* kernel sockets instead of libix */
	char host[64];
	uint16_t port;
	enum load_proto proto;
	unsigned connections;
	unsigned depth; /* requests under way on a connection */
	enum load_kind kind;
	unsigned key_size, value_size; /* LOAD_FIXED, bytes */
	double get_ratio;	       /* < 0: the workload's own */
	unsigned keys;		       /* in the store */
	double duration_s, warmup_s, connect_timeout_s;
	double rate; /* requests/s in all; 0: closed loop */
	uint64_t seed;
	bool no_preload; /* the keys are there already */
	bool spin;	 /* kernel sockets: poll, never sleep */
	bool json;
	bool steps; /* loads are read from standard input */
	/* the load begins (warm-up included), the measured time is over */
	void (*mark)(const char *what);
};

/*
 * Latencies: log-linear, 64 steps for each power of two, in ns.
 */
#define HIST_STEPS 64
#define HIST_POWERS 40

struct hist {
	uint64_t count, sum, max;
	uint64_t bin[HIST_POWERS * HIST_STEPS];
};

void hist_add(struct hist *h, uint64_t ns);
/* Value below which the fraction q of all lies, ns. */
uint64_t hist_quantile(const struct hist *h, double q);

/*
 * workload.c: keys and values. Both follow from the key's number alone, so
 * every answer can be checked.
 */
#define KEY_MAX 250
#define VALUE_MAX 65536

/* 0, or -ENOMEM. */
int workload_init(const struct load_opts *o);
/* Text of key k (not terminated); its length. */
unsigned workload_key(uint32_t k, char *out);
unsigned workload_value_size(uint32_t k);
void workload_value(uint32_t k, char *out, unsigned size);
bool workload_value_ok(uint32_t k, const char *p, unsigned size);
uint32_t workload_pick(void);
bool workload_is_get(void);
double workload_uniform(void); /* (0, 1) */

/* One request under way. */
struct req {
	uint64_t due_ns; /* when it had to be sent */
	uint32_t key;
	bool get;
	bool preload;
};

struct conn {
	void *link; /* the backend's */
	unsigned id;
	bool up, failed;
	struct req *ring; /* depth entries, in order of sending */
	unsigned head, busy;
	/* bytes received and not yet understood */
	char *in;
	size_t in_len, in_cap;
	/* bytes to send that the backend did not take */
	char *out;
	size_t out_len, out_cap;
	uint64_t echo_seq; /* number of the next echo that is expected */
};

/*
 * A way to the server. Return values: 0/bytes, or a negative errno.
 */
struct backend {
	const char *name;
	/* 0, or -errno with a line in err (which may stay empty) */
	int (*start)(const struct load_opts *o, char *err, size_t err_size);
	int (*open)(struct conn *c);
	ssize_t (*send)(struct conn *c, const char *buf, size_t len);
	ssize_t (*recv)(struct conn *c, char *buf, size_t len);
	void (*close)(struct conn *c);
	/* Let things happen, at most until wait_ns from now; calls run_*. */
	int (*poll)(int64_t wait_ns);
	uint64_t (*now_ns)(void);
};
extern const struct backend backend_kernel, backend_ix;

/* run.c, called by backends */
void run_connected(struct conn *c, int err);
void run_readable(struct conn *c);
void run_writable(struct conn *c);
void run_closed(struct conn *c, int err);

/* proto.c: append a request to out (room is there); its size */
size_t proto_request(const struct load_opts *o, const struct req *r, char *out);
size_t proto_request_max(const struct load_opts *o);
/* Is a whole answer to r at p? Its size, 0: not yet, -EPROTO: wrong. */
ssize_t proto_answer(const struct load_opts *o, const struct req *r,
		     const char *p, size_t len, bool *wrong_out);

struct load_result {
	uint64_t requests, errors, wrong;
	uint64_t all;	 /* requests answered from mark to mark */
	uint64_t missed; /* open loop: due, but never sent */
	double seconds;
	struct hist hist;
	/* p99 of the median window, ns: see run.c; 0 without one */
	uint64_t window_p99;
};
/* Before the first load: room for o->connections, the most of any load. */
int run_init(const struct load_opts *o);
/*
 * One load on the first o->connections, opening those that are not. What is
 * asked for may change from one to the next, the protocol and the keys not.
 * 0, or -errno with a line in err; after -ETIMEDOUT no other can follow.
 */
int run_load(const struct load_opts *o, struct load_result *res, char *err,
	     size_t err_size);

/* options.c: the command line, and one line of --steps. */
struct ix_config;
void options_parse(int argc, char **argv, struct load_opts *o,
		   struct ix_config *cfg);
/* "connections=16 depth=4 rate=0 duration=1 warmup=0.2"; 0, or -EINVAL with a
 * line in err. o keeps what is not named. */
int options_step(char *line, struct load_opts *o, char *err, size_t err_size);

#endif
