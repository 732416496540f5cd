/* SPDX-License-Identifier: MIT */
/*
 * unfilled.h - frames of this machine, whose checksum nobody filled in
 */
#ifndef IX_DRV_UNFILLED_H
#define IX_DRV_UNFILLED_H

#include <rte_mbuf.h>
#include <stdint.h>

/* 0: it has no wire behind it that a checksum could be wrong by. */
int link_has_wire(const char *ifn);
/* These may be good though their checksum is not. */
void unfilled_mark(struct rte_mbuf **pkts, uint16_t n);

#endif
