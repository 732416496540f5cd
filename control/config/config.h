/* SPDX-License-Identifier: MIT */
/*
 * config.h - the settings: options, environment, configuration file
 *
 * One list (CONFIG_LIST) has every setting once; ix-run's options, the IX_*
 * variables and the configuration file (libconfig) are read by it. An option is
 * stronger than a variable, that is stronger than the file, and that than the
 * default. An unknown name or a bad value is an error.
 */
#ifndef IX_CONTROL_CONFIG_H
#define IX_CONTROL_CONFIG_H

#include <stddef.h>
#include <stdint.h>

#include "ix/abi.h"

#define CONFIG_MAX_ARP 64
#define CONFIG_MAX_BATCH 256
#define CONFIG_MAX_QUEUES 16
#define CONFIG_FILE "/etc/ix.conf"

/*
 * Every setting, once. Each row has
 *
 *	the enumerator; with IX_ before it, it is the variable's name
 *	the name as an option and in the file
 *	what a value looks like: "" for a flag; for a WORD all its words, in the
 *		order of its enum
 *	the default as help shows it; "": config_default() makes it from the
 *		default value
 *	what it means, as help shows it
 *
 * and then, by its kind, what makes its field in struct ix_config:
 *
 *	NUMBER	field, type, least value, greatest value, default
 *	WORD	field, type; the first word is the default
 *	FLAG	field; it is off by default
 *	TEXT	field, most characters, what it is; empty by default
 *	OWN	nothing: its fields in struct ix_config, and parse_ID() and
 *		format_ID() in settings.c, are written by hand
 *
 * The test test_man checks ix-run(1) and ix.conf(5) against this list.
 */
#define CONFIG_LIST(OWN, NUMBER, WORD, FLAG, TEXT)                             \
	OWN(DEV, "dev", "SPEC", "veth:ix<N>, N the first free number",         \
	    "device of the stack; repeatable (see Devices)")                   \
	OWN(IP, "ip", "ADDR/LEN", "10.86.<N>.2/24",                            \
	    "address of the stack, IPv4 (IPv6: not yet); repeatable")          \
	OWN(GATEWAY, "gateway", "ADDR",                                        \
	    "none; 10.86.<N>.1 with the default address",                      \
	    "router for what is not on link")                                  \
	OWN(MAC, "mac", "MAC", "the device's",                                 \
	    "Ethernet address of the first device")                            \
	NUMBER(MTU, "mtu", "BYTES", "the device's", "largest IP packet", mtu,  \
	       uint32_t, 576, 9000, 0)                                         \
	OWN(ARP, "arp", "IP=MAC", "none", "fixed neighbour; repeatable")       \
	NUMBER(THREADS, "threads", "N", "1, or as many as --cpus",             \
	       "elastic threads", threads, uint32_t, 1, IX_MAX_ETHREADS, 1)    \
	OWN(CPUS, "cpus", "LIST", "where the program runs",                    \
	    "CPUs of the elastic threads, as 0-3,5")                           \
	NUMBER(BATCH, "batch", "PACKETS", "", "bound of the adaptive batch",   \
	       batch, uint32_t, 1, CONFIG_MAX_BATCH, 64)                       \
	WORD(PROTECT, "protect", "auto|kvm|none", "",                          \
	     "what protects the dataplane from the program", protect,          \
	     enum config_protect)                                              \
	FLAG(NO_KERNEL_LISTEN, "no-kernel-listen", "", "off",                  \
	     "wildcard listeners in the stack only", no_kernel_listen)         \
	FLAG(LOOPBACK, "loopback", "", "off",                                  \
	     "the stack serves 127.0.0.0/8 for this program", loopback)        \
	NUMBER(IDLE_US, "idle-us", "US", "",                                   \
	       "spin this long before sleeping; -1: never sleep", idle_us,     \
	       int32_t, -1, 60000000, 50)                                      \
	TEXT(USER, "user", "NAME", "who starts it",                            \
	     "the program runs as this user, once the stack is there", user,   \
	     63, "name")                                                       \
	TEXT(PCAP, "pcap", "FILE", "none",                                     \
	     "write the packets of the stack to FILE", pcap, 255, "path")      \
	WORD(LOG, "log", "error|warn|info|debug", "", "what to say on stderr", \
	     log, enum config_log)

enum config_id {
#define X(id, ...) CONFIG_##id,
	CONFIG_LIST(X, X, X, X, X)
#undef X
		CONFIG_NSETTINGS
};

/* What help and messages say of a setting. */
struct config_about {
	const char *name;  /* the option's name, and the name in the file */
	const char *env;   /* the variable's name */
	const char *value; /* what the value looks like; "": a flag */
	const char *def;   /* the default; "": see config_default() */
	const char *range; /* of a number, as "1 to 16"; else NULL */
	const char *help;  /* what it means */
};

/* Where the value of a setting comes from; the weakest source is first. */
enum config_source { FROM_DEFAULT, FROM_FILE, FROM_ENV, FROM_OPTION };

enum config_protect { PROTECT_AUTO, PROTECT_KVM, PROTECT_NONE };
enum config_log { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

#define CONFIG_NO_FIELD(id, name, value, def, help)
#define CONFIG_NUMBER_FIELD(id, name, value, def, help, field, type, lo, hi, \
			    init)                                            \
	type field;
#define CONFIG_WORD_FIELD(id, name, value, def, help, field, type) type field;
#define CONFIG_FLAG_FIELD(id, name, value, def, help, field) uint8_t field;
#define CONFIG_TEXT_FIELD(id, name, value, def, help, field, most, what) \
	char field[(most) + 1];

struct ix_config {
	uint32_t ndevs;
	char dev[IX_MAX_DEVS][192]; /* specifications, valid in form */
	uint32_t nips;
	struct {
		struct ix_addr ip;
		uint32_t prefix; /* bits of 128: 96 + n for IPv4's /n */
	} ip[IX_MAX_ADDRS];
	uint8_t has_gateway, has_mac;
	struct ix_addr gateway;
	uint8_t mac[6];
	uint32_t narp;
	struct {
		struct ix_addr ip;
		uint8_t mac[6];
	} arp[CONFIG_MAX_ARP];
	uint32_t ncpus;
	uint32_t cpu[IX_MAX_ETHREADS];
	/* The fields of CONFIG_LIST: mtu (bytes; 0: the device's), threads,
	 * batch (packets), idle_us (us; -1: never sleep), protect, log, ... */
	CONFIG_LIST(CONFIG_NO_FIELD, CONFIG_NUMBER_FIELD, CONFIG_WORD_FIELD,
		    CONFIG_FLAG_FIELD, CONFIG_TEXT_FIELD)
	uint8_t from[CONFIG_NSETTINGS]; /* enum config_source */
};

/* Kinds of device: X(enumerator, prefix, name of the function in device.c that
 * parses the argument, what the argument looks like, what it is). */
#define CONFIG_DEV_LIST(X)                                                   \
	X(VETH, "veth", new_if, "[:NAME]",                                   \
	  "a new pair; the kernel's end is NAME")                            \
	X(TAP, "tap", new_if, "[:NAME]",                                     \
	  "a new tap device; the kernel's end is NAME")                      \
	X(AF_PACKET, "af_packet", old_if, ":IF",                             \
	  "a network interface, by packet socket")                           \
	X(AF_XDP, "af_xdp", old_if, ":IF", "a network interface, by AF_XDP") \
	X(MEMIF, "memif", memif, ":PATH[,role=server|client][,queues=N]",    \
	  "shared memory with another dataplane")                            \
	X(PCI, "pci", pci, ":BDF", "a network card, by vfio-pci")            \
	X(VDEV, "vdev", vdev, ":STRING",                                     \
	  "a DPDK virtual device, handed on as it is")

enum config_dev_kind {
#define X(id, prefix, parser, arg, help) CONFIG_DEV_##id,
	CONFIG_DEV_LIST(X)
#undef X
		CONFIG_DEV_MAX
};

/* A device specification taken apart. */
struct config_dev {
	enum config_dev_kind kind;
	char name[160];	 /* NAME, IF, PATH, full BDF or STRING; may be "" */
	uint8_t server;	 /* memif: 1 for role=server */
	uint32_t queues; /* memif: number of queues; 1 unless given */
};

/*
 * Read the settings: defaults, then the file (the one that IX_CONFIG names,
 * else /etc/ix.conf if it exists; none for IX_CONFIG=none), then the
 * environment; and check them. Returns 0, or -EINVAL, -ENOENT, -ENOMEM with one
 * line in err; *c is untouched then. ndevs and nips may be 0 afterwards: the
 * instance chooses (veth:ix<N>, 10.86.<N>.2/24).
 */
int config_load(struct ix_config *c, char *err, size_t err_size);

/* The same without config_check(), for a caller that adds options. */
int config_gather(struct ix_config *c, char *err, size_t err_size);

/* Set one option by its long name without dashes ("dev", "ip", ...). value is
 * NULL for a flag. A repeatable setting appends, except that the first option
 * replaces what weaker sources gave. Returns 0, or -errno with one line in
 * err. */
int config_set(struct ix_config *c, const char *name, const char *value,
	       char *err, size_t err_size);

/* Check that the settings fit together, and set those that follow from others
 * (threads from cpus). Returns 0, or -EINVAL with one line in err. */
int config_check(struct ix_config *c, char *err, size_t err_size);

/* Put c into the environment, for the program that is to be executed, with
 * IX_CONFIG=none: what the file said is in the variables now. Returns 0 or
 * -errno. */
int config_export(const struct ix_config *c);

/* Write the text of one setting as the environment has it into buf; "" where it
 * is not set. Returns its length or -ENOSPC. */
int config_format(const struct ix_config *c, enum config_id id, char *buf,
		  size_t size);

/* The enum config_id of an option's name, or -ENOENT. */
int config_find(const char *name);

/* Is the setting a flag, whose option takes no value? */
int config_is_flag(enum config_id id);

/* What help and messages say of a setting. */
const struct config_about *config_about(enum config_id id);

/* The default of a setting as help shows it; buf is room for the text. */
const char *config_default(enum config_id id, char *buf, size_t size);

/* Take a device specification apart. Returns 0, or -EINVAL with a sentence in
 * *why_out that says what is wrong. */
int config_parse_dev(const char *spec, struct config_dev *out,
		     const char **why_out);

/* Write one line into err, and return rc. */
int config_fail(int rc, char *err, size_t err_size, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
