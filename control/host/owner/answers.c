// SPDX-License-Identifier: MIT
/*
 * answers.c - what ixcp asks: list, stats, conns, fds, threads, latency
 *
 * Counters are read while others write them: each is a number that was true a
 * moment ago.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/addr.h"
#include "base/text.h"
#include "control/host/instance/procs.h"
#include "control/host/owner/answers.h"
#include "control/host/owner/json.h"
#include "control/host/owner/keeper.h"
#include "control/host/owner/owner.h"
#include "net/flow/flow.h"
#include "net/tcp/state/tcp_state.h"
#include "net/tcp/tcp.h"
#include "net/udp/udp.h"

#define LEASE_WAIT_NS (50 * NSEC_PER_MSEC)
#define FDS_MAX (16u << 20)

static const char *const state_name[] = {
#define X(name, value, shown, text) [value] = shown,
	TCP_STATE_LIST(X)
#undef X
};

static uint32_t count_conns(const struct instance *in)
{
	uint32_t i, n = 0;

	for (i = 0; i < in->core.nethreads; i++)
		n += tcp_in_use(&in->core.et[i]->net);
	return n;
}

static bool is_down(const struct instance *in, uint32_t dev)
{
	uint16_t q;

	for (q = 0; q < drv_info(in->core.dev[dev])->nqueues; q++)
		if (drv_is_down(in->core.dev[dev], q))
			return true;
	return false;
}

/* Devices whose queue of this elastic thread is down. */
static void put_down(struct json *j, const struct core *core, uint16_t et)
{
	uint32_t i;

	json_array(j, "links_down");
	for (i = 0; i < core->ndevs; i++)
		if (drv_is_down(core->dev[i], et))
			json_str(j, NULL, drv_info(core->dev[i])->name);
	json_end(j, ']');
}

static void list_devices(const struct instance *in, struct json *j)
{
	char mac[RTE_ETHER_ADDR_FMT_SIZE];
	const struct drv_info *d;
	uint32_t i;

	json_array(j, "dev");
	for (i = 0; i < in->core.ndevs; i++) {
		d = drv_info(in->core.dev[i]);
		rte_ether_format_addr(mac, sizeof(mac), &d->mac);
		json_object(j, NULL);
		json_str(j, "name", d->name);
		json_str(j, "driver", d->driver);
		json_str(j, "mac", mac);
		json_u64(j, "mtu", d->mtu);
		json_str(j, "kernel_if", d->kernel_if);
		json_str(j, "link", is_down(in, i) ? "down" : "up");
		json_end(j, '}');
	}
	json_end(j, ']');
}

static void list_addresses(const struct instance *in, struct json *j)
{
	const struct ix_info *info = &in->core.net.info;
	char ip[ADDR_TEXT_LEN], text[64];
	uint32_t i;

	json_array(j, "ip");
	for (i = 0; i < info->naddrs; i++) {
		int v4 = addr_is_v4(&info->addrs[i].ip);

		snprintf(text, sizeof(text), "%s/%u",
			 addr_text(&info->addrs[i].ip, ip),
			 v4 ? info->addrs[i].prefix - 96 :
			      info->addrs[i].prefix);
		json_str(j, NULL, text);
	}
	json_end(j, ']');
}

static void answer_list(struct owner *o, const char *arg, struct json *j)
{
	const struct instance *in = o->in;
	uint32_t i;

	(void)arg;
	json_u64(j, "pid", (uint64_t)in->booter);
	json_str(j, "program", in->program);
	list_devices(in, j);
	list_addresses(in, j);
	json_str(j, "protect", in->guest ? "kvm" : "direct");
	json_u64(j, "owner", (uint64_t)in->owner);
	json_array(j, "processes");
	for (i = 0; i < in->proc_top; i++)
		if (procs_pid(in, i) && !o->proc[i].gone)
			json_u64(j, NULL, procs_pid(in, i));
	json_end(j, ']');
	json_u64(j, "ethreads", in->core.nethreads);
	json_u64(j, "conns", count_conns(in));
	json_u64(j, "uptime_s",
		 (clock_kernel_ns() - in->boot_ns) / NSEC_PER_SEC);
}

static void put_histogram(struct json *j, const char *key, const uint64_t *v,
			  unsigned n)
{
	unsigned i;

	json_array(j, key);
	for (i = 0; i < n; i++)
		json_u64(j, NULL, v[i]);
	json_end(j, ']');
}

static void stats_ethread(const struct ethread *et, struct json *j)
{
	static const char *const call[] = {
#define X(up, low, text) "bsys_" #low,
		IX_BSYS_LIST(X)
#undef X
	};
	unsigned i;

	json_object(j, NULL);
	json_u64(j, "id", et->id);
	json_object(j, "counters");
#define X(name, text) json_u64(j, #name, et->net.stats.name);
	NET_STATS_LIST(X)
#undef X
	json_end(j, '}');
	json_object(j, "loop");
#define X(name, text) json_u64(j, #name, et->stats.name);
	LOOP_STATS_LIST(X)
#undef X
	json_u64(j, "lease_contended", et->lease.contended);
	json_u64(j, "lease_recovered", et->lease.recovered);
	for (i = 0; i < IX_BSYS_MAX; i++)
		json_u64(j, call[i], et->stats.bsys[i]);
	put_histogram(j, "batch", et->stats.batch, LOOP_BATCH_BUCKETS);
	json_end(j, '}');
	json_end(j, '}');
}

static void stats_device(const struct drv_dev *d, struct json *j)
{
	struct drv_counters c;

	drv_counters(d, &c);
	json_object(j, NULL);
	json_str(j, "name", drv_info(d)->name);
	json_str(j, "driver", drv_info(d)->driver);
	json_u64(j, "tx_cksum", drv_info(d)->tx_cksum);
	json_u64(j, "interrupt", drv_info(d)->interrupt);
#define X(name, text) json_u64(j, #name, c.name);
	DRV_COUNTER_LIST(X)
#undef X
	json_end(j, '}');
}

static void stats_pool(const struct rte_mempool *mp, struct json *j)
{
	json_object(j, NULL);
	json_str(j, "name", mp->name);
	json_u64(j, "size", mp->size);
	json_u64(j, "in_use", rte_mempool_in_use_count(mp));
	json_end(j, '}');
}

static void answer_stats(struct owner *o, const char *arg, struct json *j)
{
	const struct core *core = &o->in->core;
	uint32_t i;

	(void)arg;
	json_array(j, "ethreads");
	for (i = 0; i < core->nethreads; i++)
		stats_ethread(core->et[i], j);
	json_end(j, ']');
	json_array(j, "devices");
	for (i = 0; i < core->ndevs; i++)
		stats_device(core->dev[i], j);
	json_end(j, ']');
	json_array(j, "pools");
	for (i = 0; i < core->nethreads; i++) {
		stats_pool(core->et[i]->rx_pool, j);
		stats_pool(core->et[i]->tx_pool, j);
	}
	json_end(j, ']');
}

/* Connections are copied under the lease and printed after. */
struct conn_copy {
	struct ix_conn_info *info;
	size_t n, room;
};

static void copy_conn(void *arg, const struct ix_conn_info *info)
{
	struct conn_copy *c = arg;

	if (c->n < c->room)
		c->info[c->n++] = *info;
}

static void put_endpoint(struct json *j, const char *key,
			 const struct ix_addr *ip, uint16_t port)
{
	char text[ENDPOINT_TEXT_LEN];

	json_str(j, key, endpoint_text(ip, port, text));
}

/* A listener's peer is anybody, in the family of its own address. */
static struct ix_addr peer_of(const struct ix_conn_info *c)
{
	bool v4 = addr_is_v4(&c->lip) && addr_is_any(&c->rip);

	return v4 ? addr_from_v4(0) : c->rip;
}

static void put_conn(struct json *j, unsigned et, const struct ix_conn_info *c)
{
	unsigned nstates = sizeof(state_name) / sizeof(state_name[0]);
	struct ix_addr peer = peer_of(c);

	json_object(j, NULL);
	json_str(j, "state", state_name[c->state < nstates ? c->state : 0]);
	put_endpoint(j, "local", &c->lip, c->lport);
	put_endpoint(j, "peer", &peer, c->rport);
	json_u64(j, "rcvq", c->unread);
	json_u64(j, "sndq", (uint64_t)c->unacked + c->unsent);
	json_u64(j, "rtt_us", c->srtt_us);
	json_u64(j, "rto_us", c->rto_us);
	json_u64(j, "cwnd", c->cwnd);
	json_u64(j, "retransmits", c->retransmits);
	json_u64(j, "mss", c->mss);
	json_u64(j, "ethread", et);
	json_end(j, '}');
}

static void conns_of(struct ethread *et, struct json *j)
{
	struct conn_copy c = { .room = tcp_in_use(&et->net) + 4096 };
	size_t bytes = c.room * sizeof(*c.info), i;

	c.info = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (c.info == MAP_FAILED)
		return;
	if (ethread_take(et, LEASE_WAIT_NS) == 0) {
		tcp_for_each(&et->net, copy_conn, &c);
		ethread_leave(et);
	}
	for (i = 0; i < c.n; i++)
		put_conn(j, et->id, &c.info[i]);
	munmap(c.info, bytes);
}

static void answer_conns(struct owner *o, const char *arg, struct json *j)
{
	uint32_t i;

	(void)arg;
	json_array(j, "conns");
	for (i = 0; i < o->in->core.nethreads; i++)
		conns_of(o->in->core.et[i], j);
	json_end(j, ']');
}

/* The program's side prints into a file; its text goes in as it is. */
static void copy_fds(struct json *j, int fd)
{
	off_t len = lseek(fd, 0, SEEK_END);
	char *text = len > 0 && len <= (off_t)FDS_MAX ? malloc((size_t)len) :
							NULL;
	ssize_t n = text ? pread(fd, text, (size_t)len, 0) : 0;

	if (n > 0)
		json_raw(j, "fds", text, (size_t)n);
	else
		json_raw(j, "fds", "[]", 2);
	free(text);
}

static void answer_fds(struct owner *o, const char *arg, struct json *j)
{
	const struct ix_app_ops *app = o->in->app;
	int pid = atoi(arg), rc = -ENOSYS;
	int fd = memfd_create("ix-fds", MFD_CLOEXEC);

	if (!pid)
		pid = o->in->booter;
	if (fd >= 0 && app && app->describe_fds)
		rc = app->describe_fds(pid, fd);
	else if (fd >= 0 && o->in->keep)
		rc = keeper_describe_fds(o, pid, fd);
	if (rc < 0)
		json_str(j, "error",
			 rc == -ENOSYS ? "the program is not one with "
					 "descriptors of the stack" :
					 strerror(-rc));
	else
		copy_fds(j, fd);
	if (fd >= 0)
		close(fd);
}

static const char *const duty_name[] = {
	[DUTY_ASK] = "ask",
	[DUTY_REST] = "rest",
	[DUTY_LOOK] = "look",
	[DUTY_WATCH] = "watch",
};

static void answer_threads(struct owner *o, const char *arg, struct json *j)
{
	const struct core *core = &o->in->core;
	uint64_t now = clock_kernel_ns();
	const struct ethread *et;
	uint32_t i;

	(void)arg;
	json_array(j, "ethreads");
	for (i = 0; i < core->nethreads; i++) {
		et = core->et[i];
		json_object(j, NULL);
		json_u64(j, "id", i);
		json_u64(j, "driver_pid", et->last_tid);
		json_u64(j, "armed", et->armed_tid);
		json_u64(j, "holder", lease_holder(&et->lease));
		json_str(j, "owner", duty_name[o->duty[i].state]);
		json_str(j, "program",
			 o->duty[i].stuck ? "unresponsive" : "ok");
		json_u64(j, "batch", core->batch);
		json_u64(j, "conns", tcp_in_use(&et->net));
		json_u64(j, "rx", et->stats.rx);
		json_u64(j, "groups", flow_groups(&core->net, i));
		json_u64(j, "handed_out", et->net.stats.flow_tx);
		json_u64(j, "handed_in", et->stats.handed);
		json_u64(j, "moved_out", et->net.stats.flow_out);
		json_u64(j, "moved_in", et->net.stats.flow_in);
		json_u64(j, "idle_us",
			 now > et->last_driven_ns ?
				 (now - et->last_driven_ns) / NSEC_PER_USEC :
				 0);
		put_down(j, core, (uint16_t)i);
		json_end(j, '}');
	}
	json_end(j, ']');
}

/* Bucket i is [low(i), low(i + 1)) ns. */
static uint64_t low_ns(unsigned i)
{
	return i ? UINT64_C(1) << i : 0;
}

/* The last of the bucket that the q-th of 1000 falls into. */
static uint64_t quantile_ns(const uint64_t *v, uint64_t total, unsigned q)
{
	uint64_t seen = 0;
	unsigned i;

	if (!total)
		return 0;
	for (i = 0; i < LOOP_TIME_BUCKETS - 1; i++) {
		seen += v[i];
		if (seen * 1000 >= total * q)
			break;
	}
	return low_ns(i + 1) - 1;
}

static void put_buckets(struct json *j, const uint64_t *v)
{
	unsigned i;

	json_array(j, "buckets");
	for (i = 0; i < LOOP_TIME_BUCKETS; i++) {
		if (!v[i])
			continue;
		json_object(j, NULL);
		json_u64(j, "from", low_ns(i));
		json_u64(j, "to", low_ns(i + 1) - 1);
		json_u64(j, "count", v[i]);
		json_end(j, '}');
	}
	json_end(j, ']');
}

/* v is read once: it goes on counting. */
static void put_times(struct json *j, const char *name, unsigned et,
		      const uint64_t *counts)
{
	static const struct {
		const char *name;
		unsigned q;
	} quantile[] = {
		{ "p50", 500 },	 { "p90", 900 },  { "p99", 990 },
		{ "p999", 999 }, { "max", 1000 },
	};
	uint64_t v[LOOP_TIME_BUCKETS], total = 0;
	unsigned i;

	for (i = 0; i < LOOP_TIME_BUCKETS; i++) {
		v[i] = __atomic_load_n(&counts[i], __ATOMIC_RELAXED);
		total += v[i];
	}
	json_object(j, NULL);
	json_str(j, "name", name);
	json_u64(j, "ethread", et);
	json_str(j, "unit", "ns");
	json_u64(j, "count", total);
	for (i = 0; i < sizeof(quantile) / sizeof(quantile[0]); i++)
		json_u64(j, quantile[i].name,
			 quantile_ns(v, total, quantile[i].q));
	put_buckets(j, v);
	json_end(j, '}');
}

static void answer_latency(struct owner *o, const char *arg, struct json *j)
{
	uint32_t i;

	(void)arg;
	json_array(j, "histograms");
	for (i = 0; i < o->in->core.nethreads; i++)
		put_times(j, "iteration", i, o->in->core.et[i]->stats.time);
	json_end(j, ']');
}

static const struct verb {
	const char *name;
	void (*fn)(struct owner *o, const char *arg, struct json *j);
} verbs[] = {
	{ "list", answer_list },       { "stats", answer_stats },
	{ "conns", answer_conns },     { "fds", answer_fds },
	{ "threads", answer_threads }, { "latency", answer_latency },
};

static const struct verb *find_verb(const char *line, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strlen(verbs[i].name) == len &&
		    strncmp(verbs[i].name, line, len) == 0)
			return &verbs[i];
	return NULL;
}

void answer_line(struct owner *o, const char *line, struct json *j)
{
	size_t len = strcspn(line, " \r");
	const struct verb *v = find_verb(line, len);

	json_object(j, NULL);
	if (v)
		v->fn(o, line + len, j);
	else
		json_str(j, "error", "this instance does not know that");
	json_end(j, '}');
	if (!j->failed)
		return;
	json_free(j);
	json_object(j, NULL);
	json_str(j, "error", "the answer is too long");
	json_end(j, '}');
}
