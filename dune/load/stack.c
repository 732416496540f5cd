/* SPDX-License-Identifier: MIT */
/*
 * stack.c - the stack that a program starts with
 *
 * Source: System V ABI, AMD64 supplement, 3.4.1 (Initial Stack and Register
 * State); getauxval(3). From the top: the program's name, its environment and
 * arguments as strings, then down to rsp the auxiliary vector, the pointers to
 * environment and arguments, and their number.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/random.h>
#include <unistd.h>

#include "dune/load/elf.h"
#include "dune/load/stack.h"
#include "dune/mem/user.h"
#include "dune/vm/tables.h"

/* A copy of the stack's upper end, in host memory. */
struct builder {
	char *mem;
	uint64_t size, left; /* bytes; mem + left is the lowest in use */
	uint64_t top;	     /* the program's address of mem + size */
};

/* The program's address of what was put; 0: no room. */
static uint64_t put(struct builder *b, const void *data, size_t len)
{
	if (len > b->left)
		return 0;
	b->left -= len;
	memcpy(b->mem + b->left, data, len);
	return b->top - (b->size - b->left);
}

static uint64_t put_string(struct builder *b, const char *s)
{
	return put(b, s, strlen(s) + 1);
}

static size_t length(char *const list[])
{
	size_t n = 0;

	while (list && list[n])
		n++;
	return n;
}

static size_t bytes(char *const list[])
{
	size_t n = 0, i;

	for (i = 0; list && list[i]; i++)
		n += strlen(list[i]) + 1 + sizeof(uint64_t);
	return n;
}

static size_t aux_vector(Elf64_auxv_t *v, const struct exe_start *s,
			 uint64_t execfn, uint64_t platform, uint64_t random)
{
	const Elf64_auxv_t all[] = {
		{ AT_SYSINFO_EHDR, { dune_vdso() } },
		{ AT_MINSIGSTKSZ, { getauxval(AT_MINSIGSTKSZ) } },
		{ AT_HWCAP, { getauxval(AT_HWCAP) } },
		{ AT_HWCAP2, { getauxval(AT_HWCAP2) } },
		{ AT_PAGESZ, { 4096 } },
		{ AT_CLKTCK, { (uint64_t)sysconf(_SC_CLK_TCK) } },
		{ AT_PHDR, { s->phdr } },
		{ AT_PHENT, { sizeof(Elf64_Phdr) } },
		{ AT_PHNUM, { s->phnum } },
		{ AT_BASE, { s->base } },
		{ AT_FLAGS, { 0 } },
		{ AT_ENTRY, { s->entry } },
		{ AT_UID, { getuid() } },
		{ AT_EUID, { geteuid() } },
		{ AT_GID, { getgid() } },
		{ AT_EGID, { getegid() } },
		{ AT_SECURE, { 0 } },
		{ AT_RANDOM, { random } },
		{ AT_EXECFN, { execfn } },
		{ AT_PLATFORM, { platform } },
	};
	size_t i, n = 0;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].a_type != AT_SYSINFO_EHDR || all[i].a_un.a_val)
			v[n++] = all[i];
	v[n++] = (Elf64_auxv_t){ AT_NULL, { 0 } };
	return n * sizeof(v[0]);
}

/* Strings in ascending order, the last one first; their addresses to w[]. */
static void put_list(struct builder *b, char *const list[], size_t from,
		     size_t to, uint64_t *w)
{
	while (to-- > from)
		w[to - from] = put_string(b, list[to]);
}

/* The words below the strings; their number of bytes. Arguments and
 * environment lie one after the other: programs write titles over them. */
static size_t words(struct builder *b, const struct dune_exe *exe,
		    const struct exe_start *start, char *const argv[],
		    char *const envp[], uint64_t *w)
{
	size_t nenv = length(envp), nargs = length(argv), i;
	/* a script's path stands in place of argv[0] */
	size_t skip = exe->nhead && nargs ? 1 : 0;
	size_t argc = exe->nhead + nargs - skip, n = argc + nenv + 3;
	uint64_t execfn, platform, random;
	char seed[16] = { 0 };

	put(b, &(uint64_t){ 0 }, sizeof(uint64_t));
	execfn = put_string(b, exe->name);
	put_list(b, envp, 0, nenv, w + 1 + argc + 1);
	put_list(b, argv, skip, nargs, w + 1 + exe->nhead);
	for (i = 0; i < exe->nhead; i++)
		w[exe->nhead - i] = put_string(b, exe->head[i]);
	w[0] = argc;
	if (getrandom(seed, sizeof(seed), GRND_NONBLOCK) < 0)
		memcpy(seed, (void *)getauxval(AT_RANDOM), sizeof(seed));
	platform = put_string(b, "x86_64");
	b->left &= ~UINT64_C(15);
	random = put(b, seed, sizeof(seed));
	return n * sizeof(w[0]) + aux_vector((Elf64_auxv_t *)(w + n), start,
					     execfn, platform, random);
}

int stack_build(const struct dune_exe *exe, uint64_t top, uint64_t size,
		const struct exe_start *start, char *const argv[],
		char *const envp[], uint64_t *rsp_out)
{
	size_t need = bytes(argv) + bytes(envp) + 4 * PATH_MAX;
	size_t nwords = length(argv) + length(envp) + exe->nhead + 128;
	struct builder b = { .top = top };
	uint64_t *w;
	size_t len;
	unsigned i;
	int ret = -ENOMEM;

	for (i = 0; i < exe->nhead; i++)
		need += strlen(exe->head[i]) + 1;
	if (need > size / 4)
		return -E2BIG;
	b.size = b.left = (need + nwords * sizeof(*w) + 15) & ~UINT64_C(15);
	b.mem = calloc(1, b.size);
	w = calloc(nwords, sizeof(*w));
	if (b.mem && w) {
		len = words(&b, exe, start, argv, envp, w);
		b.left = (b.left - len) & ~UINT64_C(15);
		memcpy(b.mem + b.left, w, len);
		*rsp_out = top - (b.size - b.left);
		ret = user_put(*rsp_out, b.mem + b.left, b.size - b.left);
	}
	free(b.mem);
	free(w);
	return ret;
}
