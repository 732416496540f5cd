// SPDX-License-Identifier: MIT
/*
 * control.c - fuzz target: what people and processes hand to the control plane
 *
 * The first byte says which: a specification of a device, settings, a file of
 * them, questions on the control socket.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control/config/config.h"
#include "control/config/settings.h"
#include "control/host/instance/procs.h"
#include "control/host/owner/control.h"
#include "control/host/owner/keeper.h"
#include "control/host/owner/owner.h"
#include "fuzz/input.h"
#include "fuzz/scene.h"

#define TEXT_MAX 4096

static struct ix_config defaults;
static struct {
	struct owner owner;
	int memory_fd;
} us;

/*
 * What answers.c asks of others
 */
void drv_counters(const struct drv_dev *d, struct drv_counters *out)
{
	(void)d;
	memset(out, 0, sizeof(*out));
}

uint32_t procs_pid(const struct instance *in, unsigned slot)
{
	(void)in;
	return slot == 0 ? 1 : 0;
}

int keeper_describe_fds(struct owner *o, int pid, int out_fd)
{
	(void)o;
	(void)pid;
	(void)out_fd;
	return -ENOENT;
}

/* What is left of the input, as a string. */
static const char *rest(struct input *in)
{
	static char text[TEXT_MAX];
	size_t len = in->left < sizeof(text) - 1 ? in->left : sizeof(text) - 1;

	in_bytes(in, text, len);
	text[len] = 0;
	return text;
}

/* The sentence that says what is wrong is one, and ends. */
static void check_err(int rc, const char *err, size_t size)
{
	if (rc < 0)
		MUST(err[0] && strnlen(err, size) < size);
}

static void device(struct input *in)
{
	struct config_dev d = { 0 };
	const char *why = NULL;
	int rc = config_parse_dev(rest(in), &d, &why);

	MUST(rc == 0 || (rc == -EINVAL && why));
	if (rc)
		return;
	MUST(d.kind < CONFIG_DEV_MAX);
	MUST(strnlen(d.name, sizeof(d.name)) < sizeof(d.name));
	MUST(d.queues >= 1 && d.queues <= CONFIG_MAX_QUEUES);
}

/* As the program gets them that ix-run starts. */
static void through_environment(const struct ix_config *c,
				struct ix_config *out)
{
	static char text[CONFIG_NSETTINGS][16384];
	char *list[CONFIG_NSETTINGS + 2], **old = environ, err[512] = "";
	unsigned id, n = 0;
	size_t k;
	int len;

	list[n++] = (char[]){ "IX_CONFIG=none" };
	for (id = 0; id < CONFIG_NSETTINGS; id++) {
		k = (size_t)snprintf(text[id], sizeof(text[id]),
				     "%s=", config_settings[id].about.env);
		len = config_format(c, (enum config_id)id, text[id] + k,
				    sizeof(text[id]) - k);
		MUST(len >= 0 && strlen(text[id] + k) == (size_t)len);
		if (len && c->from[id] != FROM_DEFAULT)
			list[n++] = text[id];
	}
	list[n] = NULL;
	environ = list;
	if (config_gather(out, err, sizeof(err)) < 0)
		fprintf(stderr, "%s\n", err);
	environ = old;
	MUST(!err[0]);
}

/* What is set can be written, and what is written can be read. */
static void check_config(const struct ix_config *c)
{
	static char before[16384], after[16384];
	struct ix_config again;
	unsigned id;

	MUST(c->ndevs <= IX_MAX_DEVS && c->nips <= IX_MAX_ADDRS);
	MUST(c->ncpus <= IX_MAX_ETHREADS);
	through_environment(c, &again);
	for (id = 0; id < CONFIG_NSETTINGS; id++) {
		config_format(c, (enum config_id)id, before, sizeof(before));
		config_format(&again, (enum config_id)id, after, sizeof(after));
		MUST(strcmp(before, after) == 0);
	}
}

static void settings(struct input *in)
{
	struct ix_config c = defaults;
	char line[300], err[512], *value;
	unsigned n;
	int rc = 0;

	while (in->left && rc == 0) {
		for (n = 0; n + 1 < sizeof(line) && in->left; n++) {
			line[n] = (char)in_u8(in);
			if (line[n] == '\n')
				break;
		}
		line[n] = 0;
		value = strchr(line, '=');
		if (value)
			*value++ = 0;
		rc = config_set(&c, line, value, err, sizeof(err));
		check_err(rc, err, sizeof(err));
	}
	check_config(&c);
	rc = config_check(&c, err, sizeof(err));
	check_err(rc, err, sizeof(err));
}

/* @include would read files of the machine's. */
static void file(struct input *in)
{
	const char *text = rest(in);
	struct ix_config c = defaults;
	char path[64], err[512];
	int rc;

	if (strstr(text, "@include"))
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", us.memory_fd);
	MUST(ftruncate(us.memory_fd, 0) == 0);
	MUST(pwrite(us.memory_fd, text, strlen(text), 0) ==
	     (ssize_t)strlen(text));
	rc = config_from_file(&c, path, err, sizeof(err));
	check_err(rc, err, sizeof(err));
	check_config(&c);
}

/* One JSON value at p, by RFC 8259; where it ends, NULL: it is none. */
static const char *value(const char *p, unsigned depth);

static const char *string(const char *p)
{
	if (*p++ != '"')
		return NULL;
	for (; *p != '"'; p++) {
		if ((unsigned char)*p < 0x20 || (unsigned char)*p > 0x7e)
			return NULL;
		if (*p == '\\' && !strchr("\"\\/bfnrtu", *++p))
			return NULL;
	}
	return p + 1;
}

static const char *members(const char *p, char end, unsigned depth)
{
	if (*p == end)
		return p + 1;
	for (;; p++) {
		if (end == '}') {
			p = string(p);
			if (!p || *p++ != ':')
				return NULL;
		}
		p = value(p, depth);
		if (!p || (*p != ',' && *p != end))
			return NULL;
		if (*p == end)
			return p + 1;
	}
}

static const char *value(const char *p, unsigned depth)
{
	size_t digits = strspn(p, "0123456789");

	if (depth > 16)
		return NULL;
	if (*p == '{')
		return members(p + 1, '}', depth + 1);
	if (*p == '[')
		return members(p + 1, ']', depth + 1);
	if (*p == '"')
		return string(p);
	return digits ? p + digits : NULL;
}

/* Each answer is one document, whatever was asked. */
static void check_answer(int fd)
{
	static char text[1 << 20];
	const char *end;
	ssize_t n = read(fd, text, sizeof(text) - 1);

	if (n <= 0)
		return;
	text[n] = 0;
	end = value(text, 0);
	MUST(text[0] == '{' && end && (!*end || strcmp(end, "\n") == 0));
}

/* In pieces, as they come; the end of the stream at last. */
static void question(struct input *in)
{
	struct client *c = &us.owner.control.client[0];
	int pair[2], room = 1 << 20;
	char piece[256];
	unsigned n;

	world_fresh();
	MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
	setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	memset(c, 0, sizeof(*c));
	c->fd = pair[0];
	c->deadline = UINT64_MAX;
	while (in->left && c->fd >= 0) {
		n = 1 + in_pick(in, 256) % 255;
		in_bytes(in, piece, n);
		MUST(send(pair[1], piece, n, MSG_NOSIGNAL) == (ssize_t)n);
		control_client(&us.owner, 0);
	}
	shutdown(pair[1], SHUT_WR);
	for (n = 0; n < 16 && c->fd >= 0; n++) {
		control_client(&us.owner, 0);
		check_answer(pair[1]);
	}
	check_answer(pair[1]);
	close(pair[1]);
	control_expire(&us.owner, UINT64_MAX);
	MUST(c->fd < 0 && !c->answer.text);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static struct instance in;
	char err[512];

	(void)argc;
	(void)argv;
	world_start(scene_make);
	world_fresh();
	setenv("IX_CONFIG", "none", 1);
	MUST(config_gather(&defaults, err, sizeof(err)) == 0);
	in.core = *world.core;
	in.cfg = defaults;
	strcpy(in.program, "a \"program\"\n\xff");
	us.owner = (struct owner){ .in = &in, .keeper.fd = -1 };
	us.owner.epfd = epoll_create1(EPOLL_CLOEXEC);
	us.memory_fd = memfd_create("file", MFD_CLOEXEC);
	in.control_fd = us.memory_fd; /* which nobody connects to */
	control_init(&us.owner);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const kind[])(struct input *) = {
		device,
		settings,
		file,
		question,
	};
	struct input in = { data, size };

	kind[in_pick(&in, sizeof(kind) / sizeof(kind[0]))](&in);
	return 0;
}
