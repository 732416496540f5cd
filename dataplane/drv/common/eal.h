/* SPDX-License-Identifier: MIT */
/*
 * eal.h - the last line of DPDK's log, for error messages
 */
#ifndef IX_DRV_EAL_H
#define IX_DRV_EAL_H

/* The last line that DPDK has logged since eal_forget_log(), or "". */
const char *eal_last_log(void);
void eal_forget_log(void);

#endif
