// SPDX-License-Identifier: MIT
/*
 * reclaim.c - undo what dead instances left behind
 *
 * A lock file that can be locked belongs to nobody that lives. Its lines:
 *
 *	netns INODE	what follows is true in this network namespace
 *	veth NAME INDEX	delete the interface
 *	xdp NAME	detach the XDP program
 *	features NAME MASK	switch these offloads on again
 *	promisc NAME	switch promiscuous mode off
 *	socket PATH	remove the memif socket
 *	pci BDF DRIVER	give the device back to the kernel's driver
 */
#include <bpf/libbpf.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "drv/drv.h"
#include "drv/common/lockfile.h"
#include "drv/kernel/ethtool.h"
#include "drv/kernel/link.h"
#include "drv/kernel/pci_driver.h"
#include "drv/kernel/reclaim.h"

/* Only if it is still that interface. */
static void undo_veth(const char *value)
{
	char name[LINK_NAME_MAX + 1];
	unsigned int index;

	if (sscanf(value, "%15s %u", name, &index) == 2 &&
	    if_nametoindex(name) == index)
		link_delete(name);
}

static void undo_xdp(const char *name)
{
	unsigned int index = if_nametoindex(name);

	if (index)
		bpf_xdp_detach((int)index, 0, NULL);
}

static void undo_features(const char *value)
{
	char name[LINK_NAME_MAX + 1];
	unsigned int mask;

	if (sscanf(value, "%15s %x", name, &mask) == 2)
		link_set_features(name, mask, 1);
}

static void undo_promisc(const char *name)
{
	link_promisc(name, 0);
}

static void undo_socket(const char *path)
{
	struct stat st;

	if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
		unlink(path);
}

static void undo_pci(const char *value)
{
	char bdf[16], driver[64];

	if (sscanf(value, "%15s %63s", bdf, driver) == 2)
		pci_give_back(bdf, driver);
}

static const struct {
	const char *what;
	void (*undo)(const char *value);
	int any_netns;
} entry[] = {
	{ "veth", undo_veth, 0 },	  { "xdp", undo_xdp, 0 },
	{ "features", undo_features, 0 }, { "promisc", undo_promisc, 0 },
	{ "socket", undo_socket, 1 },	  { "pci", undo_pci, 1 },
};
#define NENTRIES (sizeof(entry) / sizeof(entry[0]))

static void undo_line(const char *what, const char *value, int here)
{
	size_t i;

	for (i = 0; i < NENTRIES; i++)
		if (strcmp(entry[i].what, what) == 0 &&
		    (here || entry[i].any_netns))
			entry[i].undo(value);
}

/* Its own namespace's links are out of reach from another one. */
static int is_here(const char *value)
{
	return strtoull(value, NULL, 10) == lock_netns();
}

void reclaim_text(char *text)
{
	char *save = NULL, *line, *value;
	int here = 0;

	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		value = strchr(line, ' ');
		if (!value)
			continue;
		*value++ = '\0';
		if (strcmp(line, "netns") == 0)
			here = is_here(value);
		else
			undo_line(line, value, here);
	}
}

static int has_inode(const char *path, uint64_t inode)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_ino == inode;
}

/* Is there anything in the directory that is the namespace, or is in it? */
static int any_has(const char *dir, const char *below, uint64_t inode)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	char path[320];
	int found = 0;

	while (d && !found && (e = readdir(d))) {
		snprintf(path, sizeof(path), "%s/%s%s", dir, e->d_name, below);
		found = e->d_name[0] != '.' && has_inode(path, inode);
	}
	if (d)
		closedir(d);
	return found;
}

/* With a namespace its interfaces are gone, and so is what there was to undo.
 * Who is not root sees its own processes alone. */
static int lives(uint64_t netns)
{
	return geteuid() != 0 || any_has("/run/netns", "", netns) ||
	       any_has("/proc", "/ns/net", netns);
}

/* Does the text name a network namespace that is not ours, and is? */
static int elsewhere(const char *text)
{
	return strncmp(text, "netns ", 6) == 0 && !is_here(text + 6) &&
	       lives(strtoull(text + 6, NULL, 10));
}

/* Somebody made it just now and is about to lock it. */
static int is_new(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       st.st_size == 0 && time(NULL) - st.st_mtime < 10;
}

static void reclaim_file(int dir, const char *name)
{
	char text[1024];
	ssize_t n;
	int fd;

	if (is_new(dir, name))
		return;
	fd = lock_try(dir, name);
	if (fd < 0)
		return;
	n = pread(fd, text, sizeof(text) - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	if (!elsewhere(text)) {
		reclaim_text(text);
		unlinkat(dir, name, 0);
	}
	close(fd);
}

void drv_reclaim(void)
{
	char path[128];
	int dir = drv_run_dir(path, sizeof(path));
	DIR *d = dir < 0 ? NULL : fdopendir(dir);
	struct dirent *e;
	size_t len;

	while (d && (e = readdir(d))) {
		len = strlen(e->d_name);
		if (len >= 5 && strcmp(e->d_name + len - 5, ".lock") == 0)
			reclaim_file(dir, e->d_name);
	}
	if (d)
		closedir(d);
	else if (dir >= 0)
		close(dir);
}
