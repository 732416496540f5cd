#!/bin/bash
# SPDX-License-Identifier: MIT
#
# options - every number of every level of socket options, in each state of a
# socket of TCP and UDP: what is taken and read, and what stays when the socket
# gets an address. On IX as on Linux, but for what `options.allowed` names.
#
#	OPTIONS_TABLE=docs/options.md compat-tests/programs/options.sh
#
# makes the table anew.
. "$(dirname "$0")/../lib.sh"

ALLOWED=$COMPAT_DIR/programs/options.allowed
LIMIT[all]=300

# The peer is on Linux in either mode.
t_all()
{
	local allowed=$ALLOWED

	net_up
	[ "$MODE" = ix ] || allowed=/dev/null
	run peer "$TOOLS/options" "$K_IP" >"$TMP/linux" ||
		fail "options failed on Linux"
	run prog "$TOOLS/options" "$P_IP" >"$TMP/here" ||
		fail "options failed: $(tail -n 1 "$TMP/here")"
	"$COMPAT_DIR/tools/options.py" "$TMP/linux" "$TMP/here" "$allowed" ||
		fail "options differ"
	[ "$MODE" = native ] || [ -z "${OPTIONS_TABLE:-}" ] ||
		"$COMPAT_DIR/tools/options.py" "$TMP/linux" "$TMP/here" \
			"$allowed" "${ALLOWED%allowed}effects" \
			>"$OPTIONS_TABLE"
}

compat_main "$@" -- all
