// SPDX-License-Identifier: MIT
/*
 * memory.c - the dataplane's memory by plain instructions; privileged ones
 */
#include "hostile.h"

#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

static sigjmp_buf back;

static void on_fault(int sig)
{
	siglongjmp(back, sig);
}

static void catch_faults(void)
{
	static const int sigs[] = { SIGSEGV, SIGBUS, SIGILL, SIGTRAP };
	struct sigaction sa = { .sa_handler = on_fault };
	unsigned i;

	for (i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		sigaction(sigs[i], &sa, NULL);
}

/* The signal that the access ends with; 0: it was permitted. */
static int reading(uint64_t at)
{
	int sig = sigsetjmp(back, 1);

	if (!sig)
		(void)*(volatile char *)at;
	return sig;
}

static int writing(uint64_t at)
{
	int sig = sigsetjmp(back, 1);

	if (!sig)
		*(volatile char *)at = 0;
	return sig;
}

static int adding(uint64_t at)
{
	int sig = sigsetjmp(back, 1);

	if (!sig)
		__atomic_fetch_add((char *)at, 1, __ATOMIC_SEQ_CST);
	return sig;
}

static int executing(uint64_t at)
{
	void (*f)(void) = (void (*)(void))at;
	int sig = sigsetjmp(back, 1);

	if (!sig)
		f();
	return sig;
}

static bool is_host_address(uint64_t v)
{
	unsigned i;

	for (i = 0; i < nmappings; i++)
		if (v >= mappings[i].lo && v < mappings[i].hi)
			return true;
	return false;
}

/* Words of a page that lead to the host's memory, as a packet's header has. */
static uint64_t addresses_in(uint64_t page)
{
	const uint64_t *v = (const uint64_t *)page;
	uint64_t n = 0;
	unsigned i;

	for (i = 0; i < 4096 / sizeof(*v); i++)
		n += v[i] >= mappings[0].lo && is_host_address(v[i]);
	return n;
}

/* Of the kind of memory that packets lie in. */
static bool is_packets(const struct mapping *m)
{
	unsigned i;

	for (i = 0; i < nmappings && !mappings[i].has_packet; i++)
		continue;
	return i < nmappings && strcmp(mappings[i].name, m->name) == 0;
}

/*
 * Data of packets may be read, in as many stretches as there are pools, and
 * holds no address of the host's.
 */
static void packets(void)
{
	uint64_t at, end = 0, addresses = 0;
	unsigned i, stretches = 0;

	for (i = 0; i < nmappings; i++) {
		if (!is_packets(&mappings[i]))
			continue;
		mappings[i].may_read = true;
		for (at = mappings[i].lo; at < mappings[i].hi; at += 4096) {
			if (reading(at))
				continue;
			stretches += at != end;
			end = at + 4096;
			addresses += addresses_in(at);
		}
	}
	expect("addresses", "packets' data", (int64_t)addresses, 0);
	expect_true("stretches", "packets' data",
		    stretches >= 1 && stretches <= 2 * info.nethreads);
}

static void touch(const struct mapping *m, uint64_t at)
{
	if (!m->may_read)
		expect("reading", m->name, reading(at), SIGSEGV);
	expect("writing", m->name, writing(at), SIGSEGV);
	expect("adding", m->name, adding(at), SIGSEGV);
	expect("executing", m->name, executing(at), SIGSEGV);
}

void try_memory(void)
{
	unsigned i;

	catch_faults();
	packets();
	for (i = 0; i < nmappings; i++) {
		const struct mapping *m = &mappings[i];

		touch(m, m->lo);
		touch(m, m->lo + (m->hi - m->lo) / 2);
		touch(m, m->hi - 1);
	}
	verdict("the host's memory");
	expect("executing", "the arena", executing((uint64_t)arena->data),
	       SIGSEGV);
	expect("executing", "the stack", executing((uint64_t)&i), SIGSEGV);
	verdict("execution of data");
}

#define INSTRUCTIONS(X)                                             \
	X("hlt", "hlt")                                             \
	X("cli", "cli")                                             \
	X("sti", "sti")                                             \
	X("clts", "clts")                                           \
	X("invd", "invd")                                           \
	X("wbinvd", "wbinvd")                                       \
	X("swapgs", "swapgs")                                       \
	X("sysretq", "sysretq")                                     \
	X("iretq to ring 0", "push $16; push %%rsp; push $2; "      \
			     "push $8; push $0; iretq")             \
	X("invlpg", "invlpg (%%rsp)")                               \
	X("rdmsr", "mov $0xc0000080, %%ecx; rdmsr")                 \
	X("wrmsr", "mov $0xc0000082, %%ecx; wrmsr")                 \
	X("rdpmc", "xor %%ecx, %%ecx; rdpmc")                       \
	X("xsetbv", "xor %%ecx, %%ecx; mov $1, %%eax; "             \
		    "xor %%edx, %%edx; xsetbv")                     \
	X("mov from cr0", "mov %%cr0, %%rax")                       \
	X("mov to cr0", "xor %%eax, %%eax; mov %%rax, %%cr0")       \
	X("mov from cr3", "mov %%cr3, %%rax")                       \
	X("mov to cr3", "xor %%eax, %%eax; mov %%rax, %%cr3")       \
	X("mov to cr4", "xor %%eax, %%eax; mov %%rax, %%cr4")       \
	X("mov to cr8", "xor %%eax, %%eax; mov %%rax, %%cr8")       \
	X("mov from dr7", "mov %%dr7, %%rax")                       \
	X("mov to dr7", "xor %%eax, %%eax; mov %%rax, %%dr7")       \
	X("lgdt", "lgdt (%%rsp)")                                   \
	X("lidt", "lidt (%%rsp)")                                   \
	X("lldt", "xor %%eax, %%eax; lldt %%ax")                    \
	X("ltr", "mov $0x28, %%eax; ltr %%ax")                      \
	X("lmsw", "xor %%eax, %%eax; lmsw %%ax")                    \
	X("in", "in $0x60, %%al")                                   \
	X("out", "out %%al, $0x60")                                 \
	X("in of a word", "mov $0xf000, %%edx; in %%dx, %%eax")     \
	X("out of a word", "mov $0xf000, %%edx; out %%eax, %%dx")   \
	X("outs", "mov $0xf000, %%edx; mov %%rsp, %%rsi; outsb")    \
	X("ring 0's code segment", "mov $8, %%eax; mov %%ax, %%ds") \
	X("far return to ring 0", "push $8; push $0; lretq")        \
	X("int 0x80", "int $0x80")                                  \
	X("int 14", "int $14")                                      \
	X("int 2", "int $2")                                        \
	X("int 255", "int $255")

/* Where they are permitted, they end the program: each is tried in turn. */
void try_instructions(void)
{
	int sig;

	catch_faults();
#define X(name, text)                                                         \
	sig = sigsetjmp(back, 1);                                             \
	if (!sig)                                                             \
		__asm__ volatile(text ::                                      \
					 : "rax", "rcx", "rdx", "rsi", "rdi", \
					   "rbx", "memory", "cc");            \
	expect("privileged instruction", name, sig, SIGSEGV);
	INSTRUCTIONS(X)
#undef X
	verdict("privileged instructions");
}
