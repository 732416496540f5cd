/* SPDX-License-Identifier: MIT */
/*
 * elf.c - open and map a program: ELF, static or with an interpreter, position-
 * independent or not, or a script
 *
 * Source: the ELF specification (gABI chapter 5), execve(2). Set-user-ID bits
 * give nothing, and a file that may be executed but not read is refused.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "dune/file/exe_link.h"
#include "dune/file/open.h"
#include "dune/file/procfs.h"
#include "dune/host/fds.h"
#include "dune/host/host.h"
#include "dune/host/layout.h"
#include "dune/load/elf.h"
#include "dune/load/stack.h"
#include "dune/mem/aspace.h"
#include "dune/mem/rlimits.h"
#include "dune/mem/user.h"

#define HEAD_SIZE 256 /* what Linux reads of a script's first line */

/* --- open --- */

static int fail(int ret, const char *path, char *err, size_t err_size)
{
	snprintf(err, err_size, "%s: %s", path,
		 ret == -ENOEXEC ? "not a program for this machine" :
				   strerror(-ret));
	return ret;
}

/* A regular file that may be executed: a hidden fd, or -errno. */
static int open_executable(const char *path)
{
	struct statvfs vfs;
	struct stat st;
	long ret;
	int fd = open_checked(AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0, 0);

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) || fstatvfs(fd, &vfs)) {
		ret = -errno;
	} else if (!S_ISREG(st.st_mode) || (vfs.f_flag & ST_NOEXEC)) {
		ret = -EACCES;
	} else {
		ret = host(SYS_faccessat2, fd, "", X_OK,
			   AT_EMPTY_PATH | AT_EACCESS);
	}
	if (ret) {
		close(fd);
		return (int)ret;
	}
	return fds_hide_one(fd);
}

static int read_elf(struct elf_file *f)
{
	const Elf64_Ehdr *eh = &f->eh;
	ssize_t size;

	if (pread(f->fd, &f->eh, sizeof(f->eh), 0) != sizeof(f->eh))
		return -ENOEXEC;
	if (memcmp(eh->e_ident, ELFMAG, SELFMAG) ||
	    eh->e_ident[EI_CLASS] != ELFCLASS64 || eh->e_machine != EM_X86_64 ||
	    (eh->e_type != ET_EXEC && eh->e_type != ET_DYN) ||
	    eh->e_phentsize != sizeof(Elf64_Phdr) || !eh->e_phnum ||
	    eh->e_phnum > EXE_PHNUM_MAX)
		return -ENOEXEC;
	size = (ssize_t)(eh->e_phnum * sizeof(Elf64_Phdr));
	return pread(f->fd, f->ph, (size_t)size, (off_t)eh->e_phoff) == size ?
		       0 :
		       -ENOEXEC;
}

/* The interpreter that the program names, if it does. */
static int open_interp(struct dune_exe *exe)
{
	const struct elf_file *p = &exe->program;
	char path[PATH_MAX + 1];
	unsigned i;
	int ret;

	for (i = 0; i < p->eh.e_phnum; i++)
		if (p->ph[i].p_type == PT_INTERP)
			break;
	if (i == p->eh.e_phnum)
		return 0;
	if (p->ph[i].p_filesz < 2 || p->ph[i].p_filesz > PATH_MAX ||
	    pread(p->fd, path, p->ph[i].p_filesz, (off_t)p->ph[i].p_offset) !=
		    (ssize_t)p->ph[i].p_filesz ||
	    path[p->ph[i].p_filesz - 1])
		return -ENOEXEC;
	exe->interp.fd = open_executable(path);
	if (exe->interp.fd < 0)
		return exe->interp.fd;
	ret = read_elf(&exe->interp);
	return ret == -ENOEXEC ? -ELIBBAD : ret;
}

/* Put a script's interpreter and its argument in front; *path is the script,
 * then the interpreter. */
static int push_script(struct dune_exe *exe, char line[HEAD_SIZE], char *path)
{
	char *name, *arg, *end = memchr(line, '\n', HEAD_SIZE - 1);

	line[HEAD_SIZE - 1] = 0;
	if (end)
		*end = 0;
	name = line + 2 + strspn(line + 2, " \t");
	arg = name + strcspn(name, " \t");
	/* a name that was cut off is none */
	if (!*name || (!end && !*arg))
		return -ENOEXEC;
	if (*arg)
		*arg++ = 0;
	arg += strspn(arg, " \t");
	for (end = arg + strlen(arg); end > arg && isblank(end[-1]);)
		*--end = 0;
	if (exe->nhead)
		free(exe->head[--exe->nhead]);
	exe->head[exe->nhead++] = strdup(path);
	if (*arg)
		exe->head[exe->nhead++] = strdup(arg);
	exe->head[exe->nhead++] = strdup(name);
	snprintf(path, PATH_MAX + 1, "%s", name);
	return 0;
}

static int open_program(struct dune_exe *exe)
{
	unsigned depth;

	snprintf(exe->file, sizeof(exe->file), "%s", exe_substitute(exe->name));
	for (depth = 0;; depth++) {
		char line[HEAD_SIZE] = { 0 };
		int ret;

		exe->program.fd = open_executable(exe->file);
		if (exe->program.fd < 0)
			return exe->program.fd;
		if (pread(exe->program.fd, line, sizeof(line) - 1, 0) < 2 ||
		    line[0] != '#' || line[1] != '!')
			return read_elf(&exe->program);
		if (depth == EXE_SCRIPTS_MAX)
			return -ELOOP;
		close(exe->program.fd);
		exe->program.fd = -1;
		ret = push_script(exe, line, exe->file);
		if (ret)
			return ret;
	}
}

int dune_exe_open(const char *path, struct dune_exe **out, char *err,
		  size_t err_size)
{
	struct dune_exe *exe = calloc(1, sizeof(*exe));
	char real[PATH_MAX + 1];
	unsigned i;
	int ret;

	if (!exe)
		return fail(-ENOMEM, path, err, err_size);
	exe->program.fd = exe->interp.fd = -1;
	snprintf(exe->name, sizeof(exe->name), "%s", path);
	ret = open_program(exe);
	if (!ret)
		ret = open_interp(exe);
	if (ret) {
		dune_exe_close(exe);
		return fail(ret, path, err, err_size);
	}
	for (i = 0; i < exe->program.eh.e_phnum; i++)
		if (exe->program.ph[i].p_type == PT_GNU_STACK)
			exe->exec_stack = exe->program.ph[i].p_flags & PF_X;
	if (procfs_fd_name(exe->program.fd, real, sizeof(real)) > 0)
		strcpy(exe->file, real);
	*out = exe;
	return 0;
}

void dune_exe_close(struct dune_exe *exe)
{
	if (exe->program.fd >= 0)
		close(exe->program.fd);
	if (exe->interp.fd >= 0)
		close(exe->interp.fd);
	while (exe->nhead)
		free(exe->head[--exe->nhead]);
	free(exe);
}

/* --- map --- */

struct span {
	uint64_t lo, hi, align;
};

static int span_of(const struct elf_file *f, struct span *out)
{
	struct span s = { UINT64_MAX, 0, PAGE_SIZE };
	unsigned i;

	for (i = 0; i < f->eh.e_phnum; i++) {
		const Elf64_Phdr *ph = &f->ph[i];

		if (ph->p_type != PT_LOAD || !ph->p_memsz)
			continue;
		if (ph->p_filesz > ph->p_memsz || ph->p_memsz > WINDOW_SIZE ||
		    ph->p_vaddr > WINDOW_END ||
		    (ph->p_vaddr & PAGE_MASK) != (ph->p_offset & PAGE_MASK))
			return -ENOEXEC;
		if (ph->p_vaddr < s.lo)
			s.lo = ph->p_vaddr & ~PAGE_MASK;
		if (ph->p_vaddr + ph->p_memsz > s.hi)
			s.hi = ph->p_vaddr + ph->p_memsz;
		if (ph->p_align > s.align && !(ph->p_align & (ph->p_align - 1)))
			s.align = ph->p_align;
	}
	if (s.lo >= s.hi)
		return -ENOEXEC;
	*out = s;
	return 0;
}

/* Where the file's address 0 comes to lie; or -errno. */
static long place_elf(const struct elf_file *f, const struct span *s,
		      bool interp)
{
	uint64_t len = page_up(s->hi - s->lo);
	long at;

	if (f->eh.e_type == ET_EXEC)
		return s->lo < LOW_BASE || s->hi > LOW_END ? -ENOMEM :
							     aspace_low();
	if (interp) {
		/* a gap of the right size; its parts replace it */
		at = aspace_mmap(0, len + s->align, PROT_NONE,
				 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
				 -1, 0);
		if (at < 0)
			return at;
		aspace_munmap((uint64_t)at, len + s->align);
		at = (long)(((uint64_t)at + s->align - 1) & ~(s->align - 1));
	} else {
		at = (long)aspace_place_image(len, s->align);
		if (!at)
			return -ENOMEM;
	}
	return at - (long)(s->lo & ~(s->align - 1));
}

static int map_segment(const struct elf_file *f, const Elf64_Phdr *ph,
		       uint64_t base)
{
	uint64_t at = base + ph->p_vaddr, page = at & ~PAGE_MASK;
	uint64_t file_end = at + ph->p_filesz, end = at + ph->p_memsz;
	uint64_t anon = ph->p_filesz ? page_up(file_end) : page;
	int prot = (ph->p_flags & PF_R ? PROT_READ : 0) |
		   (ph->p_flags & PF_W ? PROT_WRITE : 0) |
		   (ph->p_flags & PF_X ? PROT_EXEC : 0);
	long ret;

	if (ph->p_filesz) {
		ret = aspace_mmap(page, file_end - page, prot,
				  MAP_PRIVATE | MAP_FIXED, f->fd,
				  ph->p_offset & ~PAGE_MASK);
		if (ret < 0)
			return (int)ret;
	}
	if (ph->p_memsz > ph->p_filesz && anon > file_end &&
	    (ph->p_flags & PF_W) && ph->p_filesz &&
	    user_zero(file_end, anon - file_end))
		return -EFAULT;
	if (page_up(end) > anon) {
		ret = aspace_mmap(anon, page_up(end) - anon, prot,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
				  0);
		if (ret < 0)
			return (int)ret;
	}
	return 0;
}

static int map_elf(const struct elf_file *f, bool interp, uint64_t *base_out,
		   uint64_t *end_out)
{
	struct span s;
	unsigned i;
	long base;
	int ret = span_of(f, &s);

	if (ret)
		return ret;
	base = place_elf(f, &s, interp);
	if (base < 0 && base > -4096)
		return (int)base;
	for (i = 0; i < f->eh.e_phnum && !ret; i++)
		if (f->ph[i].p_type == PT_LOAD && f->ph[i].p_memsz)
			ret = map_segment(f, &f->ph[i], (uint64_t)base);
	*base_out = (uint64_t)base;
	*end_out = (uint64_t)base + s.hi;
	return ret;
}

/* Where the program headers are in memory. */
static uint64_t phdr_at(const struct elf_file *f, uint64_t base)
{
	unsigned i;

	for (i = 0; i < f->eh.e_phnum; i++) {
		const Elf64_Phdr *ph = &f->ph[i];

		if (ph->p_type == PT_LOAD && f->eh.e_phoff >= ph->p_offset &&
		    f->eh.e_phoff < ph->p_offset + ph->p_filesz)
			return base + ph->p_vaddr + f->eh.e_phoff -
			       ph->p_offset;
	}
	return 0;
}

int dune_exe_map(const struct dune_exe *exe, char *const argv[],
		 char *const envp[], struct dune_image *out)
{
	uint64_t base, end, interp_end, size = limits_stack();
	struct exe_start start = { 0 };
	int ret;
	long top = aspace_stack(size, exe->exec_stack);

	if (top < 0)
		return (int)top;
	ret = map_elf(&exe->program, false, &base, &end);
	if (ret)
		return ret;
	aspace_set_brk(end);
	start.phdr = phdr_at(&exe->program, base);
	start.phnum = exe->program.eh.e_phnum;
	start.entry = base + exe->program.eh.e_entry;
	out->entry = start.entry;
	if (exe->interp.fd >= 0) {
		ret = map_elf(&exe->interp, true, &start.base, &interp_end);
		if (ret)
			return ret;
		out->entry = start.base + exe->interp.eh.e_entry;
	}
	ret = stack_build(exe, (uint64_t)top, size, &start, argv, envp,
			  &out->stack);
	if (!ret)
		exe_set_path(exe->file);
	return ret;
}

int dune_load(const char *path, char *const argv[], char *const envp[],
	      struct dune_image *out, char *err, size_t err_size)
{
	struct dune_exe *exe;
	int ret = dune_exe_open(path, &exe, err, err_size);

	if (ret)
		return ret;
	ret = dune_exe_map(exe, argv, envp, out);
	if (ret)
		fail(ret, path, err, err_size);
	dune_exe_close(exe);
	return ret;
}
