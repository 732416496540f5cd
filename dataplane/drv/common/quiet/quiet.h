/* SPDX-License-Identifier: MIT */
/*
 * quiet.h - what DPDK calls instead of some libc functions
 *
 * cmake/dpdk.cmake renames these references in its copies of librte_eal.a,
 * librte_net_af_packet.a and librte_net_af_xdp.a. Without that EAL would
 * change the program's syslog identity and write to its stderr, af_packet
 * would let the kernel reassemble fragments into frames that do not fit, and at
 * times not start beside another instance, both PMDs could block in poll() while
 * they hold an ethread's lease, and af_xdp would see one queue of a veth that
 * has several.
 */
#ifndef IX_DRV_QUIET_H
#define IX_DRV_QUIET_H

#include <stdio.h>

/* Where EAL's complaints go. */
void quiet_stream(FILE *to);

#endif
