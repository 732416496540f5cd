/* SPDX-License-Identifier: MIT */
/*
 * segment.h - segments of 64-bit mode as KVM takes them
 */
#ifndef DUNE_VM_SEGMENT_H
#define DUNE_VM_SEGMENT_H

#include <linux/kvm.h>
#include <stdbool.h>
#include <stdint.h>

/* A segment that covers all of memory. type: the descriptor's type field. */
static inline struct kvm_segment flat_segment(uint16_t selector, uint8_t type,
					      bool code)
{
	return (struct kvm_segment){
		.limit = 0xffffffff,
		.selector = selector,
		.type = type,
		.present = 1,
		.db = !code,
		.s = 1,
		.l = code,
		.g = 1,
	};
}

#endif
