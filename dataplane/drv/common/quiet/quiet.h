/* SPDX-License-Identifier: MIT */
/*
 * quiet.h - replacements for some C library functions that DPDK calls
 *
 * cmake/dpdk.cmake renames the references to these functions in copies of
 * librte_eal.a, librte_net_af_packet.a and librte_net_af_xdp.a. Without that
 * - EAL would change the program's syslog identity and write to its stderr;
 * - af_packet would let the kernel reassemble fragments into frames that do not
 *   fit, and would at times fail to start beside another instance;
 * - both PMDs could block in poll() while they hold the lease;
 * - af_xdp would see only one queue of a veth that has several.
 */
#ifndef IX_DRV_QUIET_H
#define IX_DRV_QUIET_H

#include <stdio.h>

/* Send what EAL writes to stderr to this stream instead. */
void quiet_stream(FILE *to);

#endif
