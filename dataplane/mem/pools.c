// SPDX-License-Identifier: MIT
/*
 * pools.c - mbuf pools of an elastic thread
 */
#include "mem/pools.h"

#include <errno.h>
#include <numa.h>
#include <rte_errno.h>
#include <rte_mbuf.h>
#include <rte_memzone.h>
#include <rte_ring.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define CACHE_MAX 256

static unsigned cache_size(uint32_t count)
{
	uint32_t size = count / 8;

	return size < CACHE_MAX ? size : CACHE_MAX;
}

static const struct rte_memzone *reserve(const char *name, size_t size,
					 int socket)
{
	return rte_memzone_reserve_aligned(name, size, socket,
					   RTE_MEMZONE_IOVA_CONTIG,
					   (unsigned)getpagesize());
}

/* The data lies between two pages that are nobody's. */
static void split_memory(const struct rte_memzone *mz, size_t page,
			 struct rte_pktmbuf_extmem *out)
{
	out->buf_ptr = (char *)mz->addr + page;
	out->buf_iova = mz->iova == RTE_BAD_IOVA ? RTE_BAD_IOVA :
						   mz->iova + page;
}

/* Pages of 2 MB and more have no rights of their own within. */
static void fence(const struct pool *p, int prot)
{
	size_t page = (size_t)getpagesize();

	if (!p->mz)
		return;
	mprotect((char *)p->data - page, page, prot);
	mprotect((char *)p->data + p->data_size, page, prot);
}

void pool_fence(struct pool *p)
{
	fence(p, PROT_NONE);
}

static int create_split(const struct pool_spec *s, uint16_t room, int socket,
			struct pool *p)
{
	size_t page = (size_t)getpagesize();
	size_t size = ((size_t)s->count * room + page - 1) & ~(page - 1);
	struct rte_pktmbuf_extmem ext;
	char name[RTE_MEMZONE_NAMESIZE];

	snprintf(name, sizeof(name), "ixd_%s", s->name);
	p->mz = reserve(name, size + 2 * page, socket);
	if (!p->mz)
		return -rte_errno;
	split_memory(p->mz, page, &ext);
	ext.buf_len = size;
	ext.elt_size = room;
	p->mp = rte_pktmbuf_pool_create_extbuf(s->name, s->count,
					       cache_size(s->count), 0, room,
					       socket, &ext, 1);
	p->data = ext.buf_ptr;
	p->data_size = size;
	return p->mp ? 0 : -rte_errno;
}

static int create_plain(const struct pool_spec *s, uint16_t room, int socket,
			struct pool *p)
{
	p->mp = rte_pktmbuf_pool_create(s->name, s->count, cache_size(s->count),
					0, room, socket);
	return p->mp ? 0 : -rte_errno;
}

static int create_on(const struct pool_spec *s, int socket, struct pool *p)
{
	uint16_t room = s->room ? s->room : POOL_ROOM;
	int rc;

	memset(p, 0, sizeof(*p));
	rc = s->plain ? create_plain(s, room, socket, p) :
			create_split(s, room, socket, p);
	if (rc < 0)
		pool_destroy(p);
	return rc;
}

int pool_create(const struct pool_spec *spec, struct pool *out)
{
	struct pool p;
	int rc;

	if (!spec->name || !spec->name[0] || strlen(spec->name) > 20 ||
	    spec->count < 8)
		return -EINVAL;
	rc = create_on(spec, spec->socket, &p);
	if (rc < 0 && rc != -EEXIST && spec->socket != SOCKET_ID_ANY)
		rc = create_on(spec, SOCKET_ID_ANY, &p);
	if (rc == 0)
		*out = p;
	return rc;
}

void pool_destroy(struct pool *p)
{
	rte_mempool_free(p->mp);
	fence(p, PROT_READ | PROT_WRITE); /* DPDK clears what is free */
	if (p->mz)
		rte_memzone_free(p->mz);
	memset(p, 0, sizeof(*p));
}

unsigned pool_in_use(const struct rte_mempool *mp)
{
	return rte_mempool_in_use_count(mp);
}

/* An mbuf whose data is pinned keeps where that is; the rest is as new. */
static void reset_pinned(struct rte_mbuf *m)
{
	m->ol_flags = RTE_MBUF_F_EXTERNAL;
	m->next = NULL;
	m->nb_segs = 1;
	m->port = RTE_MBUF_PORT_INVALID;
	m->tx_offload = 0;
	rte_mbuf_refcnt_set(m, 1);
	rte_mbuf_ext_refcnt_set(m->shinfo, 1);
	rte_pktmbuf_reset_headroom(m);
}

struct reset {
	pool_held_fn *held;
	void *arg;
	int rc;
};

static void reset_one(struct rte_mempool *mp, void *arg, void *obj, unsigned i)
{
	struct reset *r = arg;

	if (r->held && r->held(obj, r->arg))
		return;
	if (rte_pktmbuf_priv_flags(mp) & RTE_PKTMBUF_POOL_F_PINNED_EXT_BUF)
		reset_pinned(obj);
	else
		rte_pktmbuf_init(mp, NULL, obj, i);
	if (rte_ring_enqueue(mp->pool_data, obj) < 0)
		r->rc = -EIO;
}

static int is_ring(const struct rte_mempool *mp)
{
	return strncmp(rte_mempool_get_ops(mp->ops_index)->name, "ring_", 5) ==
	       0;
}

/* The ring may be half-way through an operation, where every later one would
 * spin for ever, and a cache may claim what was never copied. */
int pool_reset(struct rte_mempool *mp, pool_held_fn *held, void *arg)
{
	struct reset r = { .held = held, .arg = arg };

	if (!is_ring(mp))
		return -ENOTSUP;
	for (unsigned i = 0; mp->cache_size && i < RTE_MAX_LCORE; i++)
		mp->local_cache[i].len = 0;
	rte_ring_reset(mp->pool_data);
	rte_mempool_obj_iter(mp, reset_one, &r);
	return r.rc;
}

#define SURELY_FREE UINT64_C(0x7fee0b1e7fee0b1e)

static void unmark(struct rte_mempool *mp, void *arg, void *obj, unsigned i)
{
	struct rte_mbuf *m = obj;

	(void)mp;
	(void)arg;
	(void)i;
	m->tx_offload = 0;
}

static int not_marked(const struct rte_mbuf *m, void *arg)
{
	(void)arg;
	return m->tx_offload != SURELY_FREE;
}

/* What no dequeue has begun on and every enqueue has ended on; tx_offload of
 * an mbuf is no device's, the driver has read it when it is queued. */
int pool_salvage(struct rte_mempool *mp)
{
	struct rte_ring *r = mp->pool_data;
	void **slot = (void **)(r + 1);

	if (!is_ring(mp))
		return -ENOTSUP;
	rte_mempool_obj_iter(mp, unmark, NULL);
	for (uint32_t i = r->cons.head; i != r->prod.tail; i++)
		((struct rte_mbuf *)slot[i & r->mask])->tx_offload =
			SURELY_FREE;
	return pool_reset(mp, not_marked, NULL);
}

int pool_socket_of_cpu(int cpu)
{
	int node = numa_available() < 0 ? 0 : numa_node_of_cpu(cpu);

	return node < 0 ? 0 : node;
}
