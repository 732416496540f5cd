// SPDX-License-Identifier: MIT
/*
 * boot_run.c - files of running instances
 *
 *	boot		locked while an instance starts
 *	net<N>		locked while the instance with number N lives
 *	<pid>.sock	control socket
 *
 * Where they are says drv/rundir.c; the directory is ours alone to write.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
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
#define CONTROL_BACKLOG 64

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
	int rc, fd = drv_run_dir(b->run_dir, sizeof(b->run_dir));

	if (fd < 0)
		return boot_fail(b, fd, "%s cannot be used: %s", b->run_dir,
				 drv_run_dir_why(fd));
	b->run_fd = high(b, fd);
	if (b->run_fd < 0)
		return -errno;
	b->run_lock = openat(b->run_fd, "boot",
			     O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
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
		    0600);
	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 || is_stale(fd, b->run_fd, name)) {
		close(fd);
		return -EBUSY;
	}
	b->claim_fd = high(b, fd);
	return b->claim_fd < 0 ? -errno : 0;
}

/* Does nobody listen on the socket that is name in the run directory? */
static bool is_deserted(const struct boot *b, const char *name)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool deserted;

	if (fd < 0)
		return false;
	deserted = snprintf(un.sun_path, sizeof(un.sun_path), "%s/%s",
			    b->run_dir, name) < (int)sizeof(un.sun_path) &&
		   connect(fd, (struct sockaddr *)&un, sizeof(un)) < 0 &&
		   errno == ECONNREFUSED;
	close(fd);
	return deserted;
}

/* Sockets that nobody listens on, and what devices left behind. */
int boot_leftovers(struct boot *b)
{
	int fd = openat(b->run_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	size_t len;

	while (d && (e = readdir(d))) {
		len = strlen(e->d_name);
		if (len >= 6 && strcmp(e->d_name + len - 5, ".sock") == 0 &&
		    is_deserted(b, e->d_name))
			unlinkat(b->run_fd, e->d_name, 0);
	}
	if (d)
		closedir(d);
	else if (fd >= 0)
		close(fd);
	drv_reclaim();
	return 0;
}

/* The name has our PID unless an instance that a process of this PID started
 * earlier outlives it. */
static int listen_at(struct boot *b, int fd)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	char *name = b->in->sock_name;
	mode_t old;
	int rc;

	snprintf(name, sizeof(b->in->sock_name), "%d.sock", getpid());
	snprintf(un.sun_path, sizeof(un.sun_path), "%s/%s", b->run_dir, name);
	old = umask(0077);
	rc = bind(fd, (struct sockaddr *)&un, sizeof(un));
	umask(old);
	if (rc < 0)
		return -errno;
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
	unlinkat(b->run_fd, b->in->sock_name, 0);
	close(b->in->control_fd);
}
