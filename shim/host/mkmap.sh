#!/bin/sh
# SPDX-License-Identifier: MIT
# mkmap.sh CALLS.DEF MAP - write the version script of libixshim.so
{
	echo '{'
	echo 'global:'
	sed -nE 's/^[XVN]\([^,]*, *([a-z0-9_A-Z]+),.*/\t\1;/p
		s/^A\((.*),.*/\t\1;/p' "$1"
	echo 'local:'
	printf '\t*;\n};\n'
} >"$2"
