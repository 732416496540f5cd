/* SPDX-License-Identifier: MIT */
/*
 * table.h - hostile cases made from syscalls.def: what the files share
 *
 *	rows.c		the rows, and the variants of those that need several
 *	shapes.c	what lies behind a PTR: structures, and pointers in them
 *	numbers.c	the numbers and strings of good calls
 *	setup.c		the descriptors and identifiers that they are made with
 *	frame.c		the memory of one call, and what changed in it
 *	cells.c		each pointer at each target, edge and partner
 *	counts.c	numbers that are too great, in structures and beside them
 *	races.c		words that another thread changes meanwhile
 *	sweep.c		each number of a selector; socket options
 *	exits.c		what an end of a thread or process writes
 *	main.c		which of them, in which kind of process
 */
#ifndef IX_DUNE_TEST_TABLE_H
#define IX_DUNE_TEST_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "dune/sys/table.h"

/* Each argument has an area of its own in program memory; what it points to
 * lies at TOP, and what that points to from NESTED on. */
#define AREA 4096
#define TOP 512
#define NESTED 1024
#define CANARY UINT64_C(0xc5c5c5c5c5c5c5c5)

enum way { READ_BY = 1, WRITTEN_BY = 2, BOTH_BY = 3 }; /* the kernel */

/* --- rows.c --- */
struct row {
	const char *name;
	long nr;
	struct arg arg[6];
};
struct variant {
	const struct row *row;
	const char *name;  /* "", or of the command, request, operation */
	struct arg arg[6]; /* the row's, with what the variant knows better */
	int select;	   /* the argument that says which; -1: none */
	uint64_t selected;
};
#define VARIANTS_MAX 512
extern struct variant variants[VARIANTS_MAX];
extern unsigned nvariants;
extern const struct row rows[];
extern const unsigned nrows;
void rows_start(void);
bool is_pointer(const struct arg *arg);

/* --- shapes.c --- */
struct nested { /* a pointer within a structure */
	const char *name;
	uint16_t at; /* in the area */
	uint8_t way;
	uint16_t size; /* 0: nobody follows it here */
};
struct counted { /* a number within one */
	const char *name;
	uint16_t at, size;
	uint64_t bad;
};
struct shape {
	const char *row, *variant; /* variant NULL: any */
	int arg;
	uint8_t way;
	uint16_t size;
	void (*build)(char *area); /* NULL: zeros */
	struct nested nested[12];
	struct counted counted[8];
};
const struct shape *shape_of(const struct variant *v, int arg);

/* --- numbers.c --- */
/* "row", or "row and the beginning of a variant's name" */
bool matches(const char *who, const struct variant *v);
/* The arguments that are numbers. */
uint64_t number_for(const struct variant *v, int arg);
/* What a path or a string of a good call is. */
const char *string_for(const struct variant *v, int arg);

/* --- setup.c --- */
struct made {
	uint64_t fd_file, fd_other, fd_dir, fd_sock, fd_peer, fd_listen, fd_udp,
		fd_tcp, fd_client, fd_timer, fd_epoll, fd_inotify, fd_pipe,
		fd_pipe_out, fd_mq, fd_pty, fd_pidfd, fd_random;
	uint64_t id_msg, id_msg_set, id_sem, id_shm, id_timer, pid, tid, device,
		memory;
	/* a file, and one that may be executed and is in no format */
	char path[64], program[64];
};
extern struct made made;
int setup_start(void);
/* Before a call whose row needs it. */
void setup_before(const struct variant *v);
/* After one, with its result. False: a child that it made has found the host's
 * memory changed, or has not ended as it should. */
bool setup_after(const struct variant *v, const uint64_t a[6], long ret);
/* Does it, which takes long? It returns a second time then. */
bool makes_process(const struct variant *v);
/* Descriptors from here on are what calls have made. */
extern int setup_fds_end;

/* --- frame.c --- */
struct frame {
	const struct variant *v;
	uint64_t a[6];
};
/* A place where an address stands: an argument, or a word in memory. */
struct pointer {
	const struct variant *v;
	const char *name; /* "", or of the field */
	int arg;
	uint16_t at; /* in the argument's area; 0: the argument itself */
	uint8_t way;
	uint16_t size; /* of nested ones */
};
#define POINTERS_MAX 16
extern char *areas; /* 6 of AREA bytes */
extern char *edge;  /* a page; the next one is not mapped */
int frame_start(void);
/* A good call's arguments and memory. */
void frame_good(struct frame *f, const struct variant *v);
/* All pointers of a variant: how many. */
unsigned frame_pointers(const struct variant *v,
			struct pointer out[POINTERS_MAX]);
uint64_t frame_get(const struct frame *f, const struct pointer *p);
void frame_set(struct frame *f, const struct pointer *p, uint64_t value);
/* Bytes that p's memory has in this call. */
uint64_t frame_extent(const struct frame *f, const struct pointer *p);
/* Move what p points to; `size` bytes of it are copied. */
void frame_move(struct frame *f, const struct pointer *p, char *to,
		size_t size);
/* Is it in the areas, at the edge or at the end of the writable region? */
bool frame_ours(uint64_t addr);
struct outcome {
	long ret;
	bool intact; /* the host's memory, also as a child of it found it */
	unsigned strayed; /* the byte of the areas that it changed and may not
			   * (1 + its offset), or 0 */
};
/* Make the call. Children that it makes end at once. */
struct outcome frame_call(struct frame *f);

/* --- main.c: counting, and the choice of a sample --- */
#define KINDS(K)                                            \
	K(HOST, "at the host's memory")                     \
	K(NONE, "that are NULL")                            \
	K(GOOD, "with nothing written beyond")              \
	K(EDGE, "at the edge of what is mapped")            \
	K(BORDER, "at a region's border")                   \
	K(PARTNER, "whose partner is NULL")                 \
	K(OVERLAP, "that overlap")                          \
	K(COUNT, "whose counts are too great")              \
	K(RACE, "that a thread changes, or their counts")   \
	K(SWEEP, "with each number that selects")           \
	K(OPTION, "of socket options, with counts in them") \
	K(EXIT, "that the end of a thread writes to")
enum kind {
#define K(name, text) KIND_##name,
	KINDS(K)
#undef K
		KIND_LAST,
};
/* For exclusions only: of HOST, memory that the program may read. */
#define KIND_READABLE KIND_LAST
/* One more cell. Is it to be run? */
bool cell(enum kind kind);
void cell_complain(enum kind kind, const struct variant *v,
		   const struct pointer *p, const char *at, const char *what,
		   long ret);

/* A number that says how much lies behind a pointer. */
struct count_at {
	const struct variant *v;
	const char *name;
	int arg;
	uint16_t at; /* in the argument's area; 0: the argument itself */
	uint16_t size;
	uint64_t good;
	uint64_t bad[3];
};
#define COUNTS_MAX 12
unsigned counts_in(const struct variant *v, struct count_at out[COUNTS_MAX]);
/* A good call, whose results end where a region of the program does. */
void counts_begin(struct frame *f, const struct variant *v);

/* Every cell of the i-th pointer of n, of a variant, that are for none. */
void cells_at(const struct pointer *all, unsigned n, unsigned i);
void cells_of(const struct variant *v);
void counts_of(const struct variant *v);
void races_of(const struct variant *v);
int races_start(void);
void races_stop(void);
void sweeps(void);
void exits(void);
/* Why there is no cell of this kind for it, NULL: there is. */
struct exclusion {
	const char *who; /* see matches() */
	int arg;	 /* -1: any */
	unsigned kinds;	 /* bits; 0: all */
	const char *why, *test;
};
const struct exclusion *excluded(const struct variant *v, int arg,
				 unsigned kind);
extern const struct exclusion exclusions[];
extern const unsigned nexclusions;

#endif
