// SPDX-License-Identifier: MIT
/*
 * test_config.c - each setting from each source, and each error sentence
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "control/config/config.h"

static char err[512];

static int clear(void **state)
{
	(void)state;
	assert_int_equal(clearenv(), 0);
	setenv("IX_CONFIG", "none", 1);
	err[0] = 0;
	return 0;
}

/* One value of one setting, as an option: what the environment would say. */
struct good {
	const char *name, *value, *text;
};

static const struct good good[] = {
	{ "dev", "veth", "veth" },
	{ "dev", "veth:ix7", "veth:ix7" },
	{ "dev", "tap", "tap" },
	{ "dev", "tap:abcdefghijklmno", "tap:abcdefghijklmno" },
	{ "dev", "af_packet:eth0", "af_packet:eth0" },
	{ "dev", "af_xdp:enp1s0f0np0", "af_xdp:enp1s0f0np0" },
	{ "dev", "memif:/run/m.sock", "memif:/run/m.sock" },
	{ "dev", "memif:/m,role=client,queues=16",
	  "memif:/m,role=client,queues=16" },
	{ "dev", "pci:0000:03:00.0", "pci:0000:03:00.0" },
	{ "dev", "pci:3b:00.1", "pci:3b:00.1" },
	{ "dev", "vdev:net_ring0,nodeaction=x:0:CREATE",
	  "vdev:net_ring0,nodeaction=x:0:CREATE" },
	{ "ip", "10.0.0.2/24", "10.0.0.2/24" },
	{ "ip", "10.0.0.2/32", "10.0.0.2/32" },
	{ "ip", "10.0.0.0/31", "10.0.0.0/31" },
	{ "ip", "FD00::2/64", "fd00::2/64" },
	{ "ip", "fd00::2/128", "fd00::2/128" },
	{ "gateway", "10.0.0.1", "10.0.0.1" },
	{ "gateway", "fe80::1", "fe80::1" },
	{ "mac", "02:00:00:AA:bb:0f", "02:00:00:aa:bb:0f" },
	{ "mtu", "576", "576" },
	{ "mtu", "9000", "9000" },
	{ "arp", "10.0.0.9=02:00:00:00:00:01", "10.0.0.9=02:00:00:00:00:01" },
	{ "arp", "fd00::9=02:00:00:00:00:01", "fd00::9=02:00:00:00:00:01" },
	{ "threads", "1", "1" },
	{ "threads", "16", "16" },
	{ "cpus", "0-3,5", "0,1,2,3,5" },
	{ "cpus", "7", "7" },
	{ "batch", "1", "1" },
	{ "batch", "256", "256" },
	{ "protect", "auto", "auto" },
	{ "protect", "kvm", "kvm" },
	{ "protect", "none", "none" },
	{ "no-kernel-listen", NULL, "1" },
	{ "no-kernel-listen", "off", "0" },
	{ "loopback", NULL, "1" },
	{ "loopback", "yes", "1" },
	{ "loopback", "false", "0" },
	{ "idle-us", "-1", "-1" },
	{ "idle-us", "0", "0" },
	{ "idle-us", "60000000", "60000000" },
	{ "user", "nobody", "nobody" },
	{ "pcap", "/tmp/with blank.pcap", "/tmp/with blank.pcap" },
	{ "log", "error", "error" },
	{ "log", "warn", "warn" },
	{ "log", "info", "info" },
	{ "log", "debug", "debug" },
};

#define LONG_128                                                           \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* A value that is refused, and the end of the sentence. */
static const struct good bad[] = {
	{ "dev", "eth0",
	  "is not a kind of device: veth, tap, af_packet, af_xdp, memif, pci "
	  "or vdev" },
	{ "dev", "",
	  "is not a kind of device: veth, tap, af_packet, af_xdp, memif, pci "
	  "or vdev" },
	{ "dev", "veth:", "names no interface" },
	{ "dev", "veth:a b", "has a blank in it" },
	{ "dev", "veth:abcdefghijklmnop",
	  "has an interface name of more than 15 characters" },
	{ "dev", "tap:..", "has a name that no interface can have" },
	{ "dev", "tap:a/b", "has a name that no interface can have" },
	{ "dev", "af_packet", "names no interface" },
	{ "dev", "af_xdp:", "names no interface" },
	{ "dev", "af_xdp:eth%d", "has a name that no interface can have" },
	{ "dev", "memif", "names no socket; write memif:PATH" },
	{ "dev", "memif:,role=server", "names no socket; write memif:PATH" },
	{ "dev", "memif:/m,role=master",
	  "has a role that is neither server nor client" },
	{ "dev", "memif:/m,queues=0",
	  "has a number of queues that is not 1 to 16" },
	{ "dev", "memif:/m,queues=17",
	  "has a number of queues that is not 1 to 16" },
	{ "dev", "memif:/m,size=1",
	  "has an option that is neither role= nor queues=" },
	{ "dev", "memif:/" LONG_128,
	  "has a socket path of more than 107 characters" },
	{ "dev", "pci", "is not a PCI address, as pci:0000:03:00.0" },
	{ "dev", "pci:03", "is not a PCI address, as pci:0000:03:00.0" },
	{ "dev", "pci:03:00.8", "has a PCI function that is not 0 to 7" },
	{ "dev", "vdev:", "names no DPDK device; write vdev:STRING" },
	{ "dev", "vdev:" LONG_128 "0123456789abcdef0123456789abcdef",
	  "is too long" },
	{ "dev", "vdev:" LONG_128 LONG_128, "is too long" },
	{ "ip", "10.0.0.2",
	  "has no prefix length; write ADDR/LEN, as 10.0.0.2/24" },
	{ "ip", "10.0.0/24", "is not an IPv4 or IPv6 address" },
	{ "ip", LONG_128 "/24", "is not an IPv4 or IPv6 address" },
	{ "ip", "10.0.0.2/33", "has a prefix length that is not 1 to 32" },
	{ "ip", "10.0.0.2/0", "has a prefix length that is not 1 to 32" },
	{ "ip", "10.0.0.2/", "has a prefix length that is not 1 to 32" },
	{ "ip", "10.0.0.2/+8", "has a prefix length that is not 1 to 32" },
	{ "ip", "fd00::2/129", "has a prefix length that is not 1 to 128" },
	{ "ip", "10.0.0.0/24", "is the address of the network, not of a host" },
	{ "ip", "fd00::/64", "is the address of the network, not of a host" },
	{ "ip", "10.0.0.255/24", "is the broadcast address of the network" },
	{ "ip", "0.0.0.0/8", "is in 0.0.0.0/8, which no host has" },
	{ "ip", "127.0.0.1/8",
	  "is a loopback address; --loopback serves those" },
	{ "ip", "224.0.0.1/8", "is a multicast or reserved address" },
	{ "ip", "::/64", "is the unspecified address" },
	{ "ip", "::1/128", "is the loopback address; --loopback serves it" },
	{ "ip", "ff02::1/64", "is a multicast address" },
	{ "ip", "::ffff:10.0.0.1/120",
	  "is a v4-mapped address; write it as A.B.C.D" },
	{ "gateway", "router", "is not an IPv4 or IPv6 address" },
	{ "gateway", "10.0.0.1/24", "is not an IPv4 or IPv6 address" },
	{ "mac", "02:00:00:00:00",
	  "is not an Ethernet address, as 02:00:00:00:00:01" },
	{ "mac", "02:00:00:00:00:01:02",
	  "is not an Ethernet address, as 02:00:00:00:00:01" },
	{ "mac", "02-00-00-00-00-01",
	  "is not an Ethernet address, as 02:00:00:00:00:01" },
	{ "mac", "01:00:5e:00:00:01", "is a multicast Ethernet address" },
	{ "mac", "00:00:00:00:00:00", "is the zero Ethernet address" },
	{ "mtu", "575", "is not a number from 576 to 9000" },
	{ "mtu", "9001", "is not a number from 576 to 9000" },
	{ "mtu", "1500b", "is not a number from 576 to 9000" },
	{ "arp", "10.0.0.9", "is not IP=MAC, as 10.0.0.9=02:00:00:00:00:01" },
	{ "arp", "10.0.0=02:00:00:00:00:01", "is not an IPv4 or IPv6 address" },
	{ "arp", "10.0.0.9=2",
	  "is not an Ethernet address, as 02:00:00:00:00:01" },
	{ "threads", "0", "is not a number from 1 to 16" },
	{ "threads", "17", "is not a number from 1 to 16" },
	{ "threads", " 1", "is not a number from 1 to 16" },
	{ "threads", "99999999999999999999", "is not a number from 1 to 16" },
	{ "cpus", "", "is not a list of CPUs, as 0-3,5" },
	{ "cpus", "3-1", "is not a list of CPUs, as 0-3,5" },
	{ "cpus", "1,", "is not a list of CPUs, as 0-3,5" },
	{ "cpus", "1-", "is not a list of CPUs, as 0-3,5" },
	{ "cpus", "1;2", "is not a list of CPUs, as 0-3,5" },
	{ "cpus", "4096", "is not a list of CPUs, as 0-3,5" },
	{ "cpus", "0-16", "names more than 16 CPUs" },
	{ "cpus", "0-3,2", "names a CPU twice" },
	{ "batch", "0", "is not a number from 1 to 256" },
	{ "batch", "257", "is not a number from 1 to 256" },
	{ "protect", "vmx", "is not one of auto|kvm|none" },
	{ "no-kernel-listen", "2", "is neither 1 nor 0" },
	{ "loopback", "maybe", "is neither 1 nor 0" },
	{ "idle-us", "-2", "is not a number from -1 to 60000000" },
	{ "idle-us", "60000001", "is not a number from -1 to 60000000" },
	{ "user", "", "is not a name of 1 to 63 characters" },
	{ "user", LONG_128, "is not a name of 1 to 63 characters" },
	{ "pcap", LONG_128 LONG_128, "is not a path of 1 to 255 characters" },
	{ "log", "verbose", "is not one of error|warn|info|debug" },
};

static void test_good_values(void **state)
{
	char text[1024];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct ix_config c;
		enum config_id id;

		id = (enum config_id)config_find(good[i].name);
		assert_int_equal(config_load(&c, err, sizeof(err)), 0);
		if (config_set(&c, good[i].name, good[i].value, err,
			       sizeof(err)))
			fail_msg("%s", err);
		assert_true(config_format(&c, id, text, sizeof(text)) > 0);
		assert_string_equal(text, good[i].text);
		assert_int_equal(c.from[id], FROM_OPTION);
	}
}

static void test_bad_values(void **state)
{
	struct ix_config c, before;
	char want[1024];
	size_t i;

	(void)state;
	assert_int_equal(config_load(&c, err, sizeof(err)), 0);
	before = c;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(want, sizeof(want), "--%s: '%s' %s", bad[i].name,
			 bad[i].value, bad[i].text);
		assert_int_equal(config_set(&c, bad[i].name, bad[i].value, err,
					    sizeof(err)),
				 -EINVAL);
		assert_string_equal(err, want);
		assert_memory_equal(&c, &before, sizeof(c));
	}
}

/* Every setting is in both lists: a new one needs its tests. */
static void test_lists_are_complete(void **state)
{
	size_t i, k, ngood, nbad;
	const char *name;

	(void)state;
	for (i = 0; i < CONFIG_NSETTINGS; i++) {
		ngood = nbad = 0;
		name = config_about((enum config_id)i)->name;
		for (k = 0; k < sizeof(good) / sizeof(good[0]); k++)
			ngood += strcmp(good[k].name, name) == 0;
		for (k = 0; k < sizeof(bad) / sizeof(bad[0]); k++)
			nbad += strcmp(bad[k].name, name) == 0;
		assert_true(ngood > 0);
		assert_true(nbad > 0);
	}
}

static void test_defaults(void **state)
{
	struct ix_config c;

	(void)state;
	assert_int_equal(config_load(&c, err, sizeof(err)), 0);
	assert_int_equal(c.ndevs, 0);
	assert_int_equal(c.nips, 0);
	assert_int_equal(c.threads, 1);
	assert_int_equal(c.batch, 64);
	assert_int_equal(c.idle_us, 50);
	assert_int_equal(c.mtu, 0);
	assert_int_equal(c.protect, PROTECT_AUTO);
	assert_int_equal(c.log, LOG_ERROR);
	assert_false(c.has_gateway || c.has_mac || c.loopback);
}

static void test_unknown_option(void **state)
{
	struct ix_config c;

	(void)state;
	assert_int_equal(config_load(&c, err, sizeof(err)), 0);
	assert_int_equal(config_set(&c, "speed", "1", err, sizeof(err)),
			 -EINVAL);
	assert_string_equal(err, "--speed is not an option; see --help");
	assert_int_equal(config_set(&c, "dev", NULL, err, sizeof(err)),
			 -EINVAL);
	assert_string_equal(err, "--dev needs a value: SPEC");
}

static void test_environment(void **state)
{
	struct ix_config c;
	char text[64];

	(void)state;
	setenv("IX_DEV", "  veth:a \t af_packet:b ", 1);
	setenv("IX_IP", "10.0.0.2/24 fd00::2/64", 1);
	setenv("IX_ARP", "10.0.0.9=02:00:00:00:00:01", 1);
	setenv("IX_NO_KERNEL_LISTEN", "1", 1);
	setenv("IX_MTU", "", 1);
	assert_int_equal(config_load(&c, err, sizeof(err)), 0);
	assert_int_equal(c.ndevs, 2);
	assert_string_equal(c.dev[0], "veth:a");
	assert_string_equal(c.dev[1], "af_packet:b");
	assert_int_equal(c.nips, 2);
	assert_int_equal(c.ip[0].prefix, 96 + 24);
	assert_int_equal(c.ip[1].prefix, 64);
	assert_string_equal(addr_text(&c.ip[0].ip, text), "10.0.0.2");
	assert_int_equal(c.narp, 1);
	assert_int_equal(c.arp[0].mac[5], 1);
	assert_int_equal(c.no_kernel_listen, 1);
	assert_int_equal(c.mtu, 0);
	assert_int_equal(c.from[CONFIG_MTU], FROM_DEFAULT);
}

static void test_environment_errors(void **state)
{
	struct ix_config c;

	(void)state;
	setenv("IX_BATCH", "many", 1);
	assert_int_equal(config_load(&c, err, sizeof(err)), -EINVAL);
	assert_string_equal(err,
			    "IX_BATCH: 'many' is not a number from 1 to 256");
	unsetenv("IX_BATCH");
	setenv("IX_DEVICE", "veth", 1);
	assert_int_equal(config_load(&c, err, sizeof(err)), -EINVAL);
	assert_string_equal(err, "the variable IX_DEVICE is not a setting of "
				 "IX; unset it");
	unsetenv("IX_DEVICE");
	setenv("IX_RUN", "1", 1);
	assert_int_equal(config_load(&c, err, sizeof(err)), 0);
}

static void test_option_replaces_environment(void **state)
{
	struct ix_config c;

	(void)state;
	setenv("IX_DEV", "veth:a veth:b", 1);
	assert_int_equal(config_load(&c, err, sizeof(err)), 0);
	assert_int_equal(config_set(&c, "dev", "tap:c", err, sizeof(err)), 0);
	assert_int_equal(config_set(&c, "dev", "tap:d", err, sizeof(err)), 0);
	assert_int_equal(c.ndevs, 2);
	assert_string_equal(c.dev[0], "tap:c");
	assert_string_equal(c.dev[1], "tap:d");
}

static void test_too_many(void **state)
{
	struct ix_config c;
	char text[64];
	int i, rc = 0;

	(void)state;
	setenv("IX_DEV", "veth veth veth veth veth", 1);
	assert_int_equal(config_load(&c, err, sizeof(err)), -EINVAL);
	assert_string_equal(err, "IX_DEV: 'veth' is one device more than the "
				 "4 an instance can have");
	setenv("IX_DEV", "veth:a veth:a", 1);
	assert_int_equal(config_load(&c, err, sizeof(err)), -EINVAL);
	assert_string_equal(err, "IX_DEV: 'veth:a' is given twice");
	setenv("IX_DEV", "", 1);
	setenv("IX_IP", "10.0.0.2/24 10.0.0.2/16", 1);
	assert_int_equal(config_load(&c, err, sizeof(err)), -EINVAL);
	assert_string_equal(err, "IX_IP: '10.0.0.2/16' is given twice");
	setenv("IX_IP", "", 1);
	assert_int_equal(config_load(&c, err, sizeof(err)), 0);
	for (i = 1; i <= 17 && !rc; i++) {
		snprintf(text, sizeof(text), "10.0.0.%d/24", i);
		rc = config_set(&c, "ip", text, err, sizeof(err));
	}
	assert_string_equal(err, "--ip: '10.0.0.17/24' is one address more "
				 "than the 16 an instance can have");
	for (i = 1, rc = 0; i <= 65 && !rc; i++)
		rc = config_set(&c, "arp", "10.0.0.9=02:00:00:00:00:01", err,
				sizeof(err));
	assert_string_equal(err, "--arp: '10.0.0.9=02:00:00:00:00:01' is one "
				 "neighbour more than the 64 that can be "
				 "given");
}

static void test_settings_fit_together(void **state)
{
	struct ix_config c;

	(void)state;
	setenv("IX_CPUS", "1-3", 1);
	assert_int_equal(config_load(&c, err, sizeof(err)), 0);
	assert_int_equal(c.threads, 3);
	setenv("IX_THREADS", "2", 1);
	assert_int_equal(config_load(&c, err, sizeof(err)), 0);
	assert_int_equal(c.threads, 2);
	setenv("IX_THREADS", "4", 1);
	assert_int_equal(config_load(&c, err, sizeof(err)), -EINVAL);
	assert_string_equal(err, "4 threads need as many CPUs, and --cpus "
				 "names 3");
	clearenv();
	setenv("IX_CONFIG", "none", 1);
	setenv("IX_IP", "10.0.0.2/24", 1);
	setenv("IX_GATEWAY", "10.0.1.1", 1);
	assert_int_equal(config_load(&c, err, sizeof(err)), -EINVAL);
	assert_string_equal(err, "the gateway 10.0.1.1 is in the prefix of no "
				 "--ip");
	setenv("IX_GATEWAY", "10.0.0.2", 1);
	assert_int_equal(config_load(&c, err, sizeof(err)), -EINVAL);
	assert_string_equal(err, "the gateway 10.0.0.2 is the stack's own "
				 "address");
	setenv("IX_GATEWAY", "10.0.0.1", 1);
	assert_int_equal(config_load(&c, err, sizeof(err)), 0);
	unsetenv("IX_IP");
	assert_int_equal(config_load(&c, err, sizeof(err)), 0);
}

static void test_export_comes_back(void **state)
{
	struct ix_config c, back;
	size_t i;

	(void)state;
	assert_int_equal(config_load(&c, err, sizeof(err)), 0);
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (c.ndevs < 4 || strcmp(good[i].name, "dev") != 0)
			config_set(&c, good[i].name, good[i].value, err,
				   sizeof(err));
	setenv("IX_PCAP", "stale", 1);
	c.from[CONFIG_PCAP] = FROM_DEFAULT;
	memset(c.pcap, 0, sizeof(c.pcap));
	c.has_gateway = 0;
	c.from[CONFIG_GATEWAY] = FROM_DEFAULT;
	memset(&c.gateway, 0, sizeof(c.gateway));
	c.threads = 1;
	assert_int_equal(config_export(&c), 0);
	assert_null(getenv("IX_PCAP"));
	assert_string_equal(getenv("IX_CONFIG"), "none");
	if (config_load(&back, err, sizeof(err)))
		fail_msg("%s", err);
	for (i = 0; i < CONFIG_NSETTINGS; i++)
		if (c.from[i])
			c.from[i] = FROM_ENV;
	/* the list of CPUs shrank: what lies past its end is not compared */
	memset(c.cpu + c.ncpus, 0, sizeof(c.cpu) - c.ncpus * sizeof(c.cpu[0]));
	assert_memory_equal(&c, &back, sizeof(c));
}

static void test_devices_taken_apart(void **state)
{
	struct config_dev d;
	const char *why;

	(void)state;
	assert_int_equal(config_parse_dev("veth", &d, &why), 0);
	assert_int_equal(d.kind, CONFIG_DEV_VETH);
	assert_string_equal(d.name, "");
	assert_int_equal(
		config_parse_dev("memif:/m,queues=2,role=server", &d, &why), 0);
	assert_int_equal(d.kind, CONFIG_DEV_MEMIF);
	assert_string_equal(d.name, "/m");
	assert_int_equal(d.queues, 2);
	assert_int_equal(d.server, 1);
	assert_int_equal(config_parse_dev("pci:3b:00.1", &d, &why), 0);
	assert_string_equal(d.name, "0000:3b:00.1");
	assert_int_equal(config_parse_dev("nic", &d, &why), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_good_values, clear),
		cmocka_unit_test_setup(test_bad_values, clear),
		cmocka_unit_test_setup(test_lists_are_complete, clear),
		cmocka_unit_test_setup(test_defaults, clear),
		cmocka_unit_test_setup(test_unknown_option, clear),
		cmocka_unit_test_setup(test_environment, clear),
		cmocka_unit_test_setup(test_environment_errors, clear),
		cmocka_unit_test_setup(test_option_replaces_environment, clear),
		cmocka_unit_test_setup(test_too_many, clear),
		cmocka_unit_test_setup(test_settings_fit_together, clear),
		cmocka_unit_test_setup(test_export_comes_back, clear),
		cmocka_unit_test_setup(test_devices_taken_apart, clear),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
