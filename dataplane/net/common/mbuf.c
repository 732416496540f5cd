// SPDX-License-Identifier: MIT
/*
 * mbuf.c - packets: made and cut
 */
#include "net/common/mbuf.h"

#include <errno.h>
#include <string.h>

struct rte_mbuf *net_alloc(struct net *n)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(n->pool);

	if (unlikely(!m)) {
		STAT(n, nobuf);
		return NULL;
	}
	m->data_off = NET_HEADROOM;
	return m;
}

void mbuf_adj(struct rte_mbuf *m, uint32_t len)
{
	struct rte_mbuf *s = m;

	for (; s && len; s = s->next) {
		uint16_t part = (uint16_t)RTE_MIN(len, s->data_len);

		s->data_off = (uint16_t)(s->data_off + part);
		s->data_len = (uint16_t)(s->data_len - part);
		m->pkt_len -= part;
		len -= part;
	}
}

int mbuf_pullup(struct rte_mbuf *m, uint32_t want)
{
	uint32_t need;
	char *to;

	if (likely(m->data_len >= want))
		return 0;
	need = want - m->data_len;
	if (m->pkt_len < want || rte_pktmbuf_tailroom(m) < need)
		return -ENOBUFS;
	to = rte_pktmbuf_mtod_offset(m, char *, m->data_len);
	while (need) {
		struct rte_mbuf *s = m->next;
		uint16_t part = (uint16_t)RTE_MIN(need, s->data_len);

		memcpy(to, rte_pktmbuf_mtod(s, void *), part);
		to += part;
		need -= part;
		m->data_len = (uint16_t)(m->data_len + part);
		s->data_off = (uint16_t)(s->data_off + part);
		s->data_len = (uint16_t)(s->data_len - part);
		if (s->data_len == 0) {
			m->next = s->next;
			m->nb_segs--;
			s->next = NULL;
			rte_pktmbuf_free_seg(s);
		}
	}
	return 0;
}

void mbuf_trim_to(struct rte_mbuf *m, uint32_t len)
{
	struct rte_mbuf *s = m;
	uint32_t left = len;

	m->pkt_len = len;
	for (; s->data_len < left; s = s->next)
		left -= s->data_len;
	s->data_len = (uint16_t)left;
	if (likely(!s->next))
		return;
	rte_pktmbuf_free(s->next);
	s->next = NULL;
	m->nb_segs = 1;
	for (s = m; s->next; s = s->next)
		m->nb_segs++;
}
