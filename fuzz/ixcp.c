// SPDX-License-Identifier: MIT
/*
 * ixcp.c - fuzz target: what other programs hand to tools and to the shim
 *
 * The first byte says which: an instance's answer to ixcp, which another user
 * may have made up; ancillary data, of which the program says the lengths.
 */
#include <jansson.h>
#include <netinet/in.h>

#include "control/ixcp/ixcp.h"
#include "fuzz/input.h"
#include "shim/host/cmsg.h"

#define TEXT_MAX 4096

static void answer(struct input *in)
{
	static void (*const print[])(const json_t *) = {
		print_list, print_stats,   print_conns,
		print_fds,  print_threads, print_latency,
	};
	unsigned which = in_pick(in, sizeof(print) / sizeof(print[0]));
	char text[TEXT_MAX];
	size_t len = in->left < sizeof(text) ? in->left : sizeof(text);
	json_t *doc;

	in_bytes(in, text, len);
	doc = json_loadb(text, len, JSON_ALLOW_NUL, NULL);
	if (doc)
		print[which](doc);
	json_decref(doc);
}

static void see_fd(int *fd, void *arg)
{
	unsigned *n = arg;

	(*n)++;
	*fd ^= 1;
}

static void ancillary(struct input *in)
{
	size_t len = in->left < 512 ? in->left : 512;
	char *control = malloc(len ? len : 1);
	struct msghdr m = { .msg_control = control, .msg_controllen = len };
	unsigned n = 0;

	MUST(control);
	in_bytes(in, control, len);
	cmsg_each_fd(&m, see_fd, &n);
	MUST(n * sizeof(int) <= len);
	cmsg_get_fd(&m);
	free(control);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	stdout = fopen("/dev/null", "we");
	MUST(stdout);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };

	if (in_u8(&in) & 1)
		ancillary(&in);
	else
		answer(&in);
	return 0;
}
