/* SPDX-License-Identifier: MIT */
/*
 * hostile.h - a program that attacks the dataplane through the gate
 *
 * In protected mode the gate is a system call; in direct mode, where nothing
 * is protected, it is a table of functions and only what needs no protection
 * is tried. libix is not used: the arena is ours.
 */
#ifndef IX_HOSTILE_H
#define IX_HOSTILE_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ix/abi.h"

#define PORT 7000
#define DATA (1 << 20) /* bytes of the arena's data that are ours to send */
#define EVENTS 512
#define BATCH 256

/* An address to aim at, and what the program itself may do there. */
struct target {
	char name[64];
	uint64_t addr;
	bool may_read, may_write;
};

/* A stretch of this process's memory that is not the program's. */
struct mapping {
	char name[64];
	uint64_t lo, hi;
	bool has_packet; /* that was received */
	bool may_read;	 /* such data, all of it */
};

/* What the arena holds. */
struct arena {
	struct ix_ctx ctx;
	struct ix_bsys bsys[BATCH];
	struct ix_sg sg[BATCH][IX_MAX_SG];
	struct ix_event events[EVENTS];
	char data[DATA]; /* 'A' all over */
};

/* Objects of all kinds, made in world_init(). */
struct objects {
	ix_handle_t listener, udp, client, server;
};

extern struct ix_info info;
extern struct arena *arena;
extern struct objects objects;
extern bool guest; /* protected mode */
extern struct target targets[];
extern unsigned ntargets;
extern struct mapping mappings[];
extern unsigned nmappings;

/* world.c */
void world_init(char **argv);
void find_targets(void);
/* A call of the gate; negative errno. */
long gate(unsigned nr, uint64_t a, uint64_t b, uint64_t c);
/* One batched call, in the arena; its result. *b gets what was written back. */
int64_t call(struct ix_bsys *b);
/* Enter with the arena's context. */
long enter(uint32_t nbsys, uint32_t flags);
/* Poll until such an event comes, of any object if h is 0; 5 s. */
bool await(uint16_t type, ix_handle_t h, struct ix_event *out);
/* Poll until there is nothing for a while. */
void drain(void);
void connect_pair(ix_handle_t *client_out, ix_handle_t *server_out);
void abort_connection(ix_handle_t h);
/* SENDV of len bytes of the arena's data. */
int64_t send_data(ix_handle_t h, uint32_t len);
struct ix_addr own_ip(void);

/* verdict.c: count a case; wants: errnos that are right, ended by 1. */
void expect(const char *what, const char *at, int64_t got, int64_t want);
void expect_one_of(const char *what, const char *at, int64_t got,
		   const int64_t *wants);
void expect_true(const char *what, const char *at, bool right);
/* Print the verdict on the cases since the last one. */
void verdict(const char *group);
extern const char *who; /* in front of each verdict's name */
int verdicts_failed(void);

/* the groups */
void try_gate(void);
void try_batches(void);
void try_objects(void);
void try_memory(void);
void try_instructions(void);
void try_races(void);
void try_exhaustion(void);
void try_random(uint64_t seed, uint64_t batches);
void try_foreign(void);

#endif
