// SPDX-License-Identifier: MIT
/*
 * frame - the arguments and the memory of one call
 */
#include <linux/capability.h>
#include <signal.h>
#include <string.h>

#include "../hole.h"
#include "table.h"

#define WORDS (AREA / sizeof(uint64_t))

char *areas, *edge;
static uint64_t before[6 * WORDS];

int frame_start(void)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS;

	areas = mmap(NULL, 6 * AREA, PROT_READ | PROT_WRITE, flags, -1, 0);
	edge = mmap(NULL, 2 * AREA, PROT_READ | PROT_WRITE, flags, -1, 0);
	if (areas == MAP_FAILED || edge == MAP_FAILED)
		return -1;
	return mprotect(edge + AREA, AREA, PROT_NONE);
}

/* --- pointers --- */

static uint8_t way_of(const struct arg *arg)
{
	switch ((enum arg_type)arg->type) {
	case T_OUT:
	case T_OUT_N:
	case T_OUT_LEN:
		return WRITTEN_BY;
	case T_INOUT:
	case T_TIMEOUT:
	case T_WORD:
	case T_FDSET:
	case T_LEN:
		return BOTH_BY;
	case T_IN:
	case T_IN_N:
	case T_PATH:
	case T_STRING:
	case T_NONE:
	case T_VAL:
	case T_FD:
	case T_DIRFD:
	case T_COUNT:
	case T_U32:
	case T_PTR:
		break;
	}
	return READ_BY;
}

unsigned frame_pointers(const struct variant *v,
			struct pointer out[POINTERS_MAX])
{
	unsigned n = 0;
	int i, k;

	for (i = 0; i < 6; i++) {
		const struct shape *s = shape_of(v, i);

		if (!is_pointer(&v->arg[i]))
			continue;
		out[n++] = (struct pointer){
			v, "", i, 0, s ? s->way : way_of(&v->arg[i]), 0
		};
		for (k = 0; s && s->nested[k].at; k++)
			out[n++] = (struct pointer){ v,
						     s->nested[k].name,
						     i,
						     s->nested[k].at,
						     s->nested[k].way,
						     s->nested[k].size };
	}
	return n;
}

uint64_t frame_get(const struct frame *f, const struct pointer *p)
{
	uint64_t value;

	if (!p->at)
		return f->a[p->arg];
	memcpy(&value, areas + p->arg * AREA + p->at, sizeof(value));
	return value;
}

void frame_set(struct frame *f, const struct pointer *p, uint64_t value)
{
	if (p->at)
		memcpy(areas + p->arg * AREA + p->at, &value, sizeof(value));
	else
		f->a[p->arg] = value;
}

static bool in_areas(uint64_t addr)
{
	return addr - (uint64_t)areas < 6 * AREA;
}

bool frame_ours(uint64_t addr)
{
	return in_areas(addr) || addr - (uint64_t)edge < AREA ||
	       (hole_hosted && hole_rw_end - addr - 1 < AREA);
}

void frame_move(struct frame *f, const struct pointer *p, char *to, size_t size)
{
	uint64_t from = frame_get(f, p);

	if (frame_ours(from))
		memcpy(to, (const void *)from, size);
	frame_set(f, p, (uint64_t)to);
}

static uint64_t string_extent(uint64_t at)
{
	return in_areas(at) ? strlen((const char *)at) + 1 : 1;
}

uint64_t frame_extent(const struct frame *f, const struct pointer *p)
{
	const struct arg *arg = &f->v->arg[p->arg];
	const struct shape *s = shape_of(f->v, p->arg);
	int len;

	if (p->at)
		return p->size;
	if (s)
		return s->size;
	switch ((enum arg_type)arg->type) {
	case T_IN:
	case T_OUT:
	case T_INOUT:
	case T_TIMEOUT:
	case T_WORD:
		return arg->size;
	case T_IN_N:
	case T_OUT_N:
		return f->a[arg->n] * arg->size;
	case T_PATH:
	case T_STRING:
		return string_extent(f->a[p->arg]);
	case T_LEN:
		return sizeof(int);
	case T_OUT_LEN:
		if (!frame_ours(f->a[arg->n]) ||
		    !frame_ours(f->a[arg->n] + sizeof(len) - 1))
			return 0;
		memcpy(&len, (const void *)f->a[arg->n], sizeof(len));
		return len > 0 ? (uint64_t)len : 0;
	case T_FDSET:
		return (f->a[arg->n] + 63) / 64 * 8;
	case T_PTR:
	case T_NONE:
	case T_VAL:
	case T_FD:
	case T_DIRFD:
	case T_COUNT:
	case T_U32:
		break;
	}
	return 0;
}

/* --- a good call --- */

/* Words of structures that zeros would not do for. */
static const struct {
	const char *who;
	int arg, offset;
	uint32_t value;
} contents[] = {
	{ "capget", 0, 0, _LINUX_CAPABILITY_VERSION_3 },
	{ "capset", 0, 0, _LINUX_CAPABILITY_VERSION_3 },
	{ "sched_setattr", 1, 0, 48 },
	{ "sigaltstack", 0, 8, SS_DISABLE },
	{ "timer_create", 1, 12, SIGEV_NONE },
	{ "msgsnd", 1, 0, 1 },
	{ "mbind", 3, 0, 1 },
	{ "set_mempolicy", 1, 0, 1 },
	{ "sched_setaffinity", 2, 0, UINT32_MAX },
	{ "setsockopt SO_RCVBUF", 3, 0, 65536 },
	{ "rt_sigtimedwait", 0, 0, 1u << (SIGUSR2 - 1) },
	{ "mq_open", 3, 8, 1 },
	{ "mq_open", 3, 16, 1 },
	{ "ioctl SIOCGIFCONF", 2, 0, 80 },
	{ "ioctl SIOCGIFNAME", 2, 16, 1 },
	{ "ioctl SIOCGIF", 2, 0, 'l' | 'o' << 8 },
	{ "bind", 1, 0, 2 /* AF_INET */ },
	{ "connect", 1, 0, 2 | 0x0900 << 16 }, /* port 9 */
	{ "connect", 1, 4, 0x0100007f },
	{ "sendto", 4, 0, 2 | 0x0900 << 16 },
	{ "sendto", 4, 4, 0x0100007f },
};

/* The first that matches a word's place. */
static void put_contents(const struct variant *v, int arg, char *to)
{
	const size_t n = sizeof(contents) / sizeof(contents[0]);
	uint64_t done = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (contents[i].arg != arg || !matches(contents[i].who, v) ||
		    (done & UINT64_C(1) << contents[i].offset))
			continue;
		done |= UINT64_C(1) << contents[i].offset;
		memcpy(to + contents[i].offset, &contents[i].value,
		       sizeof(uint32_t));
	}
}

static void fill(struct frame *f, int i)
{
	char *area = areas + i * AREA;
	const struct shape *s = shape_of(f->v, i);
	uint8_t type = f->v->arg[i].type;
	struct pointer p = { .v = f->v, .arg = i };

	f->a[i] = (uint64_t)(area + TOP);
	if (type == T_PATH || type == T_STRING) {
		strcpy(area + TOP, string_for(f->v, i));
		return;
	}
	if (type == T_LEN)
		*(int *)(area + TOP) = 64;
	else if (s && s->build)
		s->build(area);
	else if (type != T_OUT && type != T_OUT_N && type != T_OUT_LEN)
		memset(area + TOP, 0, frame_extent(f, &p));
	put_contents(f->v, i, area + TOP);
}

static void words_set(uint64_t *to, uint64_t value, size_t n)
{
	while (n--) {
		*to++ = value;
		__asm__ volatile("" ::: "memory");
	}
}

void frame_good(struct frame *f, const struct variant *v)
{
	int i;

	f->v = v;
	for (i = 0; i < 6; i++)
		f->a[i] = number_for(v, i);
	for (i = 0; i < 6; i++)
		if (is_pointer(&v->arg[i])) {
			words_set((uint64_t *)(areas + i * AREA), CANARY,
				  WORDS);
			fill(f, i);
		}
}

/* --- the call --- */

struct extents {
	unsigned n;
	struct {
		uint64_t from, to;
	} of[POINTERS_MAX];
};

/* The most that may be written to p. A length that lies in what another
 * pointer has written is not known before. */
static uint64_t most(const struct frame *f, const struct pointer *p)
{
	const struct arg *arg = &f->v->arg[p->arg];
	const uint64_t longest = 128; /* of an address */

	if (!p->at && arg->type == T_OUT_LEN && in_areas(f->a[arg->n]) &&
	    f->a[arg->n] != (uint64_t)(areas + arg->n * AREA + TOP))
		return longest;
	return frame_extent(f, p);
}

static void may_be_written(const struct frame *f, struct extents *e)
{
	struct pointer p[POINTERS_MAX];
	unsigned n = frame_pointers(f->v, p), i;

	for (i = 0, e->n = 0; i < n; i++) {
		uint64_t from = frame_get(f, &p[i]);

		if (!(p[i].way & WRITTEN_BY) || !in_areas(from))
			continue;
		e->of[e->n].from = from;
		e->of[e->n++].to = from + most(f, &p[i]);
	}
}

/* The first byte of this word that has changed and may not; 0: none. */
static unsigned stray_byte(size_t word, const struct extents *e)
{
	const uint64_t at = (uint64_t)areas + word * 8;
	const char *was = (const char *)&before[word];
	unsigned i, k;

	for (i = 0; i < 8; i++) {
		if (((const char *)at)[i] == was[i])
			continue;
		for (k = 0; k < e->n; k++)
			if (at + i >= e->of[k].from && at + i < e->of[k].to)
				break;
		if (k == e->n)
			return (unsigned)(word * 8 + i + 1);
	}
	return 0;
}

static unsigned stray(const struct frame *f, const struct extents *e)
{
	const uint64_t *now = (const uint64_t *)areas;
	unsigned byte;
	size_t i, k;

	for (i = 0; i < 6; i++) {
		if (!is_pointer(&f->v->arg[i]))
			continue;
		for (k = i * WORDS; k < (i + 1) * WORDS; k++)
			if (now[k] != before[k] && (byte = stray_byte(k, e)))
				return byte;
	}
	return 0;
}

static void keep(const struct frame *f)
{
	const uint64_t *now = (const uint64_t *)areas;
	size_t i, k;

	for (i = 0; i < 6; i++)
		if (is_pointer(&f->v->arg[i]))
			for (k = i * WORDS; k < (i + 1) * WORDS; k++)
				before[k] = now[k];
}

struct outcome frame_call(struct frame *f)
{
	bool forks = makes_process(f->v), child_well;
	struct outcome out;
	struct extents e;
	int tries = 0;

	may_be_written(f, &e);
	keep(f);
	do {
		out.ret = hole_call(f->v->row->nr, f->a);
		if (forks && !out.ret)
			_exit(!hole_intact());
	} while (out.ret == -EINTR && ++tries < 3);
	out.strayed = stray(f, &e);
	child_well = setup_after(f->v, f->a, out.ret);
	out.intact = hole_intact() && child_well;
	return out;
}
