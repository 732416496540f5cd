// SPDX-License-Identifier: MIT
/*
 * links.c - the owner's watch over the peers of memif links
 *
 * Source: docs/adr/0003. A peer that goes is the end of the link: the device
 * is marked down for all processes, and every elastic thread is driven until
 * TCP has been told. The connection to the peer is never read.
 */
#include <errno.h>

#include "control/host/owner/duty.h"
#include "control/host/owner/links.h"
#include "control/host/owner/owner.h"

#define AGAIN_NS NSEC_PER_MSEC

int links_init(struct owner *o)
{
	struct epoll_event ev = { .events = EPOLLIN };
	unsigned i;
	int fd;

	for (i = 0; i < o->in->core.ndevs; i++) {
		fd = drv_control_fd(o->in->core.dev[i]);
		ev.data.u64 = owner_tag(EV_LINK, i);
		if (fd >= 0 && epoll_ctl(o->epfd, EPOLL_CTL_ADD, fd, &ev) < 0)
			return -errno;
	}
	return 0;
}

void links_lost(struct owner *o, uint32_t dev)
{
	struct drv_dev *d = o->in->core.dev[dev];

	epoll_ctl(o->epfd, EPOLL_CTL_DEL, drv_control_fd(d), NULL);
	drv_set_down(d);
	o->links_lost = true;
}

uint64_t links_run(struct owner *o, uint64_t now)
{
	unsigned i;

	if (!o->links_lost)
		return UINT64_MAX;
	o->links_lost = false;
	for (i = 0; i < o->in->core.nethreads; i++) {
		if (ethread_links_lost(o->in->core.et[i]))
			duty_drive(o, i);
		if (ethread_links_lost(o->in->core.et[i]))
			o->links_lost = true;
	}
	return o->links_lost ? now + AGAIN_NS : UINT64_MAX;
}
