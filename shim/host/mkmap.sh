#!/bin/sh
# SPDX-License-Identifier: MIT
# mkmap.sh - write shim.map from calls.def
cd "$(dirname "$0")" || exit 1
{
	echo '# SPDX-License-Identifier: MIT'
	echo '# Written by mkmap.sh from calls.def.'
	echo '{'
	echo 'global:'
	sed -nE 's/^[XVN]\([^,]*, *([a-z0-9_A-Z]+),.*/\t\1;/p
		s/^A\((.*),.*/\t\1;/p' calls.def
	echo 'local:'
	printf '\t*;\n};\n'
} >shim.map
