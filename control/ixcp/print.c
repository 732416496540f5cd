// SPDX-License-Identifier: MIT
/*
 * print.c - what each verb answers, as tables
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/ixcp/ixcp.h"
#include "control/ixcp/table.h"

void print_list(const json_t *instances)
{
	static const struct column columns[] = { { "pid", "PID" },
						 { "program", "PROGRAM" },
						 { "dev", "DEVICE" },
						 { "ip", "IP" },
						 { "protect", "PROTECT" },
						 { "ethreads", "THREADS" },
						 { "conns", "CONNS" },
						 { "uptime_s", "UPTIME" },
						 { "processes", "PROCESSES" },
						 { 0 } };

	table_print(instances, columns);
}

/* Name and value of every member that is not 0. */
static void print_members(const char *title, const json_t *object)
{
	const char *key;
	json_t *value;
	char text[64], name[64];

	if (title)
		puts(title);
	json_object_foreach((json_t *)object, key, value)
	{
		table_text(value, text, sizeof(text));
		if (strcmp(text, "0") == 0 || strcmp(text, "0.0") == 0)
			continue;
		text_plain(key, name, sizeof(name));
		printf("  %-32s %s\n", name, text);
	}
}

/* One block for each object of an array, named by one of its members. */
static void print_blocks(const json_t *array, const char *what)
{
	char title[256], name[192];
	size_t i;

	for (i = 0; i < json_array_size(array); i++) {
		const json_t *o = json_array_get(array, i);
		const json_t *id = json_object_get(o, "name");

		table_text(id ? id : json_object_get(o, "id"), name,
			   sizeof(name));
		snprintf(title, sizeof(title), "%s %s", what, name);
		print_members(title, o);
	}
}

static void print_ethread(const json_t *et)
{
	printf("elastic thread %lld\n",
	       (long long)json_integer_value(json_object_get(et, "id")));
	print_members(NULL, json_object_get(et, "loop"));
	print_members(NULL, json_object_get(et, "counters"));
}

void print_stats(const json_t *answer)
{
	static const struct column pools[] = { { "name", "POOL" },
					       { "size", "SIZE" },
					       { "in_use", "IN USE" },
					       { 0 } };
	const json_t *list = json_object_get(answer, "ethreads");
	size_t i;

	for (i = 0; i < json_array_size(list); i++)
		print_ethread(json_array_get(list, i));
	print_blocks(json_object_get(answer, "devices"), "device");
	table_print(json_object_get(answer, "pools"), pools);
}

void print_conns(const json_t *answer)
{
	static const struct column columns[] = {
		{ "state", "STATE" },	 { "rcvq", "RECV-Q" },
		{ "sndq", "SEND-Q" },	 { "local", "LOCAL" },
		{ "peer", "PEER" },	 { "rtt_us", "RTT-US" },
		{ "cwnd", "CWND" },	 { "retransmits", "RETRANS" },
		{ "ethread", "THREAD" }, { 0 }
	};

	table_print(json_object_get(answer, "conns"), columns);
}

void print_fds(const json_t *answer)
{
	static const struct column columns[] = {
		{ "fd", "FD" },		 { "kind", "KIND" },
		{ "accelerated", "IX" }, { "state", "STATE" },
		{ "local", "LOCAL" },	 { "peer", "PEER" },
		{ "reason", "WHY" },	 { 0 }
	};

	table_print(json_object_get(answer, "fds"), columns);
}

void print_threads(const json_t *answer)
{
	static const struct column columns[] = { { "id", "THREAD" },
						 { "driver_pid", "DRIVER" },
						 { "program", "PROGRAM" },
						 { "armed", "ASLEEP" },
						 { "cpu", "CPU" },
						 { "batch", "BATCH" },
						 { "conns", "CONNS" },
						 { "links_down", "DOWN" },
						 { "rx", "PACKETS" },
						 { "groups", "GROUPS" },
						 { "handed_out", "HANDED" },
						 { "handed_in", "GOT" },
						 { "moved_out", "LEFT" },
						 { "moved_in", "CAME" },
						 { 0 } };

	table_print(json_object_get(answer, "ethreads"), columns);
}

void print_latency(const json_t *answer)
{
	static const struct column columns[] = {
		{ "name", "WHAT" },   { "ethread", "THREAD" },
		{ "count", "COUNT" }, { "unit", "UNIT" },
		{ "p50", "P50" },     { "p90", "P90" },
		{ "p99", "P99" },     { "p999", "P99.9" },
		{ "max", "MAX" },     { 0 }
	};

	table_print(json_object_get(answer, "histograms"), columns);
}

/* Characters that a terminal may take as commands are numbers; jansson leaves
 * one of them, which only strings can hold. */
void print_json(const json_t *answer)
{
	char *text = json_dumps(answer, JSON_INDENT(2) | JSON_PRESERVE_ORDER |
						JSON_ENSURE_ASCII);
	const char *p;

	for (p = text; p && *p; p++)
		if (*p == 0x7f)
			fputs("\\u007f", stdout);
		else
			putchar(*p);
	putchar('\n');
	free(text);
}
