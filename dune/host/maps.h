/* SPDX-License-Identifier: MIT */
/*
 * maps.h - what is mapped where, by /proc/self/maps
 */
#ifndef IX_DUNE_HOST_MAPS_H
#define IX_DUNE_HOST_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* No chroot and no limit of descriptors takes the file away. */
struct dune_vma {
	uint64_t start, end;
	int prot;	  /* PROT_* */
	bool file;	  /* backed by one */
	const char *name; /* valid until the next one */
};
struct dune_maps {
	char buf[8192]; /* a longer line loses what its name ends with */
	size_t have, used;
	off_t at;
	int error; /* the reading ended before the file did: -errno */
};
int maps_open(void); /* again after a fork */
/* A hidden descriptor of another file of /proc, for a time when no other thread
 * of the program runs. */
int maps_proc_open(const char *name, int flags);
/* One reader at a time, until maps_end(). */
void maps_begin(struct dune_maps *m);
void maps_end(void);
void maps_lock(void);
void maps_unlock(void);
bool maps_next(struct dune_maps *m, struct dune_vma *out);
/* The mapping that holds addr, without its name. */
bool maps_find(uint64_t addr, struct dune_vma *out);

#endif
