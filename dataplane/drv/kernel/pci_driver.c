// SPDX-License-Identifier: MIT
/*
 * pci_driver.c - which driver of the kernel a card belongs to
 */
#include "drv/common/spec.h"
#include "drv/kernel/pci_driver.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int write_sys(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int rc = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, value, strlen(value)) < 0)
		rc = -errno;
	close(fd);
	return rc;
}

static int dev_path(char *out, size_t size, const char *bdf, const char *what)
{
	return snprintf(out, size, PCI_SYS "devices/%s/%s", bdf, what);
}

int pci_has(const char *bdf, const char *what)
{
	char path[128];

	dev_path(path, sizeof(path), bdf, what);
	return access(path, F_OK) == 0;
}

void pci_get_driver(const char *bdf, char *out, size_t size)
{
	char path[128], target[256];
	ssize_t n;
	char *base;

	dev_path(path, sizeof(path), bdf, "driver");
	n = readlink(path, target, sizeof(target) - 1);
	target[n > 0 ? n : 0] = '\0';
	base = strrchr(target, '/');
	snprintf(out, size, "%.63s", base ? base + 1 : "-");
}

unsigned pci_get_class(const char *bdf)
{
	char path[128];
	unsigned class = 0;
	FILE *f;

	dev_path(path, sizeof(path), bdf, "class");
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (fscanf(f, "%x", &class) != 1)
		class = 0;
	fclose(f);
	return class >> 16;
}

/* Does this file of sysfs, DIR/NAME/flags, say so? Then 1 and the name. */
static int says_up(const char *path, char *name, size_t size)
{
	FILE *f = fopen(path, "re");
	unsigned flags = 0;
	const char *end, *start;

	if (!f)
		return 0;
	if (fscanf(f, "%x", &flags) != 1)
		flags = 0;
	fclose(f);
	if (!(flags & IFF_UP))
		return 0;
	end = strrchr(path, '/');
	start = memrchr(path, '/', (size_t)(end - path));
	snprintf(name, size, "%.*s", (int)(end - start - 1), start + 1);
	return 1;
}

/* The interface is the virtio device's on virtio. */
int pci_is_up(const char *bdf, char *name, size_t size)
{
	static const char *const root[] = { "", "/proc/1/root" };
	glob_t found = { 0 };
	char pattern[160];
	int up = 0;
	size_t i;

	for (i = 0; i < 2; i++) {
		snprintf(pattern, sizeof(pattern),
			 "%s" PCI_SYS "devices/%s/{,virtio*/}net/*/flags",
			 root[i], bdf);
		glob(pattern, GLOB_BRACE | (i ? GLOB_APPEND : 0), NULL, &found);
	}
	for (i = 0; !up && i < found.gl_pathc; i++)
		up = says_up(found.gl_pathv[i], name, size);
	globfree(&found);
	return up;
}

int pci_for_user(const char *driver)
{
	return strcmp(driver, "vfio-pci") == 0 ||
	       strncmp(driver, "uio_pci", 7) == 0 ||
	       strcmp(driver, "igb_uio") == 0;
}

int pci_bind_to(const char *bdf, const char *driver)
{
	char path[128];
	int rc;

	dev_path(path, sizeof(path), bdf, "driver_override");
	rc = write_sys(path, driver);
	if (rc < 0)
		return rc;
	if (pci_has(bdf, "driver")) {
		dev_path(path, sizeof(path), bdf, "driver/unbind");
		rc = write_sys(path, bdf);
	}
	return rc < 0 ? rc : write_sys(PCI_SYS "drivers_probe", bdf);
}

void pci_give_back(const char *bdf, const char *driver)
{
	char now[64], path[128];

	pci_get_driver(bdf, now, sizeof(now));
	if (!spec_bdf(bdf) || strcmp(now, "vfio-pci") != 0)
		return;
	dev_path(path, sizeof(path), bdf, "driver/unbind");
	write_sys(path, bdf);
	dev_path(path, sizeof(path), bdf, "driver_override");
	write_sys(path, "\n");
	if (strcmp(driver, "-") != 0)
		write_sys(PCI_SYS "drivers_probe", bdf);
}
