// SPDX-License-Identifier: MIT
/*
 * stats.c - what the threads count, and KVM's own counters by their names
 */
#include <errno.h>
#include <linux/kvm.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "dune/dune.h"
#include "dune/host/fds.h"
#include "dune/vm/pool.h"

void dune_stats(struct dune_stats *out)
{
	vcpu_stats(out);
}

struct query {
	const char *name;
	uint64_t sum;
};

/* Descriptors, all of one size, then values; the header says where. */
static int read_one(int fd, const struct kvm_stats_header *h, struct query *q)
{
	size_t size = sizeof(struct kvm_stats_desc) + h->name_size;
	struct kvm_stats_desc *d = malloc(size);
	uint64_t value;
	uint32_t i;
	int rc = -ENOENT;

	for (i = 0; d && rc == -ENOENT && i < h->num_desc; i++) {
		if (pread(fd, d, size, h->desc_offset + i * (off_t)size) !=
		    (ssize_t)size)
			rc = -EIO;
		else if (strncmp(d->name, q->name, h->name_size) == 0 &&
			 d->size == 1)
			rc = pread(fd, &value, sizeof(value),
				   h->data_offset + (off_t)d->offset) ==
					     sizeof(value) ?
				     0 :
				     -EIO;
	}
	free(d);
	if (rc == 0)
		q->sum += value;
	return rc;
}

static int add_one(int vcpu, void *arg)
{
	struct kvm_stats_header h;
	int fd = ioctl(vcpu, KVM_GET_STATS_FD, 0), rc;

	if (fd < 0)
		return -errno;
	rc = pread(fd, &h, sizeof(h), 0) == sizeof(h) ? read_one(fd, &h, arg) :
							-EIO;
	close(fd);
	return rc;
}

int dune_kvm_stat(const char *name, uint64_t *out)
{
	struct query q = { .name = name };
	int rc;

	fds_hide_begin();
	rc = vcpu_each(add_one, &q);
	fds_hide_end();
	if (rc == 0)
		*out = q.sum;
	return rc;
}
