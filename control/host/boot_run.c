// SPDX-License-Identifier: MIT
/*
 * boot_run.c - files of running instances
 *
 *	boot		locked while an instance starts
 *	net<N>		locked while the instance with number N lives
 *	<pid>.sock	control socket
 *
 * Root's are in /run/ix, those of others in $XDG_RUNTIME_DIR/ix.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "control/host/boot.h"

#define LOCK_WAIT_MS 20000 /* another instance starts */
#define LOCK_STEP_MS 10
#define CONTROL_BACKLOG 8

static int name_run_dir(struct boot *b)
{
	const char *run = getenv("XDG_RUNTIME_DIR");
	int n;

	if (geteuid() == 0)
		n = snprintf(b->run_dir, sizeof(b->run_dir), "/run/ix");
	else if (run && run[0] == '/')
		n = snprintf(b->run_dir, sizeof(b->run_dir), "%s/ix", run);
	else
		n = snprintf(b->run_dir, sizeof(b->run_dir), "/tmp/ix-%u",
			     geteuid());
	return n < (int)sizeof(b->run_dir) ? 0 : -ENAMETOOLONG;
}

/* flock() cannot be told how long to wait. */
static int lock_within(int fd, int ms)
{
	static const struct timespec step = { .tv_nsec =
						      LOCK_STEP_MS * 1000000 };

	for (; flock(fd, LOCK_EX | LOCK_NB) < 0; ms -= LOCK_STEP_MS) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -errno;
		if (ms <= 0)
			return -ETIMEDOUT;
		nanosleep(&step, NULL);
	}
	return 0;
}

static int high(struct boot *b, int fd)
{
	int up = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, b->fd_base);

	if (fd >= 0)
		close(fd);
	return up;
}

int boot_run_dir(struct boot *b)
{
	int rc = name_run_dir(b);

	if (rc < 0)
		return rc;
	if (mkdir(b->run_dir, 0755) < 0 && errno != EEXIST)
		return boot_fail(b, -errno, "cannot make %s: %s", b->run_dir,
				 strerror(errno));
	b->run_fd =
		high(b, open(b->run_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	if (b->run_fd < 0)
		return boot_fail(b, -errno, "cannot open %s: %s", b->run_dir,
				 strerror(errno));
	b->run_lock = openat(b->run_fd, "boot",
			     O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	rc = b->run_lock < 0 ? -errno : lock_within(b->run_lock, LOCK_WAIT_MS);
	if (rc < 0) {
		boot_fail(b, rc, "cannot lock %s/boot: %s", b->run_dir,
			  strerror(-rc));
		boot_run_undo(b);
	}
	return rc;
}

void boot_run_pause(struct boot *b)
{
	flock(b->run_lock, LOCK_UN);
}

void boot_run_unlock(struct boot *b)
{
	if (b->run_lock < 0)
		return;
	boot_run_pause(b);
	close(b->run_lock);
	b->run_lock = -1;
}

int boot_run_relock(struct boot *b)
{
	return lock_within(b->run_lock, LOCK_WAIT_MS);
}

void boot_run_undo(struct boot *b)
{
	boot_run_unlock(b);
	if (b->claim_fd >= 0)
		close(b->claim_fd);
	if (b->run_fd >= 0)
		close(b->run_fd);
	b->claim_fd = b->run_fd = -1;
}

/* Was the file unlinked, by the owner that had it, while we waited? */
static int is_stale(int fd, int dir, const char *name)
{
	struct stat a, b;

	return fstat(fd, &a) < 0 ||
	       fstatat(dir, name, &b, AT_SYMLINK_NOFOLLOW) < 0 ||
	       a.st_ino != b.st_ino;
}

int boot_claim(struct boot *b, int number)
{
	char name[16];
	int fd;

	snprintf(name, sizeof(name), "net%d", number);
	fd = openat(b->run_fd, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
		    0644);
	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 || is_stale(fd, b->run_fd, name)) {
		close(fd);
		return -EBUSY;
	}
	b->claim_fd = high(b, fd);
	return b->claim_fd < 0 ? -errno : 0;
}

static int connect_to(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int rc = 0,
	    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	if (snprintf(un.sun_path, sizeof(un.sun_path), "%s", path) >=
	    (int)sizeof(un.sun_path))
		rc = -ENAMETOOLONG;
	else if (connect(fd, (struct sockaddr *)&un, sizeof(un)) < 0)
		rc = -errno;
	close(fd);
	return rc;
}

/* Sockets that nobody listens on, and what devices left behind. */
int boot_leftovers(struct boot *b)
{
	DIR *d = opendir(b->run_dir);
	char path[INSTANCE_PATH + 256];
	struct dirent *e;
	size_t len;

	while (d && (e = readdir(d))) {
		len = strlen(e->d_name);
		if (len < 6 || strcmp(e->d_name + len - 5, ".sock") != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", b->run_dir, e->d_name);
		if (connect_to(path) == -ECONNREFUSED)
			unlink(path);
	}
	if (d)
		closedir(d);
	drv_reclaim();
	return 0;
}

/* The path has our PID unless an instance that a process of this PID started
 * earlier outlives it. */
static int listen_at(struct boot *b, int fd)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	mode_t old;
	int rc;

	snprintf(un.sun_path, sizeof(un.sun_path), "%s/%d.sock", b->run_dir,
		 getpid());
	old = umask(0077);
	rc = bind(fd, (struct sockaddr *)&un, sizeof(un));
	umask(old);
	if (rc < 0)
		return -errno;
	snprintf(b->in->sock_path, sizeof(b->in->sock_path), "%s", un.sun_path);
	return listen(fd, CONTROL_BACKLOG) < 0 ? -errno : 0;
}

int boot_control(struct boot *b)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int rc = fd < 0 ? -errno : listen_at(b, fd);

	if (rc < 0) {
		if (fd >= 0)
			close(fd);
		return boot_fail(b, rc, "cannot listen at %s/%d.sock: %s",
				 b->run_dir, getpid(), strerror(-rc));
	}
	b->in->control_fd = fd;
	b->in->run_fd = b->run_fd;
	b->in->claim_fd = b->claim_fd;
	b->in->number = b->claim_fd < 0 ? -1 : b->number;
	return 0;
}

/* The owner listens; who else has the socket would keep it alive without. */
void boot_control_done(struct boot *b)
{
	close(b->in->control_fd);
}

void boot_control_undo(struct boot *b)
{
	unlink(b->in->sock_path);
	close(b->in->control_fd);
}
