// SPDX-License-Identifier: MIT
/*
 * gate.c - the dataplane as the program's side sees it in direct mode
 *
 * Trust: none is needed or had here, the program is in the same address space;
 * what core checks, it checks in both modes.
 */
#include <errno.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "control/host/boot/boot.h"
#include "control/host/instance/procs.h"
#include "control/host/owner/owner.h"
#include "mem/uaccess.h"
#include "net/tcp/tcp.h"
#include "net/udp/udp.h"

static struct ethread *find(unsigned et)
{
	struct instance *self = instance_self();

	if (unlikely(!self || et >= self->core.nethreads))
		return NULL;
	return self->core.et[et];
}

static int gate_boot(const struct ix_boot_args *args, struct ix_booted *out)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	int rc = -EALREADY;

	/* in a start of another part of the program, which may be ours */
	if (pthread_mutex_trylock(&lock) != 0)
		return rc;
	if (!instance_self())
		rc = instance_boot(args, out);
	if (rc == 0)
		pthread_atfork(NULL, NULL, lease_tid_reset);
	pthread_mutex_unlock(&lock);
	return rc;
}

/* A process in another pid namespace has tids that mean nothing here. */
static int gate_attach(void)
{
	struct instance *self = instance_self();
	uint64_t ns;
	int slot;

	lease_tid_reset();
	if (!self)
		return -ENOTCONN;
	if (owner_is_self())
		return -EPERM;
	ns = instance_pid_ns();
	if (ns && self->pid_ns && ns != self->pid_ns)
		return -EXDEV;
	slot = procs_add(self, (uint32_t)getpid());
	if (slot >= 0)
		eventfd_write(self->core.owner_wake_fd, 1);
	return slot;
}

static int gate_enter(unsigned id, struct ix_ctx *ctx, uint32_t flags)
{
	struct ethread *et = find(id);

	return unlikely(!et) ? -EINVAL : ethread_enter(et, ctx, flags);
}

static int gate_arm(unsigned id, struct ix_sleep *out)
{
	struct ethread *et = find(id);

	return unlikely(!et) ? -EINVAL : ethread_arm(et, out);
}

static int gate_disarm(unsigned id)
{
	struct ethread *et = find(id);

	if (!et)
		return -EINVAL;
	ethread_disarm(et);
	return 0;
}

static int gate_conn_info(unsigned id, ix_handle_t h, struct ix_conn_info *out)
{
	struct ethread *et = find(id);
	struct ix_conn_info info = { 0 };
	int rc = et ? ethread_take(et, LEASE_FOREVER) : -EINVAL;

	if (rc < 0)
		return rc;
	rc = IX_HANDLE_RESERVED(h)	      ? -EBADF :
	     IX_HANDLE_KIND(h) == IX_KIND_UDP ? udp_info(&et->net, h, &info) :
						tcp_info(&et->net, h, &info);
	ethread_leave(et);
	if (rc < 0)
		return rc;
	return uaccess_put((uint64_t)(uintptr_t)out, &info, sizeof(info));
}

static int gate_route(const struct ix_addr *ip)
{
	struct instance *self = instance_self();
	struct ix_addr copy;

	if (!self)
		return 0;
	if (uaccess_get(&copy, (uint64_t)(uintptr_t)ip, sizeof(copy)) < 0)
		return -EFAULT;
	return ip_route_class(&self->core.net, &copy);
}

static uint64_t gate_now_ns(void)
{
	return clock_kernel_ns();
}

static int gate_keeper(uint32_t arg)
{
	struct instance *self = instance_self();
	uint32_t how = arg == IX_KEEPER_SOON ? 1 : 2;

	if (!self)
		return -ENOTCONN;
	if (!self->keep)
		return 0; /* the owner does it */
	if (getpid() == self->keeper)
		__atomic_store_n(&self->keeper_busy, arg, __ATOMIC_RELAXED);
	else if (self->keeper_how < how)
		__atomic_store_n(&self->keeper_how, how, __ATOMIC_RELAXED);
	else
		return 0;
	eventfd_write(self->core.owner_wake_fd, 1);
	return 0;
}

__attribute__((visibility("default")))
const struct ix_dp ix_dp = { .abi = IX_ABI_VERSION,
			     .size = sizeof(struct ix_dp),
			     .now_ns = gate_now_ns,
			     .fixups = uaccess_fixups,
#define G(up, low, ...) .low = gate_##low,
			     IX_GATE_LIST(G, G, G, G)
#undef G
};
