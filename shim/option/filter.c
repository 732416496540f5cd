// SPDX-License-Identifier: MIT
/*
 * filter.c - SO_ATTACH_FILTER of datagram sockets: classic BPF
 *
 * Trust: a program is the process's own and is for its own datagrams, so it runs
 * here, when a datagram comes. It is copied first and the kernel checks the copy:
 * jumps go forward only, the last instruction returns. What is loaded is checked
 * here. Headers are made up from what is known of the datagram.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "libix/share/usermem.h"
#include "shim/host/addr.h"
#include "shim/host/host.h"
#include "shim/object/root.h"
#include "shim/object/sock.h"
#include "shim/option/cold.h"
#include "shim/option/filter.h"
#include "shim/option/priv.h"

#define UDP_HEADER 8u
#define ETHERTYPE_IPV4 0x0800

/*
 * The packet
 */
static void put16(uint8_t *at, unsigned n)
{
	at[0] = (uint8_t)(n >> 8);
	at[1] = (uint8_t)n;
}

void filter_packet(struct filter_packet *p, const struct ix_udp *u,
		   const struct ix_rx *first)
{
	const struct ix_addr *own =
		addr_local(ix_info(), first->lip, &first->rip);
	const struct ix_rx *r;

	memset(p, 0, sizeof(*p));
	p->first = first;
	p->len = UDP_HEADER;
	for (r = first; r; r = r->more ? r->next : NULL)
		p->len += r->len;
	p->ip[0] = 0x45;
	p->ip[1] = first->tos;
	put16(p->ip + 2, p->len + (unsigned)sizeof(p->ip));
	p->ip[8] = first->ttl;
	p->ip[9] = IPPROTO_UDP;
	memcpy(p->ip + 12, first->rip.b + 12, 4);
	memcpy(p->ip + 16, own->b + 12, 4);
	put16(p->udp, first->rport);
	put16(p->udp + 2, u->lport);
	put16(p->udp + 4, p->len);
}

/* Bytes from at on, which must all be there. */
static bool payload(const struct filter_packet *p, uint32_t at, uint8_t *out,
		    unsigned n)
{
	const struct ix_rx *r = p->first;

	for (; n; n--, at++) {
		while (r && at >= r->len) {
			at -= r->len;
			r = r->more ? r->next : NULL;
		}
		if (!r)
			return false;
		*out++ = r->data[at];
	}
	return true;
}

static bool bytes(const struct filter_packet *p, uint32_t at, uint8_t *out,
		  unsigned n)
{
	if (at >= (uint32_t)SKF_NET_OFF) {
		at -= (uint32_t)SKF_NET_OFF;
		if (at > sizeof(p->ip) || n > sizeof(p->ip) - at)
			return false;
		memcpy(out, p->ip + at, n);
		return true;
	}
	for (; n && at < UDP_HEADER; n--)
		*out++ = p->udp[at++];
	return n == 0 || payload(p, at - UDP_HEADER, out, n);
}

/* What stands for no byte of it. */
static uint32_t ancillary(const struct filter_packet *p, uint32_t what)
{
	switch (what) {
	case SKF_AD_PROTOCOL:
		return ETHERTYPE_IPV4;
	case SKF_AD_PAY_OFFSET:
		return UDP_HEADER;
	case SKF_AD_RANDOM:
		return (uint32_t)ix_now_ns() * 2654435761u;
	default: /* of this host, no interface, mark, queue, VLAN, hash */
		(void)p;
		return 0;
	}
}

static bool load(const struct filter_packet *p, unsigned size, uint32_t at,
		 uint32_t *out)
{
	unsigned n = size == BPF_W ? 4 : size == BPF_H ? 2 : 1, i;
	uint8_t b[4];

	if (at >= (uint32_t)SKF_AD_OFF &&
	    at < (uint32_t)SKF_AD_OFF + SKF_AD_MAX) {
		*out = ancillary(p, at - (uint32_t)SKF_AD_OFF);
		return true;
	}
	if (!bytes(p, at, b, n))
		return false;
	for (*out = 0, i = 0; i < n; i++)
		*out = *out << 8 | b[i];
	return true;
}

/*
 * The machine
 */
struct machine {
	const struct filter_packet *p;
	uint32_t a, x, mem[BPF_MEMWORDS];
};

static bool do_load(struct machine *m, const struct sock_filter *i)
{
	bool to_x = BPF_CLASS(i->code) == BPF_LDX;
	uint32_t v = i->k;

	switch (BPF_MODE(i->code)) {
	case BPF_IMM:
		break;
	case BPF_MEM:
		v = m->mem[i->k % BPF_MEMWORDS];
		break;
	case BPF_LEN:
		v = m->p->len;
		break;
	case BPF_MSH:
		if (!load(m->p, BPF_B, i->k, &v))
			return false;
		v = 4 * (v & 0xf);
		break;
	default:
		if (!load(m->p, BPF_SIZE(i->code),
			  BPF_MODE(i->code) == BPF_IND ? i->k + m->x : i->k,
			  &v))
			return false;
	}
	*(to_x ? &m->x : &m->a) = v;
	return true;
}

static bool do_alu(struct machine *m, const struct sock_filter *i)
{
	uint32_t v = BPF_SRC(i->code) == BPF_X ? m->x : i->k;

	switch (BPF_OP(i->code)) {
	case BPF_ADD:
		m->a += v;
		return true;
	case BPF_SUB:
		m->a -= v;
		return true;
	case BPF_MUL:
		m->a *= v;
		return true;
	case BPF_DIV:
		m->a = v ? m->a / v : 0;
		return v != 0;
	case BPF_MOD:
		m->a = v ? m->a % v : 0;
		return v != 0;
	case BPF_OR:
		m->a |= v;
		return true;
	case BPF_AND:
		m->a &= v;
		return true;
	case BPF_XOR:
		m->a ^= v;
		return true;
	case BPF_LSH:
		m->a <<= v & 31;
		return true;
	case BPF_RSH:
		m->a >>= v & 31;
		return true;
	default: /* BPF_NEG */
		m->a = -m->a;
		return true;
	}
}

/* Instructions to skip. */
static uint32_t jump(const struct machine *m, const struct sock_filter *i)
{
	uint32_t v = BPF_SRC(i->code) == BPF_X ? m->x : i->k;
	bool yes;

	switch (BPF_OP(i->code)) {
	case BPF_JA:
		return i->k;
	case BPF_JEQ:
		yes = m->a == v;
		break;
	case BPF_JGT:
		yes = m->a > v;
		break;
	case BPF_JGE:
		yes = m->a >= v;
		break;
	default: /* BPF_JSET */
		yes = (m->a & v) != 0;
	}
	return yes ? i->jt : i->jf;
}

static uint32_t result(const struct machine *m, const struct sock_filter *i)
{
	return BPF_RVAL(i->code) == BPF_A ? m->a : i->k;
}

uint32_t filter_run(const struct filter_prog *prog,
		    const struct filter_packet *p)
{
	struct machine m = { .p = p };
	uint32_t pc;

	for (pc = 0; pc < prog->len; pc++) {
		const struct sock_filter *i = &prog->insn[pc];

		switch (BPF_CLASS(i->code)) {
		case BPF_LD:
		case BPF_LDX:
			if (!do_load(&m, i))
				return 0;
			break;
		case BPF_ST:
			m.mem[i->k % BPF_MEMWORDS] = m.a;
			break;
		case BPF_STX:
			m.mem[i->k % BPF_MEMWORDS] = m.x;
			break;
		case BPF_ALU:
			if (!do_alu(&m, i))
				return 0;
			break;
		case BPF_JMP:
			pc += jump(&m, i);
			break;
		case BPF_RET:
			return result(&m, i);
		default: /* BPF_MISC */
			if (BPF_MISCOP(i->code) == BPF_TAX)
				m.x = m.a;
			else
				m.a = m.x;
		}
	}
	return 0;
}

uint32_t filter_admit(struct ix_udp *u, const struct ix_rx *first)
{
	const struct filter_prog *prog = ((struct sock *)u)->priv->filter;
	struct filter_packet p;
	uint32_t n;

	if (!prog)
		return IX_ADMIT_ALL;
	filter_packet(&p, u, first);
	n = filter_run(prog, &p);
	if (!n)
		return IX_ADMIT_NONE;
	return n >= p.len ? IX_ADMIT_ALL : n < UDP_HEADER ? 0 : n - UDP_HEADER;
}

/*
 * Attaching
 */
static void give_back(struct filter_prog *prog)
{
	hold_pool_put(&shim_root->lock, &shim_root->filters, prog);
}

static int take_prog(const void *val, socklen_t len, struct filter_prog **out)
{
	struct filter_prog *prog;
	struct sock_fprog user;
	int rc;

	if (len != sizeof(user))
		return -EINVAL;
	if (ix_user_get(&user, val, sizeof(user)) < 0)
		return -EFAULT;
	if (!user.filter || !user.len || user.len > BPF_MAXINSNS)
		return -EINVAL;
	prog = hold_pool_get(&shim_root->lock, &shim_root->filters);
	if (!prog)
		return -ENOMEM;
	prog->len = user.len;
	rc = ix_user_get(prog->insn, user.filter,
			 user.len * sizeof(prog->insn[0]));
	if (rc < 0)
		give_back(prog);
	else
		*out = prog;
	return rc;
}

static int ask(int kfd, struct filter_prog *prog)
{
	struct sock_fprog checked = { .len = (unsigned short)prog->len,
				      .filter = prog->insn };

	return host.setsockopt(kfd, SOL_SOCKET, SO_ATTACH_FILTER, &checked,
			       sizeof(checked)) < 0 ?
		       -errno :
		       0;
}

/* Instead of what is there. */
static void exchange(struct sock *s, struct filter_prog *prog)
{
	struct filter_prog *old;

	sock_lock_own(s);
	old = s->priv->filter;
	s->priv->filter = prog;
	if (s->o.kind == IX_KIND_UDP)
		s->u.picky = prog != NULL;
	sock_unlock(s);
	if (old)
		give_back(old);
}

int filter_set(struct sock *s, int kfd, int name, const void *val,
	       socklen_t len)
{
	struct filter_prog *prog = NULL;
	int rc;

	if (cold_get(s, COLD_LOCK_FILTER, 0))
		return -EPERM;
	if (name == SO_ATTACH_FILTER) {
		rc = take_prog(val, len, &prog);
		if (rc == 0)
			rc = ask(kfd, prog);
		if (rc < 0 && prog)
			give_back(prog);
		if (rc < 0)
			return rc;
	} else if (!s->priv->filter) {
		return -ENOENT;
	} else if (s->world != WORLD_STACK) {
		host.setsockopt(kfd, SOL_SOCKET, name, val, len);
	}
	exchange(s, prog);
	return 0;
}

void filter_copy(const struct sock *s, int kfd)
{
	if (s->priv->filter)
		ask(kfd, s->priv->filter);
}

void filter_drop(struct sock *s)
{
	if (s->priv->filter)
		give_back(s->priv->filter);
	s->priv->filter = NULL;
}

void filter_pools_init(struct shim_root *r)
{
	r->filters.size = sizeof(struct filter_prog);
}
