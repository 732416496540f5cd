/* SPDX-License-Identifier: MIT */
/*
 * proc.c - which files of procfs the program may open
 *
 * Only what is named here; memory of any process (mem, pagemap, map_files,
 * kcore) is not. The name is the kernel's own for an object that was found,
 * not the program's: it tells what the object is, whatever path led to it. Links
 * that jump to an object are followed for this process alone: those of another
 * one, an instance perhaps, lead to what is not the program's.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "dune/file/proc.h"
#include "dune/file/procfs.h"
#include "dune/host/fds.h"

enum proc_rule {
	P_READ = 1,
	P_WRITE, /* and read */
	P_ALL,	 /* read this and what is below it */
	P_TASKS, /* numbers below it are threads */
};

struct entry {
	const char *name;
	enum proc_rule rule;
};

/* Of a process or thread. */
static const struct entry of_task[] = {
	{ "auxv", P_READ },	  { "cgroup", P_READ },
	{ "children", P_READ },	  { "cmdline", P_READ },
	{ "comm", P_WRITE },	  { "cpuset", P_READ },
	{ "environ", P_READ },	  { "fd", P_READ },
	{ "fdinfo", P_ALL },	  { "gid_map", P_READ },
	{ "io", P_READ },	  { "limits", P_READ },
	{ "loginuid", P_READ },	  { "maps", P_READ },
	{ "mountinfo", P_READ },  { "mounts", P_READ },
	{ "mountstats", P_READ }, { "net", P_ALL },
	{ "numa_maps", P_READ },  { "oom_adj", P_WRITE },
	{ "oom_score", P_READ },  { "oom_score_adj", P_WRITE },
	{ "sched", P_READ },	  { "schedstat", P_READ },
	{ "sessionid", P_READ },  { "setgroups", P_READ },
	{ "smaps", P_READ },	  { "smaps_rollup", P_READ },
	{ "stat", P_READ },	  { "statm", P_READ },
	{ "status", P_READ },	  { "task", P_TASKS },
	{ "timers", P_READ },	  { "uid_map", P_READ },
	{ "wchan", P_READ },
};

/* Of the system. Of a bus, not the devices' registers (PCI's, as in sysfs). */
static const struct entry of_system[] = {
	{ "bus/input", P_ALL },	   { "bus/pci/devices", P_READ },
	{ "bus/pci", P_READ },	   { "bus", P_READ },
	{ "buddyinfo", P_READ },   { "cgroups", P_READ },
	{ "cmdline", P_READ },	   { "consoles", P_READ },
	{ "cpuinfo", P_READ },	   { "crypto", P_READ },
	{ "devices", P_READ },	   { "diskstats", P_READ },
	{ "filesystems", P_READ }, { "interrupts", P_READ },
	{ "key-users", P_READ },   { "loadavg", P_READ },
	{ "locks", P_READ },	   { "mdstat", P_READ },
	{ "meminfo", P_READ },	   { "misc", P_READ },
	{ "modules", P_READ },	   { "partitions", P_READ },
	{ "pressure", P_ALL },	   { "schedstat", P_READ },
	{ "slabinfo", P_READ },	   { "softirqs", P_READ },
	{ "stat", P_READ },	   { "swaps", P_READ },
	{ "sys", P_ALL },	   { "sysvipc", P_ALL },
	{ "uptime", P_READ },	   { "version", P_READ },
	{ "vmstat", P_READ },	   { "zoneinfo", P_READ },
};

/* Does *name begin with this component? Then it goes on after it. */
static bool component(const char **name, const char *is)
{
	size_t len = strlen(is);

	if (strncmp(*name, is, len) || ((*name)[len] && (*name)[len] != '/'))
		return false;
	*name += len + ((*name)[len] == '/');
	return true;
}

static bool number(const char **name, long *out)
{
	char *end;

	if (!isdigit((unsigned char)**name))
		return false;
	*out = strtol(*name, &end, 10);
	if (*end && *end != '/')
		return false;
	*name = end + (*end == '/');
	return true;
}

static enum proc_rule look_up(const struct entry *e, size_t n,
			      const char **name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (component(name, e[i].name))
			return e[i].rule;
	return 0;
}

#define LOOK_UP(list, name) look_up(list, sizeof(list) / sizeof(*list), name)

/* PID/ or PID/task/TID/ off the front. */
static bool task(const char **name, long *pid_out)
{
	const char *at = *name;
	long tid;

	if (!number(&at, pid_out))
		return false;
	*name = at;
	if (component(&at, "task") && number(&at, &tid))
		*name = at;
	return true;
}

static int verdict(enum proc_rule rule, const char *rest, int flags)
{
	bool write = (flags & O_ACCMODE) != O_RDONLY;

	if (!rule || (*rest && rule != P_ALL) || (write && rule != P_WRITE))
		return -EACCES;
	return 0;
}

int proc_check(int fd, int flags)
{
	char path[PATH_MAX + 1];
	const char *name = path;
	enum proc_rule rule;
	bool ours;
	long pid;
	int rc = procfs_name(fd, path, &ours);

	if (rc || !*name)
		return rc;
	if (task(&name, &pid))
		rule = *name ? LOOK_UP(of_task, &name) : P_READ;
	else
		rule = LOOK_UP(of_system, &name);
	return verdict(rule, name, flags);
}

/* A number of this process, or of one of its threads, in our procfs. */
static bool own_task(long pid)
{
	char name[32];
	struct stat st;

	snprintf(name, sizeof(name), "self/task/%ld", pid);
	return !fstatat(procfs_root(), name, &st, AT_SYMLINK_NOFOLLOW);
}

/* The link is never followed where it was found, for that may be another one
 * by then, but in this thread's own directory. */
int proc_follow(int link, char target[PROC_TARGET])
{
	char path[PATH_MAX + 1];
	const char *at = path;
	bool ours;
	long pid, fd;
	int rc = procfs_name(link, path, &ours);

	if (rc)
		return rc;
	if (!task(&at, &pid)) /* self, net and their like say a path */
		return strchr(path, '/') ? -EACCES : -ENOLINK;
	if (!ours || !own_task(pid))
		return -EACCES;
	target[0] = 0;
	if (!strcmp(at, "exe"))
		return 0;
	if (!strcmp(at, "cwd") || !strcmp(at, "root")) {
		snprintf(target, PROC_TARGET, "thread-self/%s", at);
		return 0;
	}
	if (!component(&at, "fd"))
		return -EACCES;
	if (!number(&at, &fd) || *at || fd > INT_MAX || !fd_visible((int)fd))
		return -ENOENT;
	snprintf(target, PROC_TARGET, "thread-self/fd/%d", (int)fd);
	return 0;
}
