#!/bin/bash
# SPDX-License-Identifier: MIT
#
# bystander - programs without a network of their own start no instance under LD_PRELOAD.
#
# In direct mode: what is in a guest has its instance from the start (CAVEATS.md).
. "$(dirname "$0")/../lib.sh"

# preloaded COMMAND...: in the host's namespace, where an instance would show.
preloaded()
{
	ip netns exec "$NS_H" env LD_PRELOAD="$IX_SHIM" IX_PROTECT=none \
		IX_DEV="$IX_TEST_DEV:x$$b" IX_IP=10.99.1.2/24 "$@"
}

setup_place()
{
	[ -e "$IX_SHIM" ] || skip "build/lib/libixshim.so is missing"
	net_up
}

no_instance()
{
	local links

	links=$(ip -n "$NS_H" -br link |
		awk '$1 !~ /^(lo|h0@)/ { print $1 }')
	same "interfaces after $1" "$links" ''
	same "processes after $1" "$(ns_pids)" ''
}

t_shell()
{
	setup_place
	same "sh" "$(preloaded sh -c 'echo a; true; echo b' 2>&1 |
		tr '\n' ' ')" "a b "
	no_instance sh
	preloaded true || fail "true ends with status $?"
	same "ls" "$(preloaded ls / 2>&1)" "$(ls /)"
	no_instance ls
	same "pipeline" "$(preloaded bash -c 'seq 10 | grep 7 | cat' 2>&1)" 7
	no_instance "a pipeline"
}

# The loader ignores LD_PRELOAD where the program gains privileges.
t_setuid()
{
	setup_place
	cp /usr/bin/id "$TMP/id"
	chmod 4755 "$TMP/id"
	same "a setuid id" "$(ip netns exec "$NS_H" setpriv --reuid=65534 \
		--regid=65534 --clear-groups env LD_PRELOAD="$IX_SHIM" \
		IX_DEV="$IX_TEST_DEV:x$$b" "$TMP/id" -u 2>&1)" 0
	no_instance "a setuid program"
}

# They start an instance, as a server might be that gives up its privileges,
# and are not harmed by that.
t_wrappers()
{
	setup_place
	same setpriv "$(preloaded setpriv --reuid=65534 --regid=65534 \
		--clear-groups id -u 2>&1)" 65534
	same runuser "$(preloaded runuser -u nobody -- id -un 2>&1)" nobody
	same su "$(preloaded su -s /bin/sh nobody -c 'id -un' 2>&1)" nobody
	wait_for 5 nobody_left || fail "an instance is left: $(ns_pids)"
}

t_unix_sockets()
{
	setup_place
	same "unix sockets" "$(preloaded "$PYTHON" -c '
import socket
a, b = socket.socketpair()
a.send(b"x")
print(b.recv(1).decode())' 2>&1)" x
	no_instance "unix sockets"
}

t_cost()
{
	local begin took

	setup_place
	begin=$(date +%s%N)
	for _ in {1..20}; do
		preloaded true
	done
	took=$((($(date +%s%N) - begin) / 20000000))
	[ "$took" -lt 50 ] || fail "a preloaded true takes $took ms"
}

for name in shell setuid wrappers unix_sockets cost; do
	MODES[$name]=ix
done
compat_main "$@" -- shell setuid wrappers unix_sockets cost
