// SPDX-License-Identifier: MIT
/*
 * hole_files - ways to files that are memory of the host, under other names
 *
 * Under dune_run only: on Linux itself some of these are permitted to root.
 */
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "hole.h"

static unsigned cases, wrong;

/* fd is what an attempt gave: it has to be an error. */
static void refused(const char *how, const char *path, long fd)
{
	cases++;
	if (fd < 0)
		return;
	wrong++;
	fprintf(stderr, "%s %s: opened\n", how, path);
	close((int)fd);
}

static void all_ways(const char *path)
{
	struct open_how beneath = { .flags = O_RDONLY };
	const char *base = strrchr(path, '/') + 1;
	char dir[256], link[64], jump[300];
	int fd;

	refused("read", path, open(path, O_RDONLY));
	refused("write", path, open(path, O_WRONLY));
	refused("read and write", path, open(path, O_RDWR));
	refused("create", path, open(path, O_RDWR | O_CREAT, 0600));
	refused("truncate while opening", path, open(path, O_RDWR | O_TRUNC));
	refused("creat", path, creat(path, 0600));
	refused("openat2", path,
		syscall(SYS_openat2, AT_FDCWD, path, &beneath,
			sizeof(beneath)));
	refused("truncate", path, truncate(path, 0) ? -1 : 1000);

	/* from its directory */
	snprintf(dir, sizeof(dir), "%.*s", (int)(base - path), path);
	fd = open(dir, O_PATH | O_DIRECTORY);
	if (fd >= 0) {
		refused("from O_PATH directory", path,
			openat(fd, base, O_RDONLY));
		if (!fchdir(fd)) {
			refused("from current directory", path,
				open(base, O_RDONLY));
			snprintf(jump, sizeof(jump), "/proc/self/cwd/%s", base);
			refused("by /proc/self/cwd", path,
				open(jump, O_RDONLY));
		}
		snprintf(jump, sizeof(jump), "/proc/self/fd/%d/%s", fd, base);
		refused("by a descriptor's path", path, open(jump, O_RDONLY));
		close(fd);
	}
	if (chdir("/"))
		abort();

	/* by links, and links to links */
	snprintf(link, sizeof(link), "/tmp/hole-link-%d", getpid());
	unlink(link);
	if (!symlink(path, link)) {
		refused("by a symbolic link to", path, open(link, O_RDONLY));
		refused("by a symbolic link, creating,", path,
			open(link, O_RDWR | O_CREAT, 0600));
		unlink(link);
	}
	snprintf(jump, sizeof(jump), "/proc/self/root%s", path);
	refused("by /proc/self/root", path, open(jump, O_RDONLY));
	snprintf(jump, sizeof(jump), "//proc/../%s", path);
	refused("by ..", path, open(jump, O_RDONLY));

	/* a descriptor that only names it, opened again */
	fd = open(path, O_PATH);
	if (fd >= 0) {
		snprintf(jump, sizeof(jump), "/proc/self/fd/%d", fd);
		refused("again by /proc/self/fd:", path, open(jump, O_RDONLY));
		refused("again for writing:", path, open(jump, O_RDWR));
		snprintf(jump, sizeof(jump), "/dev/fd/%d", fd);
		refused("again by /dev/fd:", path, open(jump, O_RDONLY));
		refused("read of O_PATH:", path, read(fd, dir, 1));
		close(fd);
	}
}

static void memory_files(pid_t pid, const char *who)
{
	static const char *names[] = {
		"mem",	 "pagemap",    "map_files/x",	  "syscall",
		"stack", "clear_refs", "coredump_filter", "attr/current",
		"ns/mnt"
	};
	char path[128];
	size_t i;

	(void)who;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "/proc/%d/%s", pid, names[i]);
		all_ways(path);
		snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", pid, pid,
			 names[i]);
		all_ways(path);
	}
	if (pid != getpid())
		return;
	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "/proc/self/%s", names[i]);
		all_ways(path);
		snprintf(path, sizeof(path), "/proc/thread-self/%s", names[i]);
		all_ways(path);
	}
}

/* A mapping's own file, by the link that leads to it. */
static void map_files(void)
{
	char line[512], path[128];
	FILE *maps = fopen("/proc/self/maps", "r");
	unsigned long from, to;

	while (maps && fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx", &from, &to) != 2)
			continue;
		snprintf(path, sizeof(path), "/proc/self/map_files/%lx-%lx",
			 from, to);
		refused("map_files", path, open(path, O_RDONLY));
		refused("map_files, writing", path, open(path, O_RDWR));
	}
	if (maps)
		fclose(maps);
	hole_verdict("mapped files", &cases, &wrong);
}

static void devices(void)
{
	static const struct {
		const char *path;
		mode_t type;
		unsigned major, minor;
	} nodes[] = {
		{ "/dev/kvm", S_IFCHR, 10, 232 },
		{ "/dev/mem", S_IFCHR, 1, 1 },
		{ "/dev/port", S_IFCHR, 1, 4 },
		{ "/dev/kmsg", S_IFCHR, 1, 11 },
		{ "/dev/vfio/vfio", S_IFCHR, 10, 196 },
		{ "/dev/vhost-net", S_IFCHR, 10, 238 },
		{ "/dev/userfaultfd", S_IFCHR, 10, 126 },
		{ "/dev/cpu/0/msr", S_IFCHR, 202, 0 },
		{ "/dev/loop0", S_IFBLK, 7, 0 },
	};
	char path[64];
	size_t i;

	for (i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++) {
		refused("device", nodes[i].path, open(nodes[i].path, O_RDWR));
		refused("device", nodes[i].path, open(nodes[i].path, O_RDONLY));
		/* a node of one's own */
		snprintf(path, sizeof(path), "/tmp/hole-node-%zu", i);
		unlink(path);
		if (!mknod(path, nodes[i].type | 0600,
			   makedev(nodes[i].major, nodes[i].minor))) {
			refused("own node of", nodes[i].path,
				open(path, O_RDWR));
			refused("own node of", nodes[i].path,
				open(path, O_RDONLY));
			unlink(path);
		}
	}
	hole_verdict("devices", &cases, &wrong);
}

/* Files that the host has mapped: what is written there would be executed. */
static void own_code(void)
{
	static const char *paths[] = {
		"/lib/x86_64-linux-gnu/libc.so.6",
		"/lib64/ld-linux-x86-64.so.2",
		"/proc/self/map_files",
	};
	char exe[64];
	size_t i;

	for (i = 0; i < 2; i++) {
		refused("write", paths[i], open(paths[i], O_RDWR));
		refused("append", paths[i],
			open(paths[i], O_WRONLY | O_APPEND));
		refused("truncate", paths[i],
			open(paths[i], O_RDONLY | O_TRUNC));
		refused("truncate", paths[i],
			truncate(paths[i], 0) ? -1 : 1000);
	}
	snprintf(exe, sizeof(exe), "/proc/%d/exe", getppid());
	refused("write", exe, open(exe, O_RDWR));
	hole_verdict("code of the host", &cases, &wrong);
}

static void system_files(void)
{
	static const char *reads[] = {
		"/proc/kcore",		 "/proc/kmsg",	"/proc/kallsyms",
		"/proc/kpagecount",	 "/proc/iomem", "/proc/vmallocinfo",
		"/proc/bus/pci/00/00.0",
	};
	static const char *writes[] = { "/proc/sysrq-trigger",
					"/proc/sys/kernel/core_pattern",
					"/proc/sys/vm/nr_hugepages",
					"/sys/kernel/mm/ksm/run" };
	size_t i;

	for (i = 0; i < sizeof(reads) / sizeof(reads[0]); i++)
		all_ways(reads[i]);
	for (i = 0; i < sizeof(writes) / sizeof(writes[0]); i++) {
		refused("write", writes[i], open(writes[i], O_WRONLY));
		refused("write", writes[i], open(writes[i], O_RDWR));
	}
	hole_verdict("files of the system", &cases, &wrong);
}

/* What programs need, and has to go on working. */
static void allowed(void)
{
	static const char *paths[] = {
		"/proc/self/maps",
		"/proc/self/status",
		"/proc/self/cmdline",
		"/proc/cpuinfo",
		"/proc/meminfo",
		"/proc/mounts",
		"/proc/net/dev",
		"/proc/self/fd/0",
		"/dev/fd/0",
		"/dev/stdin",
		"/proc/self/exe",
		"/dev/null",
		"/dev/urandom",
		"/sys/devices/system/cpu/online",
		"/proc/sys/kernel/pid_max",
		"/proc/bus/pci/devices",
		"/proc/self/fd",
		"/proc/self/task",
		"/etc/passwd",
		"/proc/self/root"
		"/etc/passwd",
		"/",
		"/proc/self/",
		"/proc",
	};
	char link[] = "/tmp/hole-dangling", to[] = "/tmp/hole-made";
	int fd, low = dup(0);
	size_t i;

	close(low);
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		fd = open(paths[i], O_RDONLY);
		cases++;
		/* and by the lowest number, as ever */
		if (fd != low) {
			wrong++;
			fprintf(stderr, "%s: %d (%s)\n", paths[i], fd,
				strerror(errno));
		}
		close(fd);
	}
	unlink(to);
	unlink(link);
	cases++;
	if (symlink("hole-made", link) ||
	    (fd = open(link, O_CREAT | O_WRONLY, 0640)) != low ||
	    access(to, F_OK)) {
		wrong++;
		fprintf(stderr, "creating by a link\n");
	}
	close(fd);
	unlink(to);
	unlink(link);
	hole_verdict("files that a program needs", &cases, &wrong);
}

/* --- links of procfs --- */

static void expect(const char *what, bool holds)
{
	cases++;
	if (holds)
		return;
	wrong++;
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
}

static void closed(long fd)
{
	if (fd >= 0)
		close((int)fd);
}

/* A process that has a file, and waits. */
static pid_t other_process(int *end_out)
{
	int fd[2];
	pid_t pid;

	if (pipe(fd))
		abort();
	pid = fork();
	if (!pid) {
		char c;

		dup2(open("/etc/hostname", O_RDONLY), 50);
		dup2(open("/etc", O_RDONLY | O_DIRECTORY), 51);
		close(fd[1]);
		_exit(read(fd[0], &c, 1) < 0);
	}
	close(fd[0]);
	*end_out = fd[1];
	usleep(50000);
	return pid;
}

static void links_of(pid_t pid)
{
	static const char *links[] = {
		"fd/50", "fd/51", "fd/51/hostname",   "exe", "cwd/etc/hostname",
		"cwd",	 "root",  "root/etc/hostname"
	};
	char path[128];

	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		snprintf(path, sizeof(path), "/proc/%d/%s", pid, links[i]);
		all_ways(path);
		snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", pid, pid,
			 links[i]);
		all_ways(path);
	}
}

static void *own_links(void *arg)
{
	char path[64];
	int fd;

	(void)arg;
	snprintf(path, sizeof(path), "/proc/%d/fd/0", gettid());
	expect("by the thread's number", (fd = open(path, O_RDONLY)) >= 0);
	closed(fd);
	snprintf(path, sizeof(path), "/proc/self/task/%d/fd/0", gettid());
	expect("by task", (fd = open(path, O_RDONLY)) >= 0);
	closed(fd);
	expect("by thread-self",
	       (fd = open("/proc/thread-self/fd/0", O_RDONLY)) >= 0);
	closed(fd);
	expect("thread-self/cwd",
	       (fd = open("/proc/thread-self/cwd/etc", O_RDONLY)) >= 0);
	closed(fd);
	return NULL;
}

static void links(void)
{
	pthread_t t;
	pid_t pid;
	int end;

	if (chdir("/"))
		abort();
	pid = other_process(&end);
	links_of(pid);
	own_links(NULL);
	pthread_create(&t, NULL, own_links, NULL);
	pthread_join(t, NULL);
	close(end);
	waitpid(pid, NULL, 0);
	hole_verdict("links of processes", &cases, &wrong);
}

/* --- another root, and another /proc --- */

static void in_new_root(const char *root, pid_t other)
{
	int proc = open("/proc", O_PATH | O_DIRECTORY), fd;
	char path[64];

	if (chroot(root) || chdir("/"))
		abort();
	refused("outside", "self/mem", openat(proc, "self/mem", O_RDONLY));
	refused("outside", "self/pagemap",
		openat(proc, "self/pagemap", O_RDONLY));
	snprintf(path, sizeof(path), "%d/fd/50", other);
	refused("outside", path, openat(proc, path, O_RDONLY));
	expect("status outside",
	       (fd = openat(proc, "self/status", O_RDONLY)) >= 0);
	closed(fd);
	expect("own link outside",
	       (fd = openat(proc, "self/fd/0", O_RDONLY)) >= 0);
	closed(fd);
	/* a file of its own, and by its own name for it */
	fd = open("/hole-file", O_CREAT | O_RDWR | O_TRUNC, 0600);
	expect("a file", fd >= 0 && !truncate("/hole-file", 77) &&
				 lseek(fd, 0, SEEK_END) == 77);
	closed(fd);
	expect("truncating a directory", truncate("/", 0) && errno == EISDIR);
	unlink("/hole-file");
}

/* HOLE_PROC: a directory with another instance of procfs mounted at its `proc'.
 * It is given such a name that files of that have those of harmless ones. */
static void renamed_instance(const char *jail)
{
	char path[128];

	mkdir("/tmp/hole-root", 0755);
	mkdir("/tmp/hole-root/proc", 0755);
	if (rename(jail, "/tmp/hole-root/proc/bus") ||
	    chroot("/tmp/hole-root") || chdir("/"))
		abort();
	snprintf(path, sizeof(path), "/proc/bus/proc/%d/mem", getpid());
	refused("renamed", path, open(path, O_RDONLY));
	refused("renamed", path, open(path, O_RDWR));
	snprintf(path, sizeof(path), "/proc/bus/proc/%d/pagemap", getpid());
	refused("renamed", path, open(path, O_RDONLY));
	refused("renamed", "kcore", open("/proc/bus/proc/kcore", O_RDONLY));
}

/* Where it is at its place its files may be read, its links lead nowhere. */
static void own_instance(const char *jail)
{
	char path[64];
	int fd;

	if (chroot(jail) || chdir("/"))
		abort();
	expect("own status", (fd = open("/proc/self/status", O_RDONLY)) >= 0);
	closed(fd);
	refused("own instance", "mem", open("/proc/self/mem", O_RDONLY));
	refused("own instance", "fd", open("/proc/self/fd/0", O_RDONLY));
	snprintf(path, sizeof(path), "/proc/%d/fd/0", getppid());
	refused("own instance", path, open(path, O_RDONLY));
}

static void in_child(const char *name, void (*fn)(const char *), const char *to)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		fn(to);
		hole_verdict(name, &cases, &wrong);
		_exit(hole_failed);
	}
	if (waitpid(pid, &status, 0) != pid || status)
		hole_failed = 1;
}

static pid_t the_other;

static void new_root(const char *root)
{
	in_new_root(root, the_other);
}

static void other_roots(void)
{
	const char *jail = getenv("HOLE_PROC");
	int end;

	mkdir("/tmp/hole-empty", 0755);
	the_other = other_process(&end);
	in_child("another root", new_root, "/tmp/hole-empty");
	if (jail) {
		in_child("its own /proc", own_instance, jail);
		in_child("a renamed /proc", renamed_instance, jail);
	}
	close(end);
	waitpid(the_other, NULL, 0);
}

int main(void)
{
	pid_t child;
	int status;

	if (open("/dev/null", O_RDONLY) < 0)
		return 2;
	close(0);
	if (open("/etc/hostname", O_RDONLY))
		return 2;
	hole_targets();
	allowed();
	if (!hole_hosted)
		return hole_failed;
	memory_files(getpid(), "own");
	memory_files(getppid(), "parent's");
	memory_files(1, "init's");
	hole_verdict("memory of processes", &cases, &wrong);
	map_files();
	devices();
	own_code();
	system_files();
	links();
	other_roots();
	/* the parent of this one has the dataplane in it, too */
	child = fork();
	if (!child) {
		memory_files(getppid(), "parent's");
		hole_verdict("memory of the parent", &cases, &wrong);
		_exit(hole_failed);
	}
	if (waitpid(child, &status, 0) != child || status)
		hole_failed = 1;
	return hole_failed;
}
