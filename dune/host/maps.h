/* SPDX-License-Identifier: MIT */
/*
 * maps.h - reading /proc/self/maps
 *
 * The file is kept open by a hidden descriptor, so that neither chroot() nor
 * the program's limit of descriptors takes it away.
 */
#ifndef IX_DUNE_HOST_MAPS_H
#define IX_DUNE_HOST_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct dune_vma {
	uint64_t start, end;
	int prot;	  /* PROT_* */
	bool file;	  /* backed by a file */
	const char *name; /* valid until the next maps_next() */
};
struct dune_maps {
	char buf[8192];	   /* of a longer line, the name's middle is lost */
	size_t have, used; /* bytes in buf, and of these already parsed */
	off_t at;	   /* offset of the next read */
	int error;	   /* -errno if reading stopped before the end; or 0 */
};
/* Open the file; in the child of a fork again, for it is the parent's. Returns
 * 0 or -errno. */
int maps_open(void);
/* A hidden descriptor of another file of /proc, or -errno. Only while no other
 * thread of the program runs: it could get at the descriptor before it is
 * hidden. */
int maps_proc_open(const char *name, int flags);
/* Begin to read at the first mapping. There is one reader at a time: others
 * wait here until maps_end(). */
void maps_begin(struct dune_maps *m);
void maps_end(void);
/* The same lock without reading, for a fork. */
void maps_lock(void);
void maps_unlock(void);
/* The next mapping, by address; false at the end or on an error (m->error). */
bool maps_next(struct dune_maps *m, struct dune_vma *out);
/* The mapping that holds addr; its name is not filled in. false: none does. */
bool maps_find(uint64_t addr, struct dune_vma *out);

#endif
