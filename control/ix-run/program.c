// SPDX-License-Identifier: MIT
/*
 * program.c - find the program, and see whether a shim can be preloaded
 *
 * ld.so honours LD_PRELOAD only in a dynamically linked program of the same
 * word size that gains no privileges by being executed.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "control/ix-run/program.h"

static int is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* Search PATH as execvp does: the first that can be executed; else the first
 * that is there. */
static int search_path(const char *name, char *out, size_t size)
{
	const char *path = getenv("PATH");
	int code = EXIT_NOT_FOUND;

	if (!path)
		path = "/bin:/usr/bin";
	for (;; path++) {
		int n = (int)strcspn(path, ":");
		char file[PATH_MAX];

		snprintf(file, sizeof(file), "%.*s/%s", n ? n : 1,
			 n ? path : ".", name);
		path += n;
		if (is_program(file) &&
		    (code == EXIT_NOT_FOUND || access(file, X_OK) == 0)) {
			snprintf(out, size, "%s", file);
			code = EXIT_NOT_EXECUTABLE;
			if (access(file, X_OK) == 0)
				return 0;
		}
		if (!*path)
			return code;
	}
}

static int find(struct run *r, char *err, size_t size)
{
	const char *name = r->argv[0];
	int code;

	if (r->preloaded)
		return 0;
	if (!strchr(name, '/')) {
		code = *name ? search_path(name, r->program,
					   sizeof(r->program)) :
			       EXIT_NOT_FOUND;
		if (code == EXIT_NOT_FOUND)
			snprintf(err, size, "%s is not in PATH", name);
		else if (code)
			snprintf(err, size, "%s cannot be executed: %s",
				 r->program, strerror(EACCES));
		return code;
	}
	snprintf(r->program, sizeof(r->program), "%s", name);
	if (access(name, X_OK) == 0 && is_program(name))
		return 0;
	code = access(name, F_OK) == 0 ? EXIT_NOT_EXECUTABLE : EXIT_NOT_FOUND;
	snprintf(err, size, "%s cannot be executed: %s", name,
		 code == EXIT_NOT_FOUND ? strerror(errno) : strerror(EACCES));
	return code;
}

/* The interpreter that PT_INTERP names; "" where there is none. */
static int read_interp(int fd, const Elf64_Ehdr *eh, char *out, size_t size)
{
	Elf64_Phdr ph;
	int i;

	out[0] = 0;
	for (i = 0; i < eh->e_phnum; i++) {
		off_t at = (off_t)(eh->e_phoff + (uint64_t)i * sizeof(ph));

		if (pread(fd, &ph, sizeof(ph), at) != (ssize_t)sizeof(ph))
			return -1;
		if (ph.p_type != PT_INTERP)
			continue;
		if (ph.p_filesz >= size ||
		    pread(fd, out, ph.p_filesz, (off_t)ph.p_offset) !=
			    (ssize_t)ph.p_filesz)
			return -1;
		out[ph.p_filesz] = 0;
		return 0;
	}
	return 0;
}

static const char *elf_problem(const struct run *r, int fd,
			       const Elf64_Ehdr *eh)
{
	char interp[PATH_MAX];

	if (eh->e_ident[EI_CLASS] != ELFCLASS64)
		return "is a 32-bit program; IX is built for 64-bit ones";
	if (read_interp(fd, eh, interp, sizeof(interp)))
		return NULL; /* exec says what is wrong with it */
	if (!interp[0] && r->hosted && r->config.user[0])
		return "is statically linked, so it cannot become --user; use "
		       "a dynamically linked build";
	if (!interp[0] && r->hosted)
		return NULL; /* protected, but with the kernel's sockets */
	if (!interp[0])
		return "is statically linked, so IX cannot be loaded into it; "
		       "use a dynamically linked build";
	if (!strstr(interp, "/ld-linux"))
		return "uses another C library than glibc, so IX cannot be "
		       "loaded into it";
	return NULL;
}

/* Would the kernel run it in secure mode, where ld.so ignores LD_PRELOAD? */
static const char *privilege_problem(int fd, const struct stat *st)
{
	if ((st->st_mode & S_ISUID) && st->st_uid != getuid())
		return "is setuid, so LD_PRELOAD is ignored; run it as its "
		       "owner";
	if ((st->st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) &&
	    st->st_gid != getgid())
		return "is setgid, so LD_PRELOAD is ignored; run it with that "
		       "group";
	if (getuid() != 0 && fgetxattr(fd, "security.capability", NULL, 0) > 0)
		return "has file capabilities, so LD_PRELOAD is ignored; run "
		       "it as root";
	return NULL;
}

/* The interpreter of a "#!" line, in head; NULL: no such line. */
static char *script_interp(char *head)
{
	char *p = head + 2;

	if (strncmp(head, "#!", 2) != 0)
		return NULL;
	p += strspn(p, " \t");
	p[strcspn(p, " \t\n")] = 0;
	return *p ? p : NULL;
}

/* NULL, or why path cannot be preloaded; *script: its interpreter, or "" */
static const char *inspect(const struct run *r, const char *path, char *script,
			   size_t size)
{
	const char *why = NULL;
	char head[256 + 1] = "";
	Elf64_Ehdr eh;
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	script[0] = 0;
	if (fd < 0)
		return NULL; /* executable but not readable: exec decides */
	if (fstat(fd, &st) || pread(fd, head, sizeof(head) - 1, 0) < 4)
		goto out;
	if (memcmp(head, ELFMAG, SELFMAG) == 0) {
		memcpy(&eh, head, sizeof(eh));
		why = privilege_problem(fd, &st);
		if (!why)
			why = elf_problem(r, fd, &eh);
	} else if (script_interp(head)) {
		snprintf(script, size, "%s", script_interp(head));
	}
out:
	close(fd);
	return why;
}

int program_find(struct run *r, char *err, size_t err_size)
{
	char script[256], next[256];
	const char *why;
	int code = find(r, err, err_size);

	if (code)
		return code;
	why = inspect(r, r->program, script, sizeof(script));
	if (why) {
		snprintf(err, err_size, "%s %s", r->program, why);
		return EXIT_IX;
	}
	why = script[0] ? inspect(r, script, next, sizeof(next)) : NULL;
	if (why) {
		snprintf(err, err_size, "%s, which runs %s, %s", script,
			 r->program, why);
		return EXIT_IX;
	}
	return 0;
}
