// SPDX-License-Identifier: MIT
/*
 * core.c - core files: they hold the program's memory, and none of the host's
 *
 * The kernel looks at the process's filter when it dumps, whatever ends the
 * process, and a fork inherits it. So it excludes all memory, also what the
 * host maps later, until a process dies by a signal of the program's.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "dune/host/core.h"
#include "dune/host/host.h"
#include "dune/host/layout.h"
#include "dune/host/maps.h"

#define FILTER "self/coredump_filter"

bool core_dumpable = true;

/* As it was, in hexadecimal; the kernel does not say so, and wants to hear it. */
static char program_filter[16] = "0x";
static ssize_t filter_len; /* 0: it has not been changed yet */
static int filter_fd = -1; /* hidden: no thread writes to it meanwhile */

int dune_no_core(void)
{
	int fd, rc = 0;

	if (filter_len)
		return 0;
	fd = open("/proc/" FILTER, O_RDWR | O_CLOEXEC);
	if (fd < 0) /* a kernel without core files has no such file */
		return errno == ENOENT ? 0 : core_none();
	filter_len =
		2 + read(fd, program_filter + 2, sizeof(program_filter) - 2);
	if (filter_len <= 2 || write(fd, "0", 1) != 1)
		rc = core_none();
	close(fd);
	return rc;
}

int core_none(void)
{
	return (int)host(SYS_prctl, PR_SET_DUMPABLE, 0);
}

/* It may not be had: by who has given up root, say. Then there are no cores. */
void core_open(void)
{
	if (filter_fd >= 0)
		close(filter_fd);
	filter_fd = maps_proc_open(FILTER, O_WRONLY);
}

static bool is_program(const struct dune_vma *v)
{
	return in_program_window(v->start) && in_program_window(v->end - 1);
}

/* All memory but the program's. No thread maps any more meanwhile. */
static int exclude_host(void)
{
	static struct dune_maps maps; /* the stack cannot grow now */
	struct dune_vma v;
	int rc = 0;

	maps_begin(&maps);
	while (!rc && maps_next(&maps, &v)) {
		if (is_program(&v) || v.start >= HOST_TOP)
			continue;
		rc = (int)host(SYS_madvise, v.start, v.end - v.start,
			       MADV_DONTDUMP);
		if (rc == -ENOMEM) /* a part of it has gone meanwhile */
			rc = 0;
	}
	maps_end();
	return rc ? rc : maps.error;
}

static int write_filter(const char *text, ssize_t len)
{
	return host(SYS_write, filter_fd, text, len) == len ? 0 : -EIO;
}

int core_program(void)
{
	struct rlimit as;
	int rc = core_dumpable ? 0 : -EPERM;

	if (!rc)
		rc = (int)host(SYS_prlimit64, 0, RLIMIT_AS, 0, &as);
	as.rlim_cur = 0;
	if (!rc)
		rc = (int)host(SYS_prlimit64, 0, RLIMIT_AS, &as, 0);
	if (!rc)
		rc = exclude_host();
	if (!rc)
		rc = write_filter(program_filter, filter_len);
	if (rc)
		core_none();
	return rc;
}

void core_filter(bool program)
{
	if (program)
		write_filter(program_filter, filter_len);
	else
		write_filter("0", 1);
}
