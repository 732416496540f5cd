// SPDX-License-Identifier: MIT
/*
 * self.c - the program thread that runs here, and what the guest was given
 */
#include "dune/host/self.h"

__thread struct dune_thread *dune_self;
struct dune_config dune_config;
