// SPDX-License-Identifier: MIT
/*
 * eal.c - start DPDK's EAL inside a program that does not know of it
 *
 * rte_eal_init() pins the thread that calls it, so a thread of our own does
 * and ends. That thread blocks all signals: the interrupt thread that EAL
 * leaves behind inherits the mask and never takes one of the program's.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <pthread.h>
#include <rte_alarm.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_fbarray.h>
#include <rte_lcore.h>
#include <rte_log.h>
#include <rte_memory.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <xdp/libxdp.h>

#include "base/raw.h"
#include "drv/drv.h"
#include "drv/common/eal.h"
#include "drv/common/fds.h"
#include "drv/common/hugepages.h"
#include "drv/common/quiet/quiet.h"

#define MEM_MB_MIN 64
#define LOG_LINE 160
#define END_STEPS 600000 /* of 50 us: a busy machine's threads wait for long */
#define NO_PCI_DEVICE "ffff:ff:1f.7" /* allow-list of a device that is not */

/* Start only; constant once the program may fork. */
static struct {
	int started, huge;
	char why[96]; /* why there are no hugepages */
	char last[LOG_LINE];
	FILE *copy; /* opts.log_path */
	FILE *stream;
} eal;

static ssize_t log_write(void *cookie, const char *buf, size_t size)
{
	size_t n = size < LOG_LINE - 1 ? size : LOG_LINE - 1;

	(void)cookie;
	memcpy(eal.last, buf, n);
	eal.last[n] = '\0';
	eal.last[strcspn(eal.last, "\n")] = '\0';
	if (eal.copy) {
		fwrite(buf, 1, size, eal.copy);
		fflush(eal.copy);
	}
	return (ssize_t)size;
}

const char *eal_last_log(void)
{
	return eal.last;
}

void eal_forget_log(void)
{
	eal.last[0] = '\0';
}

static int bpf_silent(enum libbpf_print_level level, const char *fmt,
		      va_list ap)
{
	(void)level;
	(void)fmt;
	(void)ap;
	return 0;
}

static int xdp_silent(enum libxdp_print_level level, const char *fmt,
		      va_list ap)
{
	(void)level;
	(void)fmt;
	(void)ap;
	return 0;
}

static int open_log(const char *path)
{
	static const cookie_io_functions_t io = { .write = log_write };

	libbpf_set_print(bpf_silent);
	libxdp_set_print(xdp_silent);
	if (path) {
		eal.copy = fopen(path, "ae");
		if (!eal.copy)
			return -errno;
	}
	eal.stream = fopencookie(NULL, "w", io);
	if (!eal.stream)
		return -ENOMEM;
	setvbuf(eal.stream, NULL, _IOLBF, 0);
	rte_openlog_stream(eal.stream);
	quiet_stream(eal.stream);
	return 0;
}

/* A CPU that this process may run on. */
static int any_cpu(void)
{
	cpu_set_t set;
	unsigned cpu;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return 0;
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &set))
			return (int)cpu;
	return 0;
}

struct eal_args {
	char *argv[20];
	int argc;
	char lcores[32], mem[16];
	int rc;
};

static void arg(struct eal_args *a, const char *text)
{
	a->argv[a->argc++] = (char *)(uintptr_t)text;
	a->argv[a->argc] = NULL;
}

static void build_args(struct eal_args *a, uint32_t mem_mb, int pa)
{
	snprintf(a->lcores, sizeof(a->lcores), "0@%d", any_cpu());
	snprintf(a->mem, sizeof(a->mem), "%u", mem_mb);
	arg(a, "ix");
	arg(a, "--lcores");
	arg(a, a->lcores);
	arg(a, pa ? "--iova-mode=pa" : "--iova-mode=va");
	arg(a, "--no-telemetry");
	arg(a, "--log-level=*:4");
	if (access("/sys/bus/pci/devices", R_OK) == 0) {
		arg(a, "-a");
		arg(a, NO_PCI_DEVICE);
	} else {
		arg(a, "--no-pci");
	}
	if (eal.huge) {
		arg(a, "--in-memory");
		arg(a, "--single-file-segments");
	} else {
		arg(a, "--no-huge");
		arg(a, "--no-shconf");
		arg(a, "-m");
		arg(a, a->mem);
	}
}

static void *eal_thread(void *p)
{
	struct eal_args *a = p;

	if (rte_eal_init(a->argc, a->argv) < 0)
		a->rc = rte_errno ? -rte_errno : -EIO;
	return NULL;
}

/* Run eal_thread to its end with every signal blocked. */
static int run_thread(struct eal_args *a)
{
	sigset_t all, old;
	pthread_t t;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	rc = pthread_create(&t, NULL, eal_thread, a);
	if (rc == 0)
		pthread_join(t, NULL);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return rc ? -rc : a->rc;
}

/* One line of /proc/self/maps: 1 if it is private memory of [lo, hi). */
static int is_private(const char *line, uintptr_t lo, uintptr_t hi)
{
	unsigned long from, to;
	char perm[5];

	if (sscanf(line, "%lx-%lx %4s", &from, &to, perm) != 3)
		return 0;
	return to > lo && from < hi && perm[1] == 'w' && perm[3] != 's';
}

static int check_list(const struct rte_memseg_list *msl, void *result)
{
	uintptr_t lo = (uintptr_t)msl->base_va, hi = lo + msl->len;
	FILE *f = fopen("/proc/self/maps", "re");
	char line[512];

	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f))
		if (is_private(line, lo, hi))
			*(int *)result = -EPERM;
	fclose(f);
	return 0;
}

static int check_shared(char *err, size_t err_size)
{
	int result = 0;

	if (rte_memseg_list_walk(check_list, &result) < 0)
		result = -EIO;
	if (result < 0)
		snprintf(err, err_size,
			 "DPDK's memory is private to one process; "
			 "memfd_create must be allowed");
	return result;
}

static int start(const struct drv_eal_opts *o, char *err, size_t err_size)
{
	uint32_t mem = o->mem_mb < MEM_MB_MIN ? MEM_MB_MIN : o->mem_mb;
	const char *why = "switched off";
	struct eal_args a = { .rc = 0 };
	int rc = open_log(o->log_path);

	if (rc < 0) {
		snprintf(err, err_size, "cannot open the log %s: %s",
			 o->log_path ? o->log_path : "stream", strerror(-rc));
		return rc;
	}
	if (!o->no_huge)
		why = hugepages_get(mem);
	eal.huge = !why;
	snprintf(eal.why, sizeof(eal.why), "%s", why ? why : "");
	build_args(&a, mem, o->iova_pa);
	rc = run_thread(&a);
	if (rc < 0) {
		snprintf(err, err_size, "DPDK does not start: %s",
			 eal.last[0] ? eal.last : strerror(-rc));
		return rc;
	}
	return check_shared(err, err_size);
}

int drv_eal_init(const struct drv_eal_opts *o, char *err, size_t err_size)
{
	int rc;

	if (eal.started)
		return 0;
	rc = fds_set_base(o->fd_base);
	if (rc == 0)
		rc = drv_setup_begin();
	if (rc < 0) {
		snprintf(err, err_size,
			 "no free file descriptors for the stack: "
			 "raise the limit (ulimit -n)");
		return rc;
	}
	rc = start(o, err, err_size);
	drv_setup_end();
	eal.started = rc == 0;
	return rc;
}

static int refuse(int socket, size_t limit, size_t wanted)
{
	(void)socket;
	(void)limit;
	(void)wanted;
	return -1;
}

/* What lies behind the last segment in use was kept for others to come. */
static int trim_list(const struct rte_memseg_list *msl, void *unused)
{
	struct rte_fbarray segs = msl->memseg_arr;
	int last = rte_fbarray_find_prev_used(&segs, segs.len - 1);
	size_t used = (size_t)(last + 1) * msl->page_sz;

	(void)unused;
	if (!msl->external && used < msl->len)
		munmap((char *)msl->base_va + used, msl->len - used);
	return 0;
}

int drv_eal_close_heap(void)
{
	unsigned i;
	int rc = 0;

	for (i = 0; rc == 0 && i < rte_socket_count(); i++)
		rc = rte_mem_alloc_validator_register(
			"ix", refuse, rte_socket_id_by_idx(i), 1);
	if (rc < 0) /* without hugepages it cannot grow: nothing is kept */
		return rte_errno == ENOTSUP ? 0 : -rte_errno;
	return rte_memseg_list_walk(trim_list, NULL);
}

static void end_thread(void *tid_out)
{
	__atomic_store_n((int *)tid_out, gettid(), __ATOMIC_RELEASE);
	pthread_exit(NULL);
}

int drv_eal_end_interrupts(void)
{
	static const struct timespec step = { .tv_nsec = 50000 };
	static int tid;
	unsigned i;
	int t;

	if (rte_eal_alarm_set(1, end_thread, &tid) < 0)
		return -EIO;
	for (i = 0; i < END_STEPS; i++) {
		t = __atomic_load_n(&tid, __ATOMIC_ACQUIRE);
		if (t && raw_call(SYS_tgkill, getpid(), t, 0) < 0)
			return 0;
		nanosleep(&step, NULL);
	}
	return -ETIMEDOUT;
}

int drv_eal_huge(void)
{
	return eal.huge;
}

const char *drv_eal_why_no_huge(void)
{
	return eal.why;
}

int drv_fd_base(void)
{
	return fds_base();
}

void drv_set_lcore(unsigned id)
{
	RTE_PER_LCORE(_lcore_id) = id;
}

unsigned drv_get_lcore(void)
{
	return RTE_PER_LCORE(_lcore_id);
}
