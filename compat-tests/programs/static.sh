#!/bin/bash
# SPDX-License-Identifier: MIT
#
# static - a static program is protected, with the kernel's sockets; direct mode refuses it.
. "$(dirname "$0")/../lib.sh"

need curl
BUSYBOX=$(command -v busybox) || skip "busybox is not installed"
ldd "$BUSYBOX" >/dev/null 2>&1 && skip "busybox is not static"

# A static program has the sockets of the kernel that runs it. The peer reaches
# that natively by the program's own address, else by the host's; with a card,
# which is not the kernel's then, only the host itself does.
find_busybox()
{
	WHERE=$NS_K
	if [ "$MODE" = native ]; then
		IP=$P_IP
	elif [ "$IX_TEST_DEV" = pci ]; then
		IP=127.0.0.1 WHERE=$NS_H
	else
		IP=10.98.0.254
	fi
}

need_protection()
{
	[ "$MODE" = native ] || [[ $IX_RUN_OPTS = *--protect=kvm* ]] ||
		skip "direct mode refuses static programs"
}

t_httpd()
{
	need_protection
	net_up
	find_busybox
	mkdir "$TMP/www"
	random_file "$TMP/www/file" "$(scaled 3000000)"
	start httpd prog "$BUSYBOX" httpd -f -p 8000 -h "$TMP/www"
	wait_port "$IP" 8000 "$START_LIMIT" "$WHERE"
	in_ns "$WHERE" curl -sSf --max-time $((20 * IXT_SLOW)) -o "$TMP/got" \
		"http://$IP:8000/file" || fail "curl ends with status $?"
	same_sha "$TMP/got" "$TMP/www/file"
}

# A shell that forks and executes itself, pipes and signals.
t_shell()
{
	need_protection
	net_up
	same "a pipe" "$(run prog "$BUSYBOX" sh -c \
		"$BUSYBOX seq 1000 | $BUSYBOX grep -c 7")" 271
	same "a trap" "$(run prog "$BUSYBOX" sh -c \
		'trap "echo caught; exit 3" TERM; kill -TERM $$; echo not' ||
		echo "status $?")" "caught
status 3"
}

t_refused()
{
	local rc=0

	IX_RUN_OPTS=--protect=none
	net_up
	run prog "$BUSYBOX" true 2>"$TMP/err" || rc=$?
	same "exit status" "$rc" 125
}

MODES[refused]=ix
compat_main "$@" -- httpd shell refused
