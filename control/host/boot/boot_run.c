// SPDX-License-Identifier: MIT
/*
 * boot_run.c - files of running instances
 *
 *	boot		locked while an instance starts; says by whom
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

#include "base/raw.h"
#include "control/host/boot/boot_fail.h"
#include "control/host/boot/boot_run.h"
#include "control/host/boot/step.h"

#define LOCK_STUCK_S 60 /* without another who had it */
#define LOCK_STEP_NS (10 * NSEC_PER_MSEC)
#define HOLDER_LEN 64
#define CONTROL_BACKLOG 64

/*
 * The lock of the starts
 *
 * It is a process's, not a descriptor's: no fork of the holder has it too, and it
 * is free when the holder is dead. Who takes it writes its name into the file,
 * and when: those that wait see that others come and go.
 */
static int set_lock(int fd, short type)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET };

	return raw_call(SYS_fcntl, fd, F_SETLK, &l) < 0 ? -errno : 0;
}

static void sign(int fd)
{
	char text[HOLDER_LEN];
	int n = snprintf(text, sizeof(text), "PID %d (%.15s) %llu\n",
			 (int)getpid(), program_invocation_short_name,
			 (unsigned long long)clock_kernel_ns());

	if (ftruncate(fd, 0) < 0 || pwrite(fd, text, (size_t)n, 0) != n)
		errno = 0; /* a full disk: who waits too long does not know */
}

/* Who has it, or had it before. */
static void read_holder(int fd, char out[HOLDER_LEN])
{
	ssize_t n = pread(fd, out, HOLDER_LEN - 1, 0);

	out[n > 0 ? n : 0] = 0;
}

static int lock_stuck(struct boot *b, char holder[HOLDER_LEN])
{
	char *end = strrchr(holder, ' ');

	if (end)
		*end = 0;
	return boot_fail(b, -EBUSY,
			 "%s/boot is locked for %u s by %s, which does not "
			 "go on",
			 b->run_dir, LOCK_STUCK_S,
			 holder[0] ? holder : "another process");
}

/* As long as others make progress, for as long as it takes. */
static int lock_starts(struct boot *b)
{
	static const struct timespec step = { .tv_nsec = LOCK_STEP_NS };
	char was[HOLDER_LEN] = "", is[HOLDER_LEN];
	uint64_t since = clock_kernel_ns();
	int rc;

	while ((rc = set_lock(b->run_lock, F_WRLCK)) < 0) {
		if (rc != -EAGAIN && rc != -EACCES && rc != -EINTR)
			return boot_fail(b, rc, "cannot lock %s/boot: %s",
					 b->run_dir, strerror(-rc));
		read_holder(b->run_lock, is);
		if (strcmp(is, was) != 0)
			since = clock_kernel_ns();
		else if (clock_kernel_ns() - since >
			 LOCK_STUCK_S * NSEC_PER_SEC)
			return lock_stuck(b, is);
		memcpy(was, is, sizeof(was));
		nanosleep(&step, NULL);
	}
	sign(b->run_lock);
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
	b->run_lock = high(b, openat(b->run_fd, "boot",
				     O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
				     0600));
	rc = b->run_lock < 0 ? -errno : lock_starts(b);
	if (rc < 0)
		boot_run_undo(b);
	return rc;
}

void boot_run_pause(struct boot *b)
{
	set_lock(b->run_lock, F_UNLCK);
}

void boot_run_unlock(struct boot *b)
{
	if (b->run_lock >= 0)
		close(b->run_lock);
	b->run_lock = -1;
}

int boot_run_relock(struct boot *b)
{
	return lock_starts(b);
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

static bool is_number(const char *name)
{
	return strncmp(name, "net", 3) == 0 && name[3] &&
	       strspn(name + 3, "0123456789") == strlen(name + 3);
}

/* An owner that was killed leaves the file of its number; those that start lock
 * one only while they have the lock of the starts, as we do. */
static bool is_free(const struct boot *b, const char *name)
{
	int fd = openat(b->run_fd, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	bool is = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;

	if (fd >= 0)
		close(fd);
	return is;
}

static bool is_leftover(const struct boot *b, const char *name)
{
	size_t len = strlen(name);

	if (len >= 6 && strcmp(name + len - 5, ".sock") == 0)
		return is_deserted(b, name);
	return is_number(name) && is_free(b, name);
}

/* Files of instances that are no more, and what devices left behind. */
int boot_leftovers(struct boot *b)
{
	int fd = openat(b->run_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (is_leftover(b, e->d_name))
			unlinkat(b->run_fd, e->d_name, 0);
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
