// SPDX-License-Identifier: MIT
/*
 * steer.c - an XDP program that takes what is the stack's and nothing else
 *
 * libxdp's own gives the socket all that comes in, and the kernel is cut off from
 * its interface. This one looks at the destination: IPv4 packets to an address of
 * the stack, and ARP that asks for one or answers it. The rest, broadcasts and
 * other protocols among it, goes to the kernel as ever. So the two share an
 * interface, by address.
 *
 * The program is a handful of instructions, made here: no compiler is needed.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include "base/raw.h"
#include "drv/common/dev.h"
#include "drv/kernel/steer.h"

#define ETH_TYPE 12
#define ARP_TARGET (14 + 24)
#define ARP_END (14 + 28)
#define IP_DST (14 + 16)
#define IP_END (14 + 20)
#define INSNS (24 + 2 * IX_MAX_ADDRS)

struct code {
	struct bpf_insn insn[INSNS];
	int n;
};

static int put(struct code *c, uint8_t op, uint8_t dst, uint8_t src,
	       int16_t off, int32_t imm)
{
	c->insn[c->n] = (struct bpf_insn){ .code = op,
					   .dst_reg = dst & 0xfu,
					   .src_reg = src & 0xfu,
					   .off = off,
					   .imm = imm };
	return c->n++;
}

/* A jump whose end is not there yet. */
static void land(struct code *c, int from)
{
	c->insn[from].off = (int16_t)(c->n - from - 1);
}

static void pass(struct code *c)
{
	put(c, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, XDP_PASS);
	put(c, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

/* r4 = the 32 bits at off if the frame is at least end bytes; the jump away. */
static int load_address(struct code *c, int16_t off, int32_t end)
{
	int is_short;

	put(c, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_5, BPF_REG_2, 0, 0);
	put(c, BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_5, 0, 0, end);
	is_short =
		put(c, BPF_JMP | BPF_JGT | BPF_X, BPF_REG_5, BPF_REG_3, 0, 0);
	put(c, BPF_LDX | BPF_MEM | BPF_W, BPF_REG_4, BPF_REG_2, off, 0);
	return is_short;
}

/* bpf_redirect_map(map, the queue, what if it has no socket) */
static void redirect(struct code *c, int map)
{
	put(c, BPF_LDX | BPF_MEM | BPF_W, BPF_REG_2, BPF_REG_6,
	    offsetof(struct xdp_md, rx_queue_index), 0);
	put(c, BPF_LD | BPF_DW | BPF_IMM, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, map);
	put(c, 0, 0, 0, 0, 0);
	put(c, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_3, 0, 0, XDP_PASS);
	put(c, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_redirect_map);
	put(c, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static void build(struct code *c, const struct drv_spec *s, int map)
{
	int out[4], hit[IX_MAX_ADDRS], arp, found, i;

	put(c, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_6, BPF_REG_1, 0, 0);
	put(c, BPF_LDX | BPF_MEM | BPF_W, BPF_REG_2, BPF_REG_1,
	    offsetof(struct xdp_md, data), 0);
	put(c, BPF_LDX | BPF_MEM | BPF_W, BPF_REG_3, BPF_REG_1,
	    offsetof(struct xdp_md, data_end), 0);
	out[0] = load_address(c, IP_DST, IP_END);
	put(c, BPF_LDX | BPF_MEM | BPF_H, BPF_REG_7, BPF_REG_2, ETH_TYPE, 0);
	arp = put(c, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_7, 0, 0,
		  RTE_BE16(RTE_ETHER_TYPE_ARP));
	out[1] = put(c, BPF_JMP | BPF_JNE | BPF_K, BPF_REG_7, 0, 0,
		     RTE_BE16(RTE_ETHER_TYPE_IPV4));
	found = put(c, BPF_JMP | BPF_JA, 0, 0, 0, 0);
	land(c, arp);
	out[2] = load_address(c, ARP_TARGET, ARP_END);
	land(c, found);
	for (i = 0; i < s->nown; i++) /* of 32 bits: immediates are signed */
		hit[i] = put(c, BPF_JMP32 | BPF_JEQ | BPF_K, BPF_REG_4, 0, 0,
			     (int32_t)s->own_ip[i]);
	for (i = 0; i < 3; i++)
		land(c, out[i]);
	pass(c);
	for (i = 0; i < s->nown; i++)
		land(c, hit[i]);
	redirect(c, map);
}

static int make_map(const struct drv_dev *d)
{
	uint16_t q;
	int fd, map = bpf_map_create(BPF_MAP_TYPE_XSKMAP, "ix_sockets",
				     sizeof(uint32_t), sizeof(int),
				     d->info.nqueues, NULL);

	for (q = 0; map >= 0 && q < d->info.nqueues; q++) {
		uint32_t key = q;

		fd = d->queue[q].fd;
		if (bpf_map_update_elem(map, &key, &fd, BPF_ANY) < 0) {
			close(map);
			return -errno;
		}
	}
	return map < 0 ? -errno : map;
}

/* The kernel keeps a program that is attached, and its map. */
static int replace(unsigned ifindex, int prog)
{
	DECLARE_LIBBPF_OPTS(bpf_xdp_query_opts, q);
	uint32_t flags;

	if (bpf_xdp_query((int)ifindex, 0, &q) < 0)
		return -errno;
	flags = q.attach_mode == XDP_ATTACHED_SKB ? XDP_FLAGS_SKB_MODE :
						    XDP_FLAGS_DRV_MODE;
	return bpf_xdp_attach((int)ifindex, prog, flags, NULL);
}

static int load(const struct code *c)
{
	int prog = bpf_prog_load(BPF_PROG_TYPE_XDP, "ix_steer", "GPL", c->insn,
				 (size_t)c->n, NULL);

	return prog < 0 ? -errno : prog;
}

int steer_pass(const char *ifn)
{
	struct code c = { .n = 0 };
	int prog, rc;

	pass(&c);
	prog = load(&c);
	if (prog < 0)
		return prog;
	rc = bpf_xdp_attach((int)if_nametoindex(ifn), prog,
			    XDP_FLAGS_DRV_MODE | XDP_FLAGS_UPDATE_IF_NOEXIST,
			    NULL);
	close(prog);
	return rc;
}

int steer_attach(const struct drv_dev *d, const struct drv_spec *s,
		 const char *ifn)
{
	struct code c = { .n = 0 };
	int map = make_map(d), prog, rc;

	if (map < 0)
		return map;
	build(&c, s, map);
	prog = load(&c);
	rc = prog < 0 ? prog : replace(if_nametoindex(ifn), prog);
	if (prog >= 0)
		close(prog);
	close(map);
	return rc;
}
