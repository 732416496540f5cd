// SPDX-License-Identifier: MIT
/*
 * uaccess.c - where to go on after a fault in a copy
 */
#include "dune/host/self.h"
#include "dune/host/uaccess.h"

uint64_t dune_fixup_find(uint64_t rip)
{
	unsigned i;

	for (i = 0; i < dune_own_nfixups; i++)
		if (dune_own_fixups[i].at == rip)
			return dune_own_fixups[i].resume;
	for (i = 0; i < dune_config.nfixups; i++)
		if (dune_config.fixups[i].at == rip)
			return dune_config.fixups[i].resume;
	return 0;
}
