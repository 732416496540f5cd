// SPDX-License-Identifier: MIT
/*
 * exec.c - another program in the same process, still in ring 3
 *
 * The new image is loaded into the same, emptied windows. What could fail is
 * tried before anything is given up; then the other threads end, and the main
 * thread goes on as the new program. Files with set-user-ID bits run without
 * them.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/prctl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dune/file/procfs.h"
#include "dune/host/core.h"
#include "dune/host/fds.h"
#include "dune/host/host.h"
#include "dune/host/self.h"
#include "dune/load/elf.h"
#include "dune/mem/aspace.h"
#include "dune/mem/user.h"
#include "dune/task/creds.h"
#include "dune/task/deliver.h"
#include "dune/task/exec.h"
#include "dune/task/robust.h"
#include "dune/task/sigframe.h"
#include "dune/task/sighost.h"
#include "dune/task/sigtable.h"
#include "dune/task/thread.h"
#include "dune/task/threads.h"
#include "dune/task/vfork.h"

#define STRING_MAX (128 << 10)	     /* of one argument, as in Linux */
#define ARGS_MAX ((size_t)6 << 20)   /* of all of them, at most */
#define ARGS_MIN ((size_t)128 << 10) /* and whatever the stack's limit */
#define ENTRY_FLAGS 0x202

struct vector {
	char **at; /* ends with NULL */
	size_t n;
};

struct job {
	char path[PATH_MAX];
	struct dune_exe *exe;
	struct vector argv, envp;
	size_t bytes, bytes_max;
	/* of the thread that calls, which is not the one that goes on */
	struct creds creds;
	uint64_t mask;
	char string[STRING_MAX + 1];
};

/* --- the arguments, copied in --- */

static size_t args_limit(void)
{
	struct rlimit rl;
	size_t max = ARGS_MAX;

	if (!getrlimit(RLIMIT_STACK, &rl) && rl.rlim_cur / 4 < max)
		max = rl.rlim_cur / 4;
	return max < ARGS_MIN ? ARGS_MIN : max;
}

static int push(struct vector *v, const char *string)
{
	char **at;

	/* room for one more and the end, doubled at powers of two */
	if (!(v->n & (v->n + 1))) {
		at = realloc(v->at, (2 * v->n + 3) * sizeof(*at));
		if (!at)
			return -ENOMEM;
		v->at = at;
	}
	v->at[v->n] = strdup(string);
	if (!v->at[v->n])
		return -ENOMEM;
	v->at[++v->n] = NULL;
	return 0;
}

static void free_vector(struct vector *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->at[i]);
	free(v->at);
}

static void free_job(struct job *job)
{
	if (job->exe)
		dune_exe_close(job->exe);
	free_vector(&job->argv);
	free_vector(&job->envp);
	creds_free(&job->creds);
	free(job);
}

static long copy_vector(struct job *job, struct vector *v, uint64_t from)
{
	uint64_t string;
	long len;
	int rc;

	for (; from; from += sizeof(string)) {
		if (user_get(&string, from, sizeof(string)))
			return -EFAULT;
		if (!string)
			return 0;
		len = user_string(job->string, string, STRING_MAX);
		if (len < 0)
			return len == -ENAMETOOLONG ? -E2BIG : len;
		job->bytes += (size_t)len + 1 + sizeof(string);
		if (job->bytes > job->bytes_max)
			return -E2BIG;
		rc = push(v, job->string);
		if (rc)
			return rc;
	}
	return 0;
}

static long new_job(struct job **out, uint64_t argv, uint64_t envp)
{
	static char *none[1];
	struct job *job = calloc(1, sizeof(*job));
	long rc;

	if (!job)
		return -ENOMEM;
	job->bytes_max = args_limit();
	rc = copy_vector(job, &job->argv, argv);
	if (!rc)
		rc = copy_vector(job, &job->envp, envp);
	if (!rc && !job->argv.n) /* as Linux 5.18 and later */
		rc = push(&job->argv, "");
	if (rc) {
		free_job(job);
		return rc;
	}
	if (!job->envp.at) {
		job->envp.at = calloc(1, sizeof(none));
		if (!job->envp.at) {
			free_job(job);
			return -ENOMEM;
		}
	}
	*out = job;
	return 0;
}

/* --- what does not outlive an exec --- */

static void close_if_cloexec(int fd)
{
	int flags = fcntl(fd, F_GETFD);

	if (flags >= 0 && (flags & FD_CLOEXEC))
		close(fd);
}

static void close_on_exec(void)
{
	int max = dune_config.hidden_fd_min;
	int fd = procfs_open("thread-self/fd", O_RDONLY | O_DIRECTORY);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *d;

	if (!dir) {
		for (fd = 0; fd < max; fd++)
			close_if_cloexec(fd);
		return;
	}
	while ((d = readdir(dir))) {
		fd = atoi(d->d_name);
		if (d->d_name[0] != '.' && fd < max)
			close_if_cloexec(fd);
	}
	closedir(dir);
}

/* Of procfs, whatever is at /proc by now. */
static FILE *open_stream(const char *name)
{
	int fd = procfs_open(name, O_RDONLY);

	return fd < 0 ? NULL : fdopen(fd, "r");
}

static void delete_timers(void)
{
	FILE *f = open_stream("self/timers");
	char line[128];
	int ids[256], n = 0;

	while (f && n < 256 && fgets(line, sizeof(line), f))
		if (sscanf(line, "ID: %d", &ids[n]) == 1)
			n++;
	if (f)
		fclose(f);
	while (n)
		host(SYS_timer_delete, ids[--n]);
}

/* --- the names under which others see the process --- */

/* The end of the last of the strings that a vector at *at points to; *at
 * moves behind the vector. */
static uint64_t vector_end(uint64_t *at, uint64_t *first_out)
{
	uint64_t string, last = 0;
	char c = 1;

	*first_out = 0;
	while (!user_get(&string, *at, sizeof(string))) {
		*at += sizeof(string);
		if (!string)
			break;
		if (!*first_out)
			*first_out = string;
		last = string;
	}
	while (last && c && !user_get(&c, last, 1))
		last++;
	return last;
}

/* Fields 26 (start_code) and following of /proc/self/stat. */
static int memory_map(struct prctl_mm_map *map)
{
	FILE *f = open_stream("self/stat");
	unsigned long long v[52] = { 0 };
	char line[1024], *at;
	int n = 2;

	if (!f)
		return -EIO;
	at = fgets(line, sizeof(line), f) ? strrchr(line, ')') : NULL;
	fclose(f);
	if (!at)
		return -EIO;
	/* the state is a letter */
	for (at = strtok(at + 1, " "); at && n < 51; at = strtok(NULL, " "))
		v[++n] = strtoull(at, NULL, 10);
	map->start_code = v[26];
	map->end_code = v[27];
	map->start_stack = v[28];
	map->start_data = v[45];
	map->end_data = v[46];
	map->start_brk = v[47];
	map->brk = (uintptr_t)sbrk(0);
	map->exe_fd = (uint32_t)-1;
	return n < 47 ? -EIO : 0;
}

void exec_names(const char *path, uint64_t stack)
{
	const char *slash = strrchr(path, '/');
	struct prctl_mm_map map = { 0 };
	uint64_t at = stack + sizeof(uint64_t);
	uint64_t args, args_end, env, env_end;

	prctl(PR_SET_NAME, slash ? slash + 1 : path);
	args_end = vector_end(&at, &args);
	env_end = vector_end(&at, &env);
	if (!args || memory_map(&map))
		return;
	map.arg_start = args;
	map.arg_end = args_end;
	map.env_start = env ? env : args_end;
	map.env_end = env ? env_end : args_end;
	/* where the kernel does not allow it the old command line stays */
	prctl(PR_SET_MM, PR_SET_MM_MAP, &map, sizeof(map), 0);
}

/* --- the exec --- */

/* In the main thread, while there are others. */
static long prepare(struct dune_thread *t, void *arg)
{
	const struct job *job = arg;
	long rc;

	/* the host's thread begins with all signals blocked */
	signals_close(t);
	rc = creds_try(&job->creds);
	signals_renew();
	return rc;
}

/* In the main thread, when it is the only one. No way back. */
static long commit(struct dune_thread *t, void *arg)
{
	struct job *job = arg;
	struct dune_image image;

	if (creds_take(&job->creds))
		signal_die(t, SIGKILL, NULL);
	signals_set_mask(t, job->mask);
	thread_release_futexes(t);
	vfork_release();
	signals_exec(t);
	delete_timers();
	aspace_clear();
	if (dune_exe_map(job->exe, job->argv.at, job->envp.at, &image))
		signal_die(t, SIGSEGV, NULL); /* as Linux does */
	close_on_exec();
	prctl(PR_SET_PDEATHSIG, 0);
	core_dumpable = getuid() == geteuid() && getgid() == getegid();
	memset(&t->regs, 0, sizeof(t->regs));
	t->regs.rip = image.entry;
	t->regs.rsp = image.stack;
	t->regs.rflags = ENTRY_FLAGS;
	t->full = 1;
	t->nr = -1;
	frame_reset_fpu(t);
	exec_names(job->path, image.stack);
	free_job(job);
	return 0;
}

static long native_exec(struct dune_thread *t, const struct job *job)
{
	long rc;

	vfork_release();
	/* the kernel hands the host's mask to the new image */
	signals_open(t);
	core_filter(true);
	execve(job->path, job->argv.at, job->envp.at);
	rc = -errno;
	core_filter(false);
	return rc;
}

static long exec_job(struct dune_thread *t, struct job *job)
{
	struct single want = { prepare, commit, job, 0 };
	char err[200];
	long rc = dune_exe_open(job->path, &job->exe, err, sizeof(err));

	if (rc) {
		job->exe = NULL;
	} else if (dune_config.allow_native_exec) {
		rc = native_exec(t, job);
	} else {
		job->mask = t->signals->mask;
		rc = creds_get(&job->creds);
		if (!rc) {
			creds_exec(&job->creds);
			rc = threads_single(t, &want);
		}
		if (!rc)
			return 0;
	}
	free_job(job);
	return rc;
}

long sys_execve(struct dune_thread *t, const uint64_t a[6])
{
	struct job *job;
	char path[PATH_MAX];
	long rc = user_string(path, a[0], sizeof(path) - 1);

	if (rc < 0)
		return rc;
	if (!rc)
		return -ENOENT;
	rc = new_job(&job, a[1], a[2]);
	if (rc)
		return rc;
	memcpy(job->path, path, sizeof(path));
	return exec_job(t, job);
}

/* The name that Linux gives a program which is named by a descriptor. */
static long path_at(char out[PATH_MAX], int dirfd, const char *path,
		    unsigned flags)
{
	struct stat st;

	if (!*path && !(flags & AT_EMPTY_PATH))
		return -ENOENT;
	if (dirfd != AT_FDCWD && *path != '/' && !fd_visible(dirfd))
		return -EBADF;
	if ((flags & AT_SYMLINK_NOFOLLOW) && *path &&
	    !fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) &&
	    S_ISLNK(st.st_mode))
		return -ELOOP;
	if (*path == '/' || dirfd == AT_FDCWD)
		snprintf(out, PATH_MAX, "%s", path);
	else if (snprintf(out, PATH_MAX, "/dev/fd/%d%s%s", dirfd,
			  *path ? "/" : "", path) >= PATH_MAX)
		return -ENAMETOOLONG;
	return 0;
}

long sys_execveat(struct dune_thread *t, const uint64_t a[6])
{
	char path[PATH_MAX], name[PATH_MAX];
	struct job *job;
	long rc = user_string(path, a[1], sizeof(path) - 1);

	if (rc < 0)
		return rc;
	if (a[4] & ~(uint64_t)(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW))
		return -EINVAL;
	rc = path_at(name, (int)a[0], path, (unsigned)a[4]);
	if (!rc)
		rc = new_job(&job, a[2], a[3]);
	if (rc)
		return rc;
	memcpy(job->path, name, sizeof(name));
	return exec_job(t, job);
}
