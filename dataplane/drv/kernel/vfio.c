// SPDX-License-Identifier: MIT
/*
 * vfio.c - let go of cards without DPDK
 *
 * DPDK would have to undo in the owner what another process did. The kernel
 * stops a card's DMA and resets it when the last descriptor and mapping of it
 * are gone.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "drv/kernel/vfio.h"

#define DEVICE "anon_inode:[vfio-device]"

static void unmap_devices(void)
{
	FILE *f = fopen("/proc/self/maps", "re");
	unsigned long from, to;
	char line[512];

	if (!f)
		return;
	while (fgets(line, sizeof(line), f))
		if (strstr(line, DEVICE) &&
		    sscanf(line, "%lx-%lx", &from, &to) == 2)
			munmap((void *)from, to - from);
	fclose(f);
}

/* Devices, groups (/dev/vfio/N) and containers (/dev/vfio/vfio). */
static int is_vfio(int dir, const char *fd)
{
	char target[64];
	ssize_t n = readlinkat(dir, fd, target, sizeof(target) - 1);

	target[n > 0 ? n : 0] = '\0';
	return strcmp(target, DEVICE) == 0 ||
	       strncmp(target, "/dev/vfio/", 10) == 0;
}

void vfio_let_go(void)
{
	DIR *d = opendir("/proc/self/fd");
	struct dirent *e;

	unmap_devices();
	if (!d)
		return;
	while ((e = readdir(d)))
		if (is_vfio(dirfd(d), e->d_name))
			close(atoi(e->d_name));
	closedir(d);
}
