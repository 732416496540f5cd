// SPDX-License-Identifier: MIT
/*
 * device.c - can the device be used: is it there, which driver has it, what
 * privileges does it take
 */
#include <glob.h>
#include <libgen.h>
#include <limits.h>
#include <linux/capability.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "control/ix-run/device.h"

#define CAP(name) (1ull << (CAP_##name))

static uint64_t effective_caps(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	unsigned long long caps = 0;
	char line[256];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "CapEff: %llx", &caps) == 1)
			break;
	if (f)
		fclose(f);
	return caps;
}

static void say(char *out, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void say(char *out, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(out, size, fmt, ap);
	va_end(ap);
}

#define WHAT(v, ...) say((v)->what, sizeof((v)->what), __VA_ARGS__)
#define WHY(v, ...) say((v)->why, sizeof((v)->why), __VA_ARGS__)

/* The last part of where a link leads, or "". */
static const char *link_name(const char *path, char *buf, size_t size)
{
	ssize_t n = readlink(path, buf, size - 1);

	buf[n < 0 ? 0 : n] = 0;
	return strrchr(buf, '/') ? strrchr(buf, '/') + 1 : buf;
}

static int interface_exists(const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/class/net/%s", name);
	return access(path, F_OK) == 0;
}

static void need_caps(struct device_view *v, uint64_t caps, const char *names)
{
	if (!v->why[0] && (effective_caps() & caps) != caps)
		WHY(v, "needs %s; run ix-run as root", names);
}

static void look_new(const char *kind, const struct config_dev *d,
		     struct device_view *v)
{
	int there = d->name[0] && interface_exists(d->name);

	WHAT(v, "a %s %s; the kernel's end is %s, and is gone at the end",
	     there ? "present" : "new", kind,
	     d->name[0] ? d->name : "named ix<N>");
	if (d->kind == CONFIG_DEV_TAP &&
	    access("/dev/net/tun", R_OK | W_OK) != 0)
		WHY(v, "/dev/net/tun cannot be opened; load the module tun, "
		       "or run ix-run as root");
	need_caps(v, CAP(NET_ADMIN) | CAP(NET_RAW),
		  "CAP_NET_ADMIN and CAP_NET_RAW");
}

static void look_old(const struct config_dev *d, struct device_view *v)
{
	char path[PATH_MAX], buf[PATH_MAX];
	const char *driver;

	snprintf(path, sizeof(path), "/sys/class/net/%s/device/driver",
		 d->name);
	driver = link_name(path, buf, sizeof(buf));
	WHAT(v, "the interface %s (driver %s)", d->name,
	     *driver ? driver : "of the kernel, no hardware");
	if (!interface_exists(d->name))
		WHY(v, "there is no interface %s; see ip link", d->name);
	if (d->kind == CONFIG_DEV_AF_PACKET)
		need_caps(v, CAP(NET_RAW), "CAP_NET_RAW");
	else
		need_caps(v, CAP(NET_RAW) | CAP(NET_ADMIN),
			  "CAP_NET_RAW, CAP_NET_ADMIN and CAP_BPF");
}

static void look_memif(const struct config_dev *d, struct device_view *v)
{
	char path[sizeof(d->name)];
	const char *dir;

	snprintf(path, sizeof(path), "%s", d->name);
	dir = dirname(path);
	WHAT(v, "shared memory, %s at %s, %u queue%s",
	     d->server ? "server" : "client", d->name, d->queues,
	     d->queues > 1 ? "s" : "");
	if (d->name[0] == '@')
		return;
	if (access(dir, d->server ? W_OK | X_OK : X_OK) != 0)
		WHY(v,
		    "the directory %s cannot be used; make it, or name "
		    "another",
		    dir);
}

static int says_up(const char *path)
{
	FILE *f = fopen(path, "re");
	unsigned flags = 0;

	if (f && fscanf(f, "%x", &flags) != 1)
		flags = 0;
	if (f)
		fclose(f);
	return (flags & IFF_UP) != 0;
}

/* The kernel's interface on a card that is up, here or in the first network
 * namespace, may be the way in. It is the virtio device's on virtio. */
static void look_pci_up(const char *bdf, struct device_view *v)
{
	static const char *const root[] = { "", "/proc/1/root" };
	char pattern[PATH_MAX];
	glob_t found = { 0 };
	const char *name;
	size_t i;

	for (i = 0; i < 2; i++) {
		snprintf(pattern, sizeof(pattern),
			 "%s/sys/bus/pci/devices/%s/{,virtio*/}net/*/flags",
			 root[i], bdf);
		glob(pattern, GLOB_BRACE | (i ? GLOB_APPEND : 0), NULL, &found);
	}
	for (i = 0; i < found.gl_pathc; i++) {
		if (!says_up(found.gl_pathv[i]))
			continue;
		name = basename(dirname(found.gl_pathv[i]));
		WHY(v,
		    "the kernel uses it as %s; ip link set %s down, if that "
		    "is not your way in",
		    name, name);
	}
	globfree(&found);
}

static void look_vfio(const char *dir, struct device_view *v)
{
	char path[PATH_MAX + 16];

	snprintf(path, sizeof(path), "%s/iommu_group", dir);
	if (access(path, F_OK) != 0)
		WHY(v, "there is no IOMMU, vfio-pci cannot protect memory; "
		       "boot with intel_iommu=on or amd_iommu=on");
	else if (access("/sys/bus/pci/drivers/vfio-pci", F_OK) != 0)
		WHY(v, "there is no driver vfio-pci; modprobe vfio-pci");
}

static void look_pci(const struct config_dev *d, struct device_view *v)
{
	static const char *const usable[] = { "vfio-pci", "uio_pci_generic",
					      "igb_uio" };
	char dir[PATH_MAX], path[PATH_MAX + 16], buf[PATH_MAX];
	const char *driver;
	size_t i;

	snprintf(dir, sizeof(dir), "/sys/bus/pci/devices/%s", d->name);
	if (access(dir, F_OK) != 0) {
		WHAT(v, "the PCI device %s", d->name);
		WHY(v, "there is no PCI device %s; see lspci -D", d->name);
		return;
	}
	snprintf(path, sizeof(path), "%s/driver", dir);
	driver = link_name(path, buf, sizeof(buf));
	for (i = 0; i < sizeof(usable) / sizeof(usable[0]); i++)
		if (strcmp(driver, usable[i]) == 0) {
			WHAT(v, "the PCI device %s (driver %s)", d->name,
			     driver);
			return;
		}
	WHAT(v, "the PCI device %s (driver %s), bound to vfio-pci meanwhile",
	     d->name, *driver ? driver : "none");
	look_pci_up(d->name, v);
	look_vfio(dir, v);
	need_caps(v, CAP(SYS_ADMIN), "root's privileges");
}

void device_look(const char *spec, struct device_view *out)
{
	struct config_dev d;
	const char *why;

	memset(out, 0, sizeof(*out));
	if (config_parse_dev(spec, &d, &why)) {
		WHY(out, "%s", why);
		return;
	}
	switch (d.kind) {
	case CONFIG_DEV_VETH:
		look_new("veth pair", &d, out);
		break;
	case CONFIG_DEV_TAP:
		look_new("tap device", &d, out);
		break;
	case CONFIG_DEV_AF_PACKET:
	case CONFIG_DEV_AF_XDP:
		look_old(&d, out);
		break;
	case CONFIG_DEV_MEMIF:
		look_memif(&d, out);
		break;
	case CONFIG_DEV_PCI:
		look_pci(&d, out);
		break;
	case CONFIG_DEV_VDEV:
	case CONFIG_DEV_MAX:
		WHAT(out, "a DPDK virtual device, not looked at");
		break;
	}
}
