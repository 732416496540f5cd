/* SPDX-License-Identifier: MIT */
/*
 * config.h - what a person asked for: options, environment, configuration file
 *
 * One table (CONFIG_LIST) names every setting once; ix-run's options, the IX_*
 * environment and the libconfig file are read through it. Precedence: option,
 * environment, file, default. An unknown name or a bad value is an error.
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
 * Every setting: X(enumerator, option and file name, environment, what its
 * value looks like ("" for a flag), default as text, what it means).
 */
#define CONFIG_LIST(X)                                                         \
	X(DEV, "dev", "IX_DEV", "SPEC", "veth:ix<N>, N the first free number", \
	  "device of the stack; repeatable (see Devices)")                     \
	X(IP, "ip", "IX_IP", "ADDR/LEN", "10.86.<N>.2/24",                     \
	  "address of the stack, IPv4 (IPv6: not yet); repeatable")            \
	X(GATEWAY, "gateway", "IX_GATEWAY", "ADDR",                            \
	  "none; 10.86.<N>.1 with the default address",                        \
	  "router for what is not on link")                                    \
	X(MAC, "mac", "IX_MAC", "MAC", "the device's",                         \
	  "Ethernet address of the first device")                              \
	X(MTU, "mtu", "IX_MTU", "BYTES", "the device's",                       \
	  "largest IP packet, 576 to 9000")                                    \
	X(ARP, "arp", "IX_ARP", "IP=MAC", "none",                              \
	  "fixed neighbour; repeatable")                                       \
	X(THREADS, "threads", "IX_THREADS", "N", "1, or as many as --cpus",    \
	  "elastic threads, 1 to 16")                                          \
	X(CPUS, "cpus", "IX_CPUS", "LIST", "where the program runs",           \
	  "CPUs of the elastic threads, as 0-3,5")                             \
	X(BATCH, "batch", "IX_BATCH", "PACKETS", "64",                         \
	  "bound of the adaptive batch, 1 to 256")                             \
	X(PROTECT, "protect", "IX_PROTECT", "auto|kvm|none", "auto",           \
	  "what protects the dataplane from the program")                      \
	X(NO_KERNEL_LISTEN, "no-kernel-listen", "IX_NO_KERNEL_LISTEN", "",     \
	  "off", "wildcard listeners in the stack only")                       \
	X(LOOPBACK, "loopback", "IX_LOOPBACK", "", "off",                      \
	  "the stack serves 127.0.0.0/8 for this program")                     \
	X(IDLE_US, "idle-us", "IX_IDLE_US", "US", "50",                        \
	  "spin this long before sleeping; -1: never sleep")                   \
	X(USER, "user", "IX_USER", "NAME", "who starts it",                    \
	  "the program runs as this user, once the stack is there")            \
	X(PCAP, "pcap", "IX_PCAP", "FILE", "none",                             \
	  "write the packets of the stack to FILE")                            \
	X(LOG, "log", "IX_LOG", "error|warn|info|debug", "error",              \
	  "what to say on stderr")

enum config_id {
#define X(id, name, env, value, def, help) CONFIG_##id,
	CONFIG_LIST(X)
#undef X
		CONFIG_NSETTINGS
};

/* Where a setting comes from, from the weakest to the strongest. */
enum config_source { FROM_DEFAULT, FROM_FILE, FROM_ENV, FROM_OPTION };

enum config_protect { PROTECT_AUTO, PROTECT_KVM, PROTECT_NONE };
enum config_log { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

struct ix_config {
	uint32_t ndevs;
	char dev[IX_MAX_DEVS][192]; /* as written; checked for form */
	uint32_t nips;
	struct {
		struct ix_addr ip;
		uint32_t prefix; /* of 128: 96 + n for IPv4 */
	} ip[IX_MAX_ADDRS];
	uint8_t has_gateway, has_mac;
	struct ix_addr gateway;
	uint8_t mac[6];
	uint32_t mtu; /* 0: the device's */
	uint32_t narp;
	struct {
		struct ix_addr ip;
		uint8_t mac[6];
	} arp[CONFIG_MAX_ARP];
	uint32_t threads;
	uint32_t ncpus;
	uint32_t cpu[IX_MAX_ETHREADS];
	uint32_t batch; /* packets */
	enum config_protect protect;
	uint8_t no_kernel_listen, loopback;
	int32_t idle_us; /* -1: never sleep */
	char user[64];
	char pcap[256];
	enum config_log log;
	uint8_t from[CONFIG_NSETTINGS]; /* enum config_source */
};

/* Kinds of device: X(enumerator, prefix, who reads the argument in device.c,
 * argument, what it is). */
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
	uint8_t server;	 /* memif: role=server */
	uint32_t queues; /* memif: 1 unless given */
};

/* Defaults, then the file (IX_CONFIG, else /etc/ix.conf if there; "none": no
 * file), then the environment, then config_check(). 0, or -EINVAL/-ENOENT with
 * one line in err. ndevs and nips may be 0: the instance chooses (veth:ix<N>,
 * 10.86.<N>.2/24). */
int config_load(struct ix_config *c, char *err, size_t err_size);

/* The same without config_check(), for a caller that adds options. */
int config_gather(struct ix_config *c, char *err, size_t err_size);

/* Set one option by its long name without dashes ("dev", "ip", ...). value is
 * NULL for a flag. Repeatable ones append; the first from a stronger source
 * replaces what a weaker one gave. */
int config_set(struct ix_config *c, const char *name, const char *value,
	       char *err, size_t err_size);

/* Do the settings fit together? Fills in what follows from others (threads
 * from cpus). 0, or -EINVAL with one line in err. */
int config_check(struct ix_config *c, char *err, size_t err_size);

/* Put c into the environment of the program that is to be started, and name
 * no file there: what it said is in the variables. */
int config_export(const struct ix_config *c);

/* The text of one setting as the environment would have it; "" where it is
 * not set. Length, or -ENOSPC. */
int config_format(const struct ix_config *c, enum config_id id, char *buf,
		  size_t size);

/* Index in CONFIG_LIST of an option's name, or -ENOENT. */
int config_find(const char *name);

/* One flag takes no value: X-macro's value is "". */
int config_is_flag(enum config_id id);

/* Take a device specification apart. 0, or -EINVAL with a sentence. */
int config_parse_dev(const char *spec, struct config_dev *out,
		     const char **why_out);

/* Write one line into err. Returns rc. */
int config_fail(int rc, char *err, size_t err_size, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
