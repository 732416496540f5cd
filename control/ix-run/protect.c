// SPDX-License-Identifier: MIT
/*
 * protect.c - what protects the dataplane from the program
 *
 * The presence of /dev/kvm proves nothing: there are hosts where it emulates
 * ring 0 instruction by instruction. A tiny guest shows; what it showed holds
 * until the next boot.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control/ix-run/protect.h"
#include "dune/dune.h"

#define CACHE_DIR "/run/ix"
#define CACHE CACHE_DIR "/kvm-self-test"

/* CPU time of the self-test */
#define AUTO_MS 300
#define PATIENT_MS 20000

/* The boot and the module's parameters that a verdict is about. */
static void boot_id(char out[64])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, out, 63);

	if (fd >= 0)
		close(fd);
	out[n > 0 ? n : 0] = 0;
	out[strcspn(out, "\n")] = 0;
}

/* One line: boot id, usable, times, why. Root's file alone is believed. */
static bool cache_read(struct dune_verdict *v)
{
	char id[64], line[384], was[64];
	int usable, right, at = 0,
			   fd = open(CACHE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	ssize_t n;

	if (fd < 0)
		return false;
	n = fstat(fd, &st) == 0 && st.st_uid == 0 && !(st.st_mode & 022) ?
		    read(fd, line, sizeof(line) - 1) :
		    -1;
	close(fd);
	if (n <= 0)
		return false;
	line[n] = 0;
	line[strcspn(line, "\n")] = 0;
	boot_id(id);
	if (sscanf(line, "%63s %d %d %lu %lu %n", was, &usable, &right,
		   &v->round_trip_ns, &v->native_ns, &at) != 5 ||
	    !at || strcmp(was, id) != 0)
		return false;
	v->usable = usable;
	v->right = right;
	snprintf(v->why, sizeof(v->why), "%s", line + at);
	return true;
}

static void cache_write(const struct dune_verdict *v)
{
	char id[64], temp[64];
	FILE *f;

	if (geteuid() != 0)
		return;
	mkdir(CACHE_DIR, 0755);
	snprintf(temp, sizeof(temp), CACHE ".%d", (int)getpid());
	f = fopen(temp, "wxe");
	if (!f)
		return;
	boot_id(id);
	fprintf(f, "%s %d %d %lu %lu %s\n", id, v->usable, v->right,
		v->round_trip_ns, v->native_ns, v->why);
	if (fclose(f) || rename(temp, CACHE))
		unlink(temp);
}

/* A verdict that root has found holds for those who may use the device. */
static bool may_use_kvm(void)
{
	return faccessat(AT_FDCWD, "/dev/kvm", R_OK | W_OK, AT_EACCESS) == 0;
}

/* Who asks for kvm gets it where it is right, however slow. */
static void look(struct dune_verdict *v, bool asked_for)
{
	if (cache_read(v) && (v->right || !asked_for) &&
	    (!v->right || may_use_kvm()))
		return;
	if (dune_selftest(v, asked_for ? PATIENT_MS : AUTO_MS) == 0)
		cache_write(v);
}

int protect_choose(const struct ix_config *c, enum config_protect *mode_out,
		   char *verdict, size_t size)
{
	struct dune_verdict v = { 0 };

	*mode_out = PROTECT_NONE;
	if (c->protect == PROTECT_NONE) {
		snprintf(verdict, size, "direct: asked for by --protect=none");
		return 0;
	}
	look(&v, c->protect == PROTECT_KVM);
	if (v.usable) {
		*mode_out = PROTECT_KVM;
		snprintf(verdict, size,
			 "kvm: a system call in the guest takes %lu ns, "
			 "outside %lu ns",
			 v.round_trip_ns, v.native_ns);
		return 0;
	}
	if (c->protect == PROTECT_AUTO) {
		snprintf(
			verdict, size,
			"direct: nothing protects the dataplane, KVM cannot be "
			"used: %s",
			v.why);
		return 0;
	}
	if (v.right) {
		/* it works, but slowly: that is for the person to judge */
		*mode_out = PROTECT_KVM;
		snprintf(verdict, size, "kvm: asked for, although %s", v.why);
		return 0;
	}
	snprintf(verdict, size,
		 "--protect=kvm cannot be had: %s; --protect=none does without",
		 v.why);
	return EXIT_IX;
}
