/* SPDX-License-Identifier: MIT */
/*
 * text.h - addresses as people write them
 */
#ifndef IX_BASE_TEXT_H
#define IX_BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "ix/abi.h"

#define ADDR_TEXT_LEN 46     /* as INET6_ADDRSTRLEN */
#define ENDPOINT_TEXT_LEN 56 /* with brackets, a colon and the port */

/* Write 10.0.0.2 or 2001:db8::2 into buf, which has ADDR_TEXT_LEN bytes, and
 * return buf. */
const char *addr_text(const struct ix_addr *ip, char *buf);
/* Write 10.0.0.2:80 or [2001:db8::2]:80 into buf, which has ENDPOINT_TEXT_LEN
 * bytes, and return buf. port is in host byte order. */
const char *endpoint_text(const struct ix_addr *ip, uint16_t port, char *buf);

#endif
