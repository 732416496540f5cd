// SPDX-License-Identifier: MIT
/*
 * sig_core - a core dump has the program's registers and memory, and no others
 *
 * Where /proc/sys/kernel/core_pattern pipes or renames cores there is nothing
 * to look at: prints SKIP.
 */
#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/procfs.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "verdict.h"

#define PATTERN 0x1122334455667788
#define WINDOW_START UINT64_C(0x100000000000)
#define WINDOW_SIZE (UINT64_C(64) << 30)
/* the kernel adds its vdso with its data, whatever is excluded */
#define VDSO_MAX 32768
#define LOW_END (UINT64_C(1) << 32)

static char dir[] = "/tmp/sig_core_XXXXXX";
static struct user_regs_struct regs;
static siginfo_t info;
static uint64_t foreign; /* bytes of others */
static int has_stack;

static void fault_with_pattern(void)
{
	__asm__ volatile("mov %0, %%r12\n"
			 "mov $0x18, %%rbx\n"
			 "movb $1, (%%rbx)\n"
			 :
			 : "r"((uint64_t)PATTERN)
			 : "r12", "rbx", "memory");
}

static void abort_with_pattern(void)
{
	__asm__ volatile("mov %0, %%r12" : : "r"((uint64_t)PATTERN) : "r12");
	abort();
}

static int die(void (*how)(void))
{
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	int status = -1;
	pid_t child = fork();

	if (!child) {
		if (chdir(dir))
			_exit(1);
		setrlimit(RLIMIT_CORE, &all);
		how();
		_exit(2);
	}
	waitpid(child, &status, 0);
	return status;
}

/* The notes of the first thread: the one that died. */
static void read_notes(const char *at, size_t len)
{
	const char *end = at + len;
	int seen = 0;

	while (at + sizeof(Elf64_Nhdr) < end) {
		const Elf64_Nhdr *n = (const void *)at;
		const char *desc = at + sizeof(*n) + ((n->n_namesz + 3) & ~3u);

		if (n->n_type == NT_PRSTATUS && !seen++) {
			const struct elf_prstatus *p = (const void *)desc;

			memcpy(&regs, p->pr_reg, sizeof(regs));
		}
		if (n->n_type == NT_SIGINFO && seen == 1)
			memcpy(&info, desc, sizeof(info));
		at = desc + ((n->n_descsz + 3) & ~3u);
	}
}

static int in_program(uint64_t va)
{
	return (va >= WINDOW_START && va < WINDOW_START + WINDOW_SIZE) ||
	       va < LOW_END;
}

static int in_ring3(void)
{
	return in_program((uint64_t)(uintptr_t)&dir);
}

static int read_core(const char *path)
{
	int fd = open(path, O_RDONLY);
	struct stat st;
	const Elf64_Ehdr *eh;
	const Elf64_Phdr *ph;
	const char *m;
	int n;

	if (fd < 0 || fstat(fd, &st))
		return 0;
	m = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (m == MAP_FAILED)
		return 0;
	eh = (const void *)m;
	ph = (const void *)(m + eh->e_phoff);
	foreign = 0;
	has_stack = 0;
	for (int i = 0; i < eh->e_phnum; i++) {
		if (ph[i].p_type == PT_NOTE)
			read_notes(m + ph[i].p_offset, ph[i].p_filesz);
		if (ph[i].p_type != PT_LOAD || !ph[i].p_filesz)
			continue;
		if (!in_program(ph[i].p_vaddr)) {
			foreign += ph[i].p_filesz;
			if (ph[i].p_filesz > VDSO_MAX && in_ring3())
				fprintf(stderr, "  at %#llx: %llu bytes\n",
					(unsigned long long)ph[i].p_vaddr,
					(unsigned long long)ph[i].p_filesz);
		}
		has_stack |= (uint64_t)(uintptr_t)&st >= ph[i].p_vaddr &&
			     (uint64_t)(uintptr_t)&st - ph[i].p_vaddr <
				     ph[i].p_filesz;
	}
	n = eh->e_phnum;
	munmap((void *)(uintptr_t)m, (size_t)st.st_size);
	return n > 0;
}

static int find_core(int status)
{
	char path[64];

	EXPECT(WCOREDUMP(status));
	snprintf(path, sizeof(path), "%s/core", dir);
	if (!read_core(path))
		return 0;
	unlink(path);
	return 1;
}

static void core_of_a_fault(void)
{
	int status = die(fault_with_pattern);

	EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	EXPECT(find_core(status));
	EXPECT(regs.r12 == PATTERN && regs.rbx == 0x18);
	EXPECT(regs.rip >= (uint64_t)(uintptr_t)fault_with_pattern &&
	       regs.rip < (uint64_t)(uintptr_t)fault_with_pattern + 64);
	EXPECT(info.si_signo == SIGSEGV && info.si_code == SEGV_MAPERR &&
	       info.si_addr == (void *)0x18);
	EXPECT(has_stack);
	if (in_ring3())
		EXPECT(foreign <= VDSO_MAX);
}

static void core_of_an_abort(void)
{
	int status = die(abort_with_pattern);

	EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	EXPECT(find_core(status));
	if (in_ring3()) {
		EXPECT(in_program(regs.rip) && in_program(regs.rsp));
		EXPECT(foreign <= VDSO_MAX);
	}
}

static int plain_cores(void)
{
	char pattern[128] = "", pid[8] = "";
	FILE *f = fopen("/proc/sys/kernel/core_pattern", "r");

	if (f && fgets(pattern, sizeof(pattern), f))
		pattern[strcspn(pattern, "\n")] = 0;
	if (f)
		fclose(f);
	f = fopen("/proc/sys/kernel/core_uses_pid", "r");
	if (f && fgets(pid, sizeof(pid), f))
		pid[1] = 0;
	if (f)
		fclose(f);
	return !strcmp(pattern, "core") && !strcmp(pid, "0");
}

int main(void)
{
	if (!plain_cores()) {
		puts("SKIP cores: core_pattern is not plain");
		return 77;
	}
	if (!mkdtemp(dir))
		return 1;
	TEST(core_of_a_fault);
	TEST(core_of_an_abort);
	rmdir(dir);
	return verdict_failed;
}
