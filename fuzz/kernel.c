// SPDX-License-Identifier: MIT
/*
 * kernel.c - the memory of a program and of its host, and who may touch it
 *
 * Under ASan what the kernel reaches of the host has to be memory that is alive.
 * The compiler fills variables that nobody has set with UNSET, which nothing
 * here makes up: where it is found, a result tells of the host's stack.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "dune/host/layout.h"
#include "dune/host/native.h"
#include "dune/host/uaccess.h"
#include "fuzz/instead.h"
#include "fuzz/kernel.h"

#ifdef __clang__
#define UNSET UINT32_C(0xaaaaaaaa)
#else
#define UNSET UINT32_C(0xfefefefe)
#endif
#define SECRET_BYTE 0x5e
#define REAL_MAX (1u << 20) /* of one access; the mediation has no more */
#define FILL 'K'

#ifdef __SANITIZE_ADDRESS__
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif
#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
#define ALIVE(at, len) (!__asan_region_is_poisoned((void *)(at), len))
#else
#define ALIVE(at, len) true
#define __asan_poison_memory_region(at, len) ((void)(at), (void)(len))
#define __asan_unpoison_memory_region(at, len) ((void)(at), (void)(len))
#endif

size_t __real_dune_copy(void *to, const void *from, size_t len);
size_t __wrap_dune_copy(void *to, const void *from, size_t len);
extern const char __executable_start[], _end[];

static struct input none = { (const uint8_t *)"", 0 }, *input = &none;
static struct sigaction others;
static uint64_t stack_lo, stack_hi;
static bool partial, faulted, changes;

/* --- choices --- */

unsigned kernel_pick(unsigned n)
{
	return in_pick(input, n);
}

void kernel_input(struct input *in)
{
	input = in ? in : &none;
	changes = in && (in_u8(in) & 1);
}

/* Without bytes that would look like what nobody has set, or like the sixth of
 * an address of the host's: the fuzzer learns those from comparisons. */
static uint64_t plain(uint64_t v)
{
	uint8_t b[sizeof(v)];
	size_t i;

	memcpy(b, &v, sizeof(v));
	for (i = 0; i < sizeof(b); i++)
		if (b[i] == (uint8_t)UNSET || b[i] == 0x7f || b[i] == 0x55 ||
		    b[i] == 0x56)
			b[i] = 0;
	memcpy(&v, b, sizeof(v));
	return v;
}

uint64_t kernel_value(struct input *in)
{
	static const uint64_t edge[] = {
		UINT64_MAX,
		INT64_MAX,
		UINT64_C(1) << 63,
		UINT32_MAX,
		INT32_MAX,
		UINT64_C(1) << 31,
		UINT64_C(1) << 32,
		0x7ffff000,
		WINDOW_BASE,
		WINDOW_END - 8,
		WINDOW_END,
		PROGRAM - 8,
		SHARED - 8,
		SHARED + SHARED_SIZE,
		READ_ONLY + PAGE_SIZE - 8,
		UINT64_C(-100),
		FD_HIDDEN,
		FD_HIDDEN - 1,
	};

	switch (in_pick(in, 12)) {
	case 0:
		return 0;
	case 1:
	case 2:
		return plain(in_u8(in));
	case 3:
	case 4:
		return PROGRAM + plain(in_u16(in)) % PROGRAM_SIZE;
	case 5:
		return PROGRAM + in_u8(in) % 16 * 64;
	case 6:
		return PROGRAM + PROGRAM_SIZE - plain(in_u8(in));
	case 7:
		return SECRET + plain(in_u8(in));
	case 8:
		return READ_ONLY + plain(in_u8(in));
	case 9:
		return SHARED + SHARED_SIZE - plain(in_u8(in));
	case 10:
		return edge[in_pick(in, sizeof(edge) / sizeof(edge[0]))];
	default:
		return plain(in_u32(in));
	}
}

/* --- memory --- */

static bool overlaps(uint64_t at, uint64_t len, uint64_t base, uint64_t size)
{
	return at < base + size && base < at + len;
}

/* Is it wholly one of the parts that the program may give? */
static bool of_program(uint64_t at, uint64_t len, bool write)
{
	return within(at, len, WINDOW_BASE, WINDOW_END) ||
	       within(at, len, SHARED, SHARED + SHARED_SIZE) ||
	       (!write && within(at, len, READ_ONLY, READ_ONLY + PAGE_SIZE));
}

static void refuse(uint64_t at, uint64_t len, bool write)
{
	fprintf(stderr, "the kernel would %s %#lx bytes at %#lx%s\n",
		write ? "write" : "read", len, at,
		overlaps(at, len, SECRET, SECRET_SIZE) ? ", the secret" : "");
	abort();
}

static void copy(void *to, const void *from, uint64_t len)
{
	if (__real_dune_copy(to, from, len))
		faulted = true;
}

/* As Linux, page by page up to one that is not there; of the program's memory
 * all has to be its own, whether it is there or not. */
static void touch(uint64_t at, uint64_t len, bool write, enum whose whose)
{
	bool whole = whose == ANY && of_program(at, len, write);
	static char fill[PAGE_SIZE], seen[PAGE_SIZE];
	uint64_t end = at + len, half = at + len / 2, n;

	if (!at || !len)
		return;
	if (!whole && (!within(at, len, HOST_BASE, HOST_END) || len > REAL_MAX))
		refuse(at, len, write);
	if (whole && len > REAL_MAX)
		end = at + REAL_MAX;
	memset(fill, FILL, sizeof(fill));
	for (; at < end && !faulted; at += n) {
		n = PAGE_SIZE - (at & PAGE_MASK);
		if (n > end - at)
			n = end - at;
		if (!whole && !ALIVE(at, n))
			refuse(at, n, write);
		if (write && (!partial || at < half))
			copy((void *)at, fill, n);
		else
			copy(seen, (void *)at, n);
	}
}

void kernel_forbid(uint64_t at, uint64_t len)
{
	__asan_poison_memory_region((void *)at, len);
}

void kernel_permit(uint64_t at, uint64_t len)
{
	__asan_unpoison_memory_region((void *)at, len);
}

static void change_behind(uint64_t at, uint64_t len)
{
	uint8_t where = in_u8(input);
	uint64_t v;

	if (!(where & 1) || len < sizeof(v))
		return;
	v = kernel_value(input);
	at += (where >> 1) * sizeof(v) % (len - sizeof(v) + 1);
	__real_dune_copy((void *)at, &v, sizeof(v));
}

/* As a copy of the mediation's, which survives what is not mapped. After one
 * from the program, another thread of it may have changed what was copied. */
size_t __wrap_dune_copy(void *to, const void *from, size_t len)
{
	size_t left = __real_dune_copy(to, from, len);

	if (changes && !left && of_program((uint64_t)from, len, true))
		change_behind((uint64_t)from, len);
	return left;
}

void kernel_read(uint64_t at, uint64_t len, enum whose whose)
{
	touch(at, len, false, whose);
}

void kernel_write(uint64_t at, uint64_t len, enum whose whose)
{
	touch(at, len, true, whose);
}

void kernel_string(uint64_t at, uint64_t max)
{
	char c = 1;
	uint64_t i;

	for (i = 0; at && i < max && c && !faulted; i++) {
		touch(at + i, 1, false, OURS);
		copy(&c, (void *)(at + i), 1);
	}
}

void kernel_get(void *to, uint64_t at, uint64_t len)
{
	memset(to, 0, len);
	touch(at, len, false, OURS);
	if (at && !faulted)
		copy(to, (void *)at, len);
}

void kernel_put(uint64_t at, const void *from, uint64_t len)
{
	touch(at, len, false, OURS);
	if (at && !faulted)
		copy((void *)at, from, len);
}

void kernel_range(uint64_t at, uint64_t len)
{
	/* the low window is reserved as a whole, which fails (absent.c) */
	if (at == LOW_BASE && len == LOW_END - LOW_BASE)
		return;
	MUST(!len || within(at, len, WINDOW_BASE, WINDOW_END));
}

/* --- calls --- */

/* To take a hole back, of which a failure is fatal. */
static bool mends(long nr, const uint64_t a[6])
{
	return nr == SYS_mmap && ((int)a[3] & MAP_FIXED_NOREPLACE);
}

static long call(long nr, const uint64_t a[6])
{
	static const int failures[] = { EINTR,	EAGAIN, ENOMEM,		 EINVAL,
					ENOENT, EEXIST, DUNE_ERESTARTSYS };
	unsigned mood = kernel_pick(32);
	long ret;

	partial = mood & 1;
	faulted = false;
	ret = linux_call(nr, a);
	if (faulted)
		return -EFAULT;
	mood >>= 1;
	if (!mood || mood > sizeof(failures) / sizeof(failures[0]) ||
	    mends(nr, a))
		return ret;
	return -failures[mood - 1];
}

long kernel_call(long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
		 uint64_t e, uint64_t f)
{
	const uint64_t arg[6] = { a, b, c, d, e, f };
	long ret = call(nr, arg);

	/* only what can be begun again says so */
	return ret == -DUNE_ERESTARTSYS ? -EINTR : ret;
}

long dune_native_raw(const volatile int *stop, long nr, const uint64_t arg[6])
{
	return *stop ? -DUNE_ERESTARTNOINTR : call(nr, arg);
}

/* --- start and end --- */

extern const struct dune_fixup dune_own_fixups[];

/* What faults in a copy ends it; anything else is ASan's. */
static void on_fault(int sig, siginfo_t *info, void *context)
{
	greg_t *rip = &((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];

	if ((uint64_t)*rip == dune_own_fixups[0].at) {
		*rip = (greg_t)dune_own_fixups[0].resume;
		return;
	}
	if (others.sa_flags & SA_SIGINFO)
		others.sa_sigaction(sig, info, context);
	else
		signal(sig, SIG_DFL);
}

static void map(uint64_t at, uint64_t size, int prot, int fixed)
{
	MUST(mmap((void *)at, size, prot,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | fixed, -1,
		  0) == (void *)at);
}

static void map_memory(void)
{
	const int rw = PROT_READ | PROT_WRITE;

	map(WINDOW_BASE, WINDOW_SIZE, PROT_NONE, MAP_FIXED_NOREPLACE);
	map(PROGRAM, PROGRAM_SIZE, rw, MAP_FIXED);
	map(READ_ONLY, PAGE_SIZE, rw, MAP_FIXED_NOREPLACE);
	map(SHARED, SHARED_SIZE, rw, MAP_FIXED_NOREPLACE);
	map(SECRET, SECRET_SIZE, rw, MAP_FIXED_NOREPLACE);
	memset((void *)SECRET, SECRET_BYTE, SECRET_SIZE);
}

void kernel_start(void)
{
	struct sigaction act = { .sa_sigaction = on_fault,
				 .sa_flags = SA_SIGINFO | SA_NODEFER |
					     SA_ONSTACK };
	pthread_attr_t attr;
	size_t size;
	void *lo;

	map_memory();
	MUST(!sigaction(SIGSEGV, &act, &others));
	MUST(!sigaction(SIGBUS, &act, NULL));
	MUST(!pthread_getattr_np(pthread_self(), &attr));
	MUST(!pthread_attr_getstack(&attr, &lo, &size));
	pthread_attr_destroy(&attr);
	stack_lo = (uint64_t)lo;
	stack_hi = stack_lo + size;
}

static bool tells_of_host(uint64_t v)
{
	return (v >= stack_lo && v < stack_hi) ||
	       (v >= (uint64_t)__executable_start && v < (uint64_t)_end);
}

/* Words lie anywhere: 8 of them begin in each that is not all 0. */
static void check_words(const char *p)
{
	uint64_t v;
	int i;

	for (i = 0; i < 8; i++) {
		memcpy(&v, p + i, sizeof(v));
		if (!tells_of_host(v) && (uint32_t)v != UNSET)
			continue;
		fprintf(stderr, "%#lx at %p tells of the host\n", v, p + i);
		abort();
	}
}

static void check_part(uint64_t base, uint64_t size)
{
	const uint64_t *p = (const uint64_t *)base;
	size_t n = size / sizeof(*p) - 1, i;

	for (i = 0; i < n; i++)
		if (p[i] | p[i + 1])
			check_words((const char *)&p[i]);
}

void kernel_check_memory(void)
{
	static char none_of_it[PAGE_SIZE], secret[SECRET_SIZE];

	memset(secret, SECRET_BYTE, sizeof(secret));
	MUST(!memcmp((void *)SECRET, secret, sizeof(secret)));
	MUST(!memcmp((void *)READ_ONLY, none_of_it, PAGE_SIZE));
	check_part(PROGRAM, PROGRAM_SIZE);
	check_part(SHARED, SHARED_SIZE);
}
